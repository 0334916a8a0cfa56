#include "store/rows/snapshot_rows.h"

#include "store/contents/content.h"

namespace entrad::store {
namespace {

constexpr std::uint8_t kFormat = 1;

// A tenant's name comes from the configuration, where nobody has one of 400 bytes.
std::string_view tenant_key(std::string_view tenant) { return cut_for_key(tenant); }

template <typename Read>
auto read_formatted(std::string_view value, Read read) {
  KeyReader reader(value);
  if (reader.byte() != kFormat) throw Damage("a row of the store has an unknown format");
  return read(reader);
}

// The first number that no tenant has yet. Tenants are few.
TenantNumber next_tenant(const Txn& txn) {
  std::uint32_t next = 1;
  auto cursor = txn.cursor(Table::tenant);
  for (bool found = cursor.seek(std::string_view("\0", 1)); found; found = cursor.next()) {
    const auto taken =
        read_formatted(cursor.value(), [](KeyReader& reader) { return reader.number32(); });
    next = std::max(next, taken + 1);
  }
  return TenantNumber{next};
}

}  // namespace

std::optional<TenantNumber> find_tenant(const Txn& txn, std::string_view tenant) {
  if (tenant.empty()) return std::nullopt;
  const auto value = txn.get(Table::tenant, tenant_key(tenant));
  if (!value) return std::nullopt;
  return read_formatted(*value, [](KeyReader& reader) { return TenantNumber{reader.number32()}; });
}

TenantNumber find_or_add_tenant(WriteTxn& txn, std::string_view tenant) {
  if (const auto number = find_tenant(txn, tenant)) return *number;
  const auto number = next_tenant(txn);
  txn.put(Table::tenant, tenant_key(tenant), Key().byte(kFormat).tenant(number));
  return number;
}

std::optional<api::Snapshot> sealed_snapshot(const Txn& txn, TenantNumber tenant,
                                             base::SnapshotNumber number) {
  const auto value = txn.get(Table::snapshot, Key().tenant(tenant).number(number));
  if (!value) return std::nullopt;
  return unpack_as<api::Snapshot>(*value);
}

bool is_sealed(const Txn& txn, TenantNumber tenant, base::SnapshotNumber number) {
  return txn.has(Table::snapshot, Key().tenant(tenant).number(number));
}

std::optional<TenantNumber> tenant_with(const Txn& txn, std::string_view tenant,
                                        base::SnapshotNumber number) {
  const auto known = find_tenant(txn, tenant);
  if (!known || !is_sealed(txn, *known, number)) return std::nullopt;
  return known;
}

base::unexpected<base::Error> no_snapshot(const std::string& tenant, base::SnapshotNumber number) {
  return base::fail(base::ErrorKind::not_found, "no snapshot " + number.str() + " of " + tenant,
                    "see entractl snapshots list");
}

std::optional<api::Snapshot> newest_snapshot(const Txn& txn, TenantNumber tenant) {
  const auto number = newest_number(txn, tenant);
  if (number.value == 0) return std::nullopt;
  return sealed_snapshot(txn, tenant, number);
}

base::SnapshotNumber newest_number(const Txn& txn, TenantNumber tenant) {
  const Key prefix = Key().tenant(tenant);
  auto cursor = txn.cursor(Table::snapshot);
  if (!cursor.seek_at_or_before(Key().tenant(tenant).number(~std::uint64_t{0})) ||
      !cursor.key().starts_with(std::string_view(prefix)))
    return {};
  return {KeyReader(cursor.key().substr(4)).number()};
}

std::vector<api::Snapshot> sealed_snapshots(const Txn& txn, TenantNumber tenant) {
  const Key prefix = Key().tenant(tenant);
  std::vector<api::Snapshot> snapshots;
  auto cursor = txn.cursor(Table::snapshot);
  bool found = cursor.seek(prefix);
  for (; found && cursor.key().starts_with(std::string_view(prefix)); found = cursor.next())
    snapshots.push_back(unpack_as<api::Snapshot>(cursor.value()));
  return snapshots;
}

void put_snapshot(WriteTxn& txn, TenantNumber tenant, const api::Snapshot& snapshot) {
  txn.put(Table::snapshot, Key().tenant(tenant).number(snapshot.number), pack_json(snapshot));
}

void erase_snapshot(WriteTxn& txn, TenantNumber tenant, base::SnapshotNumber number) {
  txn.erase(Table::snapshot, Key().tenant(tenant).number(number));
}

std::optional<Pending> pending_snapshot(const Txn& txn, TenantNumber tenant) {
  const auto value = txn.get(Table::pending, Key().tenant(tenant));
  if (!value) return std::nullopt;
  return read_formatted(*value, [](KeyReader& reader) {
    Pending pending;
    pending.number = {reader.number()};
    pending.kind = reader.byte() == 0 ? api::SnapshotKind::full : api::SnapshotKind::delta;
    pending.started_at = base::WallTime(std::chrono::milliseconds(reader.number()));
    pending.attempt = std::string(reader.rest());
    return pending;
  });
}

void put_pending(WriteTxn& txn, TenantNumber tenant, const Pending& pending) {
  const auto started =
      std::chrono::duration_cast<std::chrono::milliseconds>(pending.started_at.time_since_epoch());
  txn.put(Table::pending, Key().tenant(tenant),
          Key()
              .byte(kFormat)
              .number(pending.number)
              .byte(static_cast<std::uint8_t>(pending.kind))
              .number(static_cast<std::uint64_t>(started.count()))
              .text(pending.attempt));
}

void erase_pending(WriteTxn& txn, TenantNumber tenant) {
  for (const auto& [name, text] : checkpoints(txn, tenant))
    txn.erase(Table::checkpoint, Key().tenant(tenant).text(name));
  txn.erase(Table::pending, Key().tenant(tenant));
}

void put_checkpoint(WriteTxn& txn, TenantNumber tenant, std::string_view name,
                    std::string_view text) {
  txn.put(Table::checkpoint, Key().tenant(tenant).text(name), Key().byte(kFormat).text(text));
}

std::map<std::string, std::string> checkpoints(const Txn& txn, TenantNumber tenant) {
  const Key prefix = Key().tenant(tenant);
  std::map<std::string, std::string> found_ones;
  auto cursor = txn.cursor(Table::checkpoint);
  bool found = cursor.seek(prefix);
  for (; found && cursor.key().starts_with(std::string_view(prefix)); found = cursor.next()) {
    const auto name = cursor.key().substr(std::string_view(prefix).size());
    found_ones.emplace(name, read_formatted(cursor.value(), [](KeyReader& reader) {
                         return std::string(reader.rest());
                       }));
  }
  return found_ones;
}

std::optional<CursorRow> cursor_of(const Txn& txn, TenantNumber tenant,
                                   std::string_view collection) {
  const auto value = txn.get(Table::cursor, Key().tenant(tenant).text(collection));
  if (!value) return std::nullopt;
  return read_formatted(*value, [](KeyReader& reader) {
    CursorRow row;
    row.snapshot = {reader.number()};
    row.text = std::string(reader.rest());
    return row;
  });
}

void put_cursor(WriteTxn& txn, TenantNumber tenant, std::string_view collection,
                const CursorRow& cursor) {
  txn.put(Table::cursor, Key().tenant(tenant).text(collection),
          Key().byte(kFormat).number(cursor.snapshot).text(cursor.text));
}

}  // namespace entrad::store
