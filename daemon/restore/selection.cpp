#include "restore/selection.h"

#include <unordered_set>

#include "base/json.h"
#include "graph/calls.h"
#include "store/lineage.h"
#include "store/past/snapshot_difference.h"
#include "store/snapshots.h"

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
                                             const api::Selection& selection) {
  std::vector<Guid> users;
  store::UserQuery query;
  query.search = selection.search;
  query.filter = selection.filter;
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

base::Result<std::unordered_set<Guid>> everybody_in_the_directory(const Context& context,
                                                                  const graph::Call& call) {
  std::unordered_set<Guid> ids;
  auto listed = context.session.collection(
      graph::calls::list_users("id"),
      [&ids](std::string_view page) -> base::Result<void> {
        const auto document = base::read_json(page);
        for (const auto& user : document.value("value", nlohmann::json::array()))
          if (const auto id = Guid::parse(user.value("id", ""))) ids.insert(*id);
        return {};
      },
      [&ids] { ids.clear(); }, call);
  if (!listed) return base::pass(listed);
  return ids;
}

base::Result<std::vector<Guid>> select_deleted(const Context& context, const graph::Call& call) {
  auto present = everybody_in_the_directory(context, call);
  if (!present) return base::pass(present);
  auto users = select_all(context.store.snapshots(), context.request.tenant, context.snapshot);
  std::erase_if(users, [&](const Guid& user) {
    return present->contains(user) ||
           present->contains(
               context.store.lineage().successor(context.request.tenant, user).value_or(user));
  });
  return users;
}

base::Result<std::vector<Guid>> select_changed(const Context& context) {
  const store::Snapshots& snapshots = context.store.snapshots();
  auto newest = snapshots.named(context.request.tenant, "", context.clock.wall());
  if (!newest) return base::pass(newest);
  std::vector<Guid> users;
  store::DifferenceQuery query;
  query.kind = api::ObjectKind::user;
  query.limit = 1000;
  for (;;) {
    auto page =
        store::difference(snapshots, context.request.tenant, context.snapshot, *newest, query);
    if (!page) return base::pass(page);
    for (const api::ObjectChange& one : page->objects)
      if (const auto id = Guid::parse(one.id); id && one.change != "added") users.push_back(*id);
    if (!page->cursor) return users;
    query.cursor = *page->cursor;
  }
}

base::Result<std::vector<Guid>> select_by(const Context& context, const graph::Call& call) {
  const store::Snapshots& snapshots = context.store.snapshots();
  const std::string& tenant = context.request.tenant;
  const api::Selection& selection = context.request.selection;
  if (selection.all) return select_all(snapshots, tenant, context.snapshot);
  if (selection.deleted) return select_deleted(context, call);
  if (selection.changed) return select_changed(context);
  if (selection.users.empty()) return select_found(snapshots, tenant, context.snapshot, selection);
  return select_named(snapshots, tenant, context.snapshot, selection.users);
}

std::string nobody(const Context& context) {
  const api::Selection& selection = context.request.selection;
  const std::string snapshot = context.snapshot.number.str();
  if (selection.deleted) return "everybody of snapshot " + snapshot + " is in the directory";
  if (selection.changed)
    return "the newest snapshot has everybody as snapshot " + snapshot + " has";
  return "nobody in snapshot " + snapshot + " matches the selection";
}

std::string what_then(const Context& context) {
  const api::Selection& selection = context.request.selection;
  if (selection.deleted)
    return "nobody has to be brought back; for those who have changed: --changed-since";
  if (selection.changed)
    return "changes since the newest snapshot are not seen: entractl backup first";
  return "try it first with: entractl users list --at " + context.snapshot.number.str();
}

}  // namespace

base::Result<std::vector<Guid>> select(const Context& context, const graph::Call& call) {
  auto users = select_by(context, call);
  if (users && users->empty())
    return base::fail(ErrorKind::not_found, nobody(context), what_then(context));
  return users;
}

}  // namespace entrad::restore
