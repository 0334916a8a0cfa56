#include "store/lineage.h"

#include <set>

#include "store/environment.h"
#include "store/rows/snapshot_rows.h"

namespace entrad::store {
namespace {

constexpr std::uint8_t kFormat = 1;

Key lineage_key(TenantNumber tenant, const base::Guid& old_id, std::uint64_t millis,
                base::JobId job) {
  return Key().tenant(tenant).id(old_id).number(millis).number(job);
}

std::uint64_t millis_of(base::WallTime when) {
  return static_cast<std::uint64_t>(when.time_since_epoch().count());
}

std::optional<base::Guid> next_of(const Txn& txn, TenantNumber tenant, const base::Guid& id) {
  const Key prefix = Key().tenant(tenant).id(id);
  constexpr auto kEnd = ~std::uint64_t{0};
  auto cursor = txn.cursor(Table::lineage);
  if (!cursor.seek_at_or_before(lineage_key(tenant, id, kEnd, {kEnd})) ||
      !cursor.key().starts_with(std::string_view(prefix)))
    return std::nullopt;
  KeyReader reader(cursor.value());
  reader.byte();
  return reader.id();
}

}  // namespace

Lineage::Lineage(Environment& environment) : environment_(environment) {}

base::Result<void> Lineage::record(const std::string& tenant,
                                   const std::vector<Succession>& successions, base::JobId job,
                                   base::WallTime when) {
  return environment_.write([&](Write& write) -> base::Result<void> {
    const auto number = find_or_add_tenant(write.txn, tenant);
    for (const Succession& one : successions)
      write.txn.put(Table::lineage, lineage_key(number, one.old_id, millis_of(when), job),
                    Key().byte(kFormat).id(one.new_id));
    return {};
  });
}

std::optional<base::Guid> Lineage::successor(const std::string& tenant,
                                             const base::Guid& id) const {
  const auto reader = environment_.read();
  const auto known = find_tenant(*reader, tenant);
  if (!known) return std::nullopt;
  // A user restored under its old id again closes a circle; the walk ends where it would repeat.
  std::set<base::Guid> passed{id};
  base::Guid current = id;
  while (const auto next = next_of(*reader, *known, current)) {
    if (!passed.insert(*next).second) break;
    current = *next;
  }
  if (current == id) return std::nullopt;
  return current;
}

}  // namespace entrad::store
