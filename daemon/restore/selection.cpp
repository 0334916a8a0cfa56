#include "restore/selection.h"

#include <unordered_set>

namespace entrad::restore {
namespace {

using base::ErrorKind;
using base::Guid;

std::string last_seen(const store::Snapshots& snapshots, const std::string& tenant,
                      const Guid& user) {
  std::uint64_t last = 0;
  for (const auto& version : snapshots.versions(tenant, user))
    if (!version.removed) last = std::max(last, version.snapshot.value);
  if (last == 0) return "look for it with: entractl users list --search TEXT";
  return "it was last backed up in snapshot " + std::to_string(last) + ": use --at " +
         std::to_string(last);
}

base::Result<std::vector<Guid>> select_named(const store::Snapshots& snapshots,
                                             const std::string& tenant,
                                             const api::Snapshot& snapshot,
                                             const std::vector<std::string>& names) {
  std::vector<Guid> users;
  std::unordered_set<Guid> seen;
  for (const std::string& name : names) {
    auto user = snapshots.find_user(tenant, snapshot.number, name);
    if (!user) return base::pass(user);
    if (!snapshots.exists(tenant, snapshot.number, api::ObjectKind::user, *user))
      return base::fail(
          ErrorKind::not_found,
          "user " + name + " was not in the directory at snapshot " + snapshot.number.str(),
          last_seen(snapshots, tenant, *user));
    if (seen.insert(*user).second) users.push_back(*user);
  }
  return users;
}

base::Result<std::vector<Guid>> select_found(const store::Snapshots& snapshots,
                                             const std::string& tenant,
                                             const api::Snapshot& snapshot,
                                             const std::string& search) {
  std::vector<Guid> users;
  store::UserQuery query;
  query.search = search;
  query.sort = store::UserSort::id;
  query.limit = 1000;
  for (;;) {
    auto page = snapshots.users(tenant, snapshot.number, query);
    if (!page) return base::pass(page);
    for (const auto& row : page->users)
      if (const auto id = Guid::parse(row.id)) users.push_back(*id);
    if (!page->cursor) return users;
    query.cursor = *page->cursor;
  }
}

std::vector<Guid> select_all(const store::Snapshots& snapshots, const std::string& tenant,
                             const api::Snapshot& snapshot) {
  std::vector<Guid> users;
  snapshots.for_each(tenant, snapshot.number, api::ObjectKind::user, [&users](const Guid& id) {
    users.push_back(id);
    return true;
  });
  return users;
}

}  // namespace

base::Result<std::vector<Guid>> select(const store::Snapshots& snapshots, const std::string& tenant,
                                       const api::Snapshot& snapshot,
                                       const api::Selection& selection) {
  auto users = selection.all ? select_all(snapshots, tenant, snapshot)
               : !selection.users.empty()
                   ? select_named(snapshots, tenant, snapshot, selection.users)
                   : select_found(snapshots, tenant, snapshot, selection.search);
  if (users && users->empty())
    return base::fail(ErrorKind::not_found,
                      "nobody in snapshot " + snapshot.number.str() + " matches the selection",
                      "try it first with: entractl users list --at " + snapshot.number.str());
  return users;
}

}  // namespace entrad::restore
