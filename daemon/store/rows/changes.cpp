#include "store/rows/changes.h"

#include <vector>

namespace entrad::store {
namespace {

constexpr std::uint8_t kFormat = 1;
constexpr std::size_t kEntryBytes = 19;
constexpr std::size_t kBlockAt = 12;  // in a key, after tenant and snapshot

Key block_key(TenantNumber tenant, base::SnapshotNumber number, std::uint32_t block) {
  return Key().tenant(tenant).number(number).number32(block);
}

std::vector<Changed> read_block(std::string_view value) {
  KeyReader reader(value);
  if (reader.byte() != kFormat || reader.rest().size() % kEntryBytes != 0)
    throw Damage("a list of changes has an unknown format");
  std::vector<Changed> changes(reader.rest().size() / kEntryBytes);
  for (Changed& one : changes) {
    one.kind = reader.kind();
    one.id = reader.id();
    const auto high = reader.byte();
    one.sections = static_cast<std::uint16_t>(high << 8U | reader.byte());
  }
  return changes;
}

std::uint32_t next_block(const Txn& txn, TenantNumber tenant, base::SnapshotNumber number) {
  const Key prefix = Key().tenant(tenant).number(number);
  auto cursor = txn.cursor(Table::change);
  if (!cursor.seek_at_or_before(block_key(tenant, number, ~std::uint32_t{0})) ||
      !cursor.key().starts_with(std::string_view(prefix)))
    return 0;
  return KeyReader(cursor.key().substr(kBlockAt)).number32() + 1;
}

}  // namespace

void append_changes(WriteTxn& txn, TenantNumber tenant, base::SnapshotNumber number,
                    std::span<const Changed> changes) {
  if (changes.empty()) return;
  Key value;
  value.byte(kFormat);
  for (const Changed& one : changes)
    value.kind(one.kind)
        .id(one.id)
        .byte(static_cast<std::uint8_t>(one.sections >> 8U))
        .byte(static_cast<std::uint8_t>(one.sections & 0xFFU));
  txn.put(Table::change, block_key(tenant, number, next_block(txn, tenant, number)), value);
}

void for_each_change_block(
    const Txn& txn, TenantNumber tenant, base::SnapshotNumber number, std::uint32_t from,
    const std::function<bool(std::uint32_t, std::span<const Changed>)>& on_block) {
  const Key prefix = Key().tenant(tenant).number(number);
  auto cursor = txn.cursor(Table::change);
  bool found = cursor.seek(block_key(tenant, number, from));
  for (; found && cursor.key().starts_with(std::string_view(prefix)); found = cursor.next())
    if (!on_block(KeyReader(cursor.key().substr(kBlockAt)).number32(), read_block(cursor.value())))
      return;
}

std::optional<ChangeBlock> change_block_from(const Txn& txn, TenantNumber tenant,
                                             base::SnapshotNumber number, std::uint32_t from) {
  std::optional<ChangeBlock> first;
  for_each_change_block(txn, tenant, number, from, [&](std::uint32_t block, auto changes) {
    first = ChangeBlock{block, {changes.begin(), changes.end()}};
    return false;
  });
  return first;
}

void erase_change_block(WriteTxn& txn, TenantNumber tenant, base::SnapshotNumber number,
                        std::uint32_t block) {
  txn.erase(Table::change, block_key(tenant, number, block));
}

}  // namespace entrad::store
