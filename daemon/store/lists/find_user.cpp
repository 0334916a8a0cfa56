// A user by its id or userPrincipalName, as of a snapshot.
#include "base/text.h"
#include "store/environment.h"
#include "store/rows/snapshot_rows.h"
#include "store/rows/user_rows.h"
#include "store/snapshots.h"

namespace entrad::store {
namespace {

using base::ErrorKind;

// Who had a name as of a snapshot: present, or gone with that name as their last.
struct Holders {
  std::vector<base::Guid> present;
  std::vector<base::Guid> gone;
};

Holders holders_of(const Txn& txn, TenantNumber tenant, base::SnapshotNumber number,
                   const std::string& name) {
  Holders holders;
  const std::string folded = base::fold(name);
  for (const auto& id : users_named(txn, tenant, folded)) {
    const auto state = user_as_of(txn, tenant, id, number);
    if (!state || state->value.empty()) continue;
    if (base::fold(read_user(state->value).user_principal_name) != folded) continue;
    (state->gone ? holders.gone : holders.present).push_back(id);
  }
  return holders;
}

bool had_name(const Txn& txn, TenantNumber tenant, const base::Guid& id,
              const std::string& folded) {
  auto number = newest_number(txn, tenant);
  while (const auto state = user_as_of(txn, tenant, id, number)) {
    if (!state->value.empty() && base::fold(read_user(state->value).user_principal_name) == folded)
      return true;
    number = {state->changed_in.value - 1};
  }
  return false;
}

// Who has the name in any snapshot.
std::vector<base::Guid> holders_ever(const Txn& txn, TenantNumber tenant, const std::string& name) {
  const std::string folded = base::fold(name);
  auto ids = users_named(txn, tenant, folded);
  std::erase_if(ids, [&](const base::Guid& id) { return !had_name(txn, tenant, id, folded); });
  return ids;
}

base::unexpected<base::Error> several(const std::vector<base::Guid>& holders,
                                      const std::string& who) {
  std::string ids;
  for (const auto& id : holders) ids += (ids.empty() ? "" : ", ") + id.str();
  return base::fail(ErrorKind::conflict, std::to_string(holders.size()) + " " + who,
                    "name one by its id: " + ids);
}

}  // namespace

base::Result<base::Guid> Snapshots::find_user(const std::string& tenant,
                                              base::SnapshotNumber number,
                                              std::string_view id_or_name, ByName by_name) const {
  return telling_damage([&]() -> base::Result<base::Guid> {
    const std::string name(base::trim(id_or_name));
    const auto reader = environment_.read();
    const auto known = tenant_with(*reader, tenant, number);
    if (!known) return no_snapshot(tenant, number);
    if (const auto id = base::Guid::parse(name))
      if (user_as_of(*reader, *known, *id, number)) return *id;
    const auto holders = holders_of(*reader, *known, number, name);
    if (!holders.present.empty()) return holders.present.front();
    if (holders.gone.size() == 1) return holders.gone.front();
    if (!holders.gone.empty()) return several(holders.gone, "deleted users were called " + name);
    const auto ever = holders_ever(*reader, *known, name);
    if (by_name == ByName::as_ever && ever.size() == 1) return ever.front();
    if (by_name == ByName::as_ever && !ever.empty())
      return several(ever, "users are called " + name + " in other snapshots");
    return base::fail(ErrorKind::not_found,
                      "no user " + name + " in snapshot " + number.str() + " or before it",
                      ever.empty() ? "search by part of a name: entractl users list --search TEXT"
                                   : "in another snapshot that is the name of user " +
                                         ever.front().str() + ": name it by that id");
  });
}

}  // namespace entrad::store
