// Backup: a full sweep of a tenant into a new snapshot.
//
// Reads users with their managers, sponsors and licences, groups, role definitions and
// administrative units with their members, role assignments, roles of applications, owners, each
// user's authentication methods, the audit log and the recycle bin, and seals the snapshot only
// when every page chain closed and the counts agree with Graph's own $count. A section that the
// credential may not read is marked absent with the reason and the rest goes on. Thread safety:
// run() belongs to one thread.
#pragma once

#include <stop_token>

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
  base::JobId job;  // its progress is kept in the journal
};

// Errors: cancelled (stop), those of Graph and of the store. Nothing of a failed backup is visible.
base::Result<api::Snapshot> run(const Context& context, std::stop_token stop);

}  // namespace entrad::backup
