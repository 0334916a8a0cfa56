// Kind: whether a backup reads all, or what changed since the newest snapshot.
// Thread safety: a function for the thread of one backup.
#pragma once

#include <optional>
#include <string>

#include "backup/backup.h"
#include "graph/session.h"

namespace entrad::backup {

struct Decision {
  api::SnapshotKind kind = api::SnapshotKind::full;
  std::string
      why;  // completes "a full backup, because ..."; of a delta: "changes since snapshot 3"
};

// A job that was interrupted keeps its decision. Otherwise a backup is full when that was asked
// for, when there is no snapshot to be a difference to or one that lacks something, when the last
// full one is a week old (delta queries have had silent gaps), and when the app registration may
// read other things than before. `permissions`: from permissions_of().
Decision decide(const Context& context, const std::string& permissions);
// What is decided for this job from now on.
base::Result<void> remember(const Context& context, const Decision& decision);

// The token's permissions, sorted, in one text; empty where the token does not tell.
std::string permissions_of(graph::Session& session, const graph::Call& call);
// "a full backup, because there is no snapshot yet"
std::string words_of(const Decision& decision);

}  // namespace entrad::backup
