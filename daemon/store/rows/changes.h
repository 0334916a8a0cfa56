// Changes: which sections of which objects a snapshot changed, so that comparing two snapshots,
// dropping one that was never sealed, or pruning one costs what changed and not what there is.
//
// The rows of a snapshot are blocks of entries, 19 bytes each, in the order in which they were
// written. An object may be in several; an entry says that there may be a row in `history`, which
// was taken back when a later look found the parent's content again. A tenant's first snapshot has
// no list: every row with its number is one of its changes.
// Thread safety: functions on a transaction of the caller's thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "api/words.h"
#include "base/guid.h"
#include "base/ids.h"
#include "store/file/lmdb.h"
#include "store/rows/keys.h"

namespace entrad::store {

struct Changed {
  api::ObjectKind kind = api::ObjectKind::user;
  base::Guid id;
  std::uint16_t sections = 0;  // bit n: the section with number n in api/words.h

  bool has(api::Section section) const {
    return (sections >> static_cast<unsigned>(section) & 1U) != 0;
  }
  void add(api::Section section) {
    sections = static_cast<std::uint16_t>(sections | 1U << static_cast<unsigned>(section));
  }
};

constexpr bool is_first(base::SnapshotNumber number) { return number.value == 1; }

// One more block, after those that are there.
void append_changes(WriteTxn& txn, TenantNumber tenant, base::SnapshotNumber number,
                    std::span<const Changed> changes);
// In the order of writing, from a block on, until `on_block` returns false. Throws Damage.
void for_each_change_block(
    const Txn& txn, TenantNumber tenant, base::SnapshotNumber number, std::uint32_t from,
    const std::function<bool(std::uint32_t block, std::span<const Changed>)>& on_block);
struct ChangeBlock {
  std::uint32_t number = 0;
  std::vector<Changed> changes;
};
// The first one from there on; nullopt: there is none.
std::optional<ChangeBlock> change_block_from(const Txn& txn, TenantNumber tenant,
                                             base::SnapshotNumber number, std::uint32_t from);
void erase_change_block(WriteTxn& txn, TenantNumber tenant, base::SnapshotNumber number,
                        std::uint32_t block);

}  // namespace entrad::store
