// A user by its id or userPrincipalName, as of a snapshot.
#include "base/text.h"
#include "store/environment.h"
#include "store/snapshot_rows.h"
#include "store/snapshots.h"
#include "store/user_rows.h"

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

base::Result<base::Guid> only_holder(const Holders& holders, const std::string& name) {
  if (!holders.present.empty()) return holders.present.front();
  if (holders.gone.size() == 1) return holders.gone.front();
  if (holders.gone.empty())
    return base::fail(ErrorKind::not_found, "no user " + name + " in this snapshot or before it",
                      "search by part of a name: entractl users list --search TEXT");
  std::string ids;
  for (const auto& id : holders.gone) ids += (ids.empty() ? "" : ", ") + id.str();
  return base::fail(ErrorKind::conflict,
                    std::to_string(holders.gone.size()) + " deleted users were called " + name,
                    "name one by its id: " + ids);
}

}  // namespace

base::Result<base::Guid> Snapshots::find_user(const std::string& tenant,
                                              base::SnapshotNumber number,
                                              std::string_view id_or_name) const {
  return telling_damage([&]() -> base::Result<base::Guid> {
    const std::string name(base::trim(id_or_name));
    const auto reader = environment_.read();
    const auto known = tenant_with(*reader, tenant, number);
    if (!known) return no_snapshot(tenant, number);
    if (const auto id = base::Guid::parse(name))
      if (user_as_of(*reader, *known, *id, number)) return *id;
    return only_holder(holders_of(*reader, *known, number, name), name);
  });
}

}  // namespace entrad::store
