// Backup: a tenant into a new snapshot, all of it or what changed since the newest one.
//
// A full backup reads users with their managers, sponsors and licences, groups, role definitions
// and administrative units with their members, role assignments, roles of applications, owners,
// each user's authentication methods and photo, the audit log and the recycle bin. A delta backup
// reads what changed and gives the same snapshot: users and groups from Graph's delta queries with
// their links, the rest as the table of steps in backup.cpp says; a section of which Graph does not
// say whose has changed is marked with how old it may be. Where the changes cannot be known, or the
// result does not agree with Graph's own $count, it becomes a full one at once.
// A section that the credential may not read is marked absent with the reason and the rest goes on.
// One that was interrupted goes on where it was; its snapshot is sealed or it is not there, and the
// delta links move with the seal only.
// Thread safety: run() belongs to one thread.
#pragma once

#include <stop_token>
#include <string>

#include "api/snapshots.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "graph/session.h"
#include "store/store.h"

namespace entrad::backup {

struct Context {
  store::Store& store;
  graph::Session& session;
  base::Clock& clock;
  base::JobId job;    // its progress and its decision are kept in the journal
  bool full = false;  // asked for by name
};

struct Made {
  api::Snapshot snapshot;
  std::string words;  // what kind of backup it was, and why
};

// Errors: cancelled (stop), those of Graph and of the store. Nothing of a failed backup is visible.
base::Result<Made> run(const Context& context, std::stop_token stop);

}  // namespace entrad::backup
