#include "store/rows/removal_rows.h"

#include "store/contents/content.h"

namespace entrad::store {
namespace {

constexpr std::uint8_t kFormat = 1;
constexpr std::size_t kNumberAt = 4;  // in a key, after the tenant

Key row_key(TenantNumber tenant, base::SnapshotNumber number) {
  return Key().tenant(tenant).number(number);
}

bool is_of(const Cursor& cursor, TenantNumber tenant) {
  return cursor.key().starts_with(std::string_view(Key().tenant(tenant)));
}

base::SnapshotNumber number_in(const Cursor& cursor) {
  return {KeyReader(cursor.key().substr(kNumberAt)).number()};
}

}  // namespace

std::vector<api::Pin> pins_of(const Txn& txn, TenantNumber tenant) {
  std::vector<api::Pin> pins;
  auto cursor = txn.cursor(Table::pin);
  bool found = cursor.seek(Key().tenant(tenant));
  for (; found && is_of(cursor, tenant); found = cursor.next())
    pins.push_back(unpack_as<api::Pin>(cursor.value()));
  return pins;
}

bool is_pinned(const Txn& txn, TenantNumber tenant, base::SnapshotNumber number) {
  return txn.has(Table::pin, row_key(tenant, number));
}

void put_pin(WriteTxn& txn, TenantNumber tenant, const api::Pin& pin) {
  txn.put(Table::pin, row_key(tenant, pin.snapshot), pack_json(pin));
}

bool erase_pin(WriteTxn& txn, TenantNumber tenant, base::SnapshotNumber number) {
  return txn.erase(Table::pin, row_key(tenant, number));
}

std::vector<base::SnapshotNumber> removed_ones(const Txn& txn, TenantNumber tenant) {
  std::vector<base::SnapshotNumber> numbers;
  auto cursor = txn.cursor(Table::removed);
  bool found = cursor.seek(Key().tenant(tenant));
  for (; found && is_of(cursor, tenant); found = cursor.next())
    numbers.push_back(number_in(cursor));
  return numbers;
}

bool is_removed(const Txn& txn, TenantNumber tenant, base::SnapshotNumber number) {
  return txn.has(Table::removed, row_key(tenant, number));
}

void mark_removed(WriteTxn& txn, TenantNumber tenant, base::SnapshotNumber number) {
  txn.put(Table::removed, row_key(tenant, number), Key().byte(kFormat));
}

void erase_removed(WriteTxn& txn, TenantNumber tenant, base::SnapshotNumber number) {
  txn.erase(Table::removed, row_key(tenant, number));
}

base::SnapshotNumber sealed_before(const Txn& txn, TenantNumber tenant,
                                   base::SnapshotNumber number) {
  if (number.value == 0) return {};
  auto cursor = txn.cursor(Table::snapshot);
  if (!cursor.seek_at_or_before(row_key(tenant, {number.value - 1})) || !is_of(cursor, tenant))
    return {};
  return number_in(cursor);
}

base::SnapshotNumber sealed_from(const Txn& txn, TenantNumber tenant, base::SnapshotNumber number) {
  auto cursor = txn.cursor(Table::snapshot);
  if (!cursor.seek(row_key(tenant, number)) || !is_of(cursor, tenant)) return {};
  return number_in(cursor);
}

std::vector<base::SnapshotNumber> sealed_numbers(const Txn& txn, TenantNumber tenant) {
  std::vector<base::SnapshotNumber> numbers;
  auto cursor = txn.cursor(Table::snapshot);
  bool found = cursor.seek(Key().tenant(tenant));
  for (; found && is_of(cursor, tenant); found = cursor.next())
    numbers.push_back(number_in(cursor));
  return numbers;
}

}  // namespace entrad::store
