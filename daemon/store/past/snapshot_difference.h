// SnapshotDifference: what became of every object between two snapshots.
//
// Takes time in proportion to what was written between them; a page after the first compares only
// its own objects. Thread safety: pure but for reading the store; any thread. Throws
// std::runtime_error when the store is damaged.
#pragma once

#include <optional>
#include <string>

#include "api/history.h"
#include "base/result.h"
#include "store/snapshots.h"

namespace entrad::store {

struct DifferenceQuery {
  std::optional<api::ObjectKind> kind;  // only objects of this kind
  std::string change;                   // only "added", "removed" or "changed"; empty: all
  bool details = false;                 // with values and links
  std::size_t limit = 100;
  std::string cursor;
};

// `from` may be the newer one. Errors: invalid_argument for a cursor that is none of ours.
base::Result<api::SnapshotDifference> difference(const Snapshots& snapshots,
                                                 const std::string& tenant,
                                                 const api::Snapshot& from, const api::Snapshot& to,
                                                 const DifferenceQuery& query);

}  // namespace entrad::store
