// Merging: what becomes of the rows between two kept snapshots when those between them are removed.
//
// The last of an object's rows after `after` and up to `until` is the one that `until` shows. It is
// kept, with the number `until`, where that shows something else than `after`; the others go. So
// the store is then as if the removed snapshots had never been taken. Without any `after`, where
// the oldest snapshots went, the last row keeps its number: whatever a number means that is smaller
// than that of the oldest snapshot is the same, and nearly all rows would have to be written anew.
// Thread safety: functions on a transaction of the caller's thread.
#pragma once

#include <cstdint>

#include "base/ids.h"
#include "store/contents/packing.h"
#include "store/file/lmdb.h"
#include "store/rows/changes.h"
#include "store/rows/keys.h"

namespace entrad::store {

struct Between {  // two kept snapshots next to each other
  TenantNumber tenant{};
  base::SnapshotNumber after;  // 0: there is none
  base::SnapshotNumber until;
};

struct Freed {
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;  // of keys and values
};

// Merges the rows of one object in these sections, and those of the user. What comes back are the
// sections whose row got the number `until`, for its list of changes. nullopt: no row got it.
std::optional<Changed> merge(WriteTxn& txn, Packing& packing, const Between& between,
                             const Changed& changed, Freed& freed);
// What merge() would free.
Freed freed_by_merging(const Txn& txn, Packing& packing, const Between& between,
                       const Changed& changed);

}  // namespace entrad::store
