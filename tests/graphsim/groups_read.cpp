// Groups and administrative units: lists, single objects, members page by page, owners.
// A member list shows groups first, then users; users in the recycle bin are hidden, so the
// position in a page token names a place among all stored links and stays true while links change.
#include <algorithm>

#include "handlers.h"
#include "objects.h"
#include "user_links.h"

namespace graphsim {
namespace {

constexpr std::uint64_t kUsersFrom = 1ULL << 32;  // page positions of user members start here

std::vector<const Json*> documents(const Tenant& t, bool units, bool hidden_too) {
  std::vector<const Json*> out;
  for (const Container& c : t.containers.all())
    if (c.is_live() && c.is_unit() == units && (!units || hidden_too || !c.hides_members()))
      out.push_back(&c.document);
  return out;
}

void check_members_visible(const Call& call, ContainerIndex container) {
  if (call.tenant.containers.at(container).hides_members() && !call.may("Member.Read.Hidden"))
    denied();
}

enum class Only { kAnything, kUsers, kGroups };

Only only_of(const std::string& type) {
  if (same_text(type, "microsoft.graph.user")) return Only::kUsers;
  if (same_text(type, "microsoft.graph.group")) return Only::kGroups;
  throw GraphError(400, "BadRequest", "Type '" + type + "' cannot be a member here.");
}

bool shows(Call& call, ContainerIndex container, UserIndex user) {
  return call.tenant.is_visible(user) &&
         !call.tenant.replication.misread(link_key(0, container, user));
}

bool passes_filter(const Call& call, UserIndex user) {
  return !call.query.filter() || call.query.filter()->matches(call.tenant.users.document(user));
}

std::size_t count_shown(Call& call, ContainerIndex container, Only only) {
  const Container& c = call.tenant.containers.at(container);
  std::size_t count = only == Only::kUsers ? 0 : c.groups.size();
  if (only != Only::kGroups)
    call.tenant.containers.each_user(container, 0, [&](UserIndex user) {
      count += shows(call, container, user) && passes_filter(call, user) ? 1 : 0;
      return true;
    });
  return count;
}

void add_next(const Call& call, Json& body, std::uint64_t position) {
  body["@odata.nextLink"] = call.query.next_link(
      call.request, {position, call.query.advanced(), call.tenant.clock.now()});
}

/// Fills body["value"] from the page position on.
void fill_members(Call& call, ContainerIndex container, Only only, Json& body) {
  const std::uint32_t size = call.query.page_size(100, 999);
  const ObjectView view(call);
  const Container& c = call.tenant.containers.at(container);
  const std::uint64_t position = call.query.page() ? call.query.page()->position : 0;
  Json& value = body["value"];
  if (position < kUsersFrom && only != Only::kUsers && !call.query.filter())
    for (auto i = static_cast<std::size_t>(position); i < c.groups.size(); ++i) {
      if (value.size() == size) return add_next(call, body, i);
      value.push_back(view.container(c.groups[i]));
    }
  if (only == Only::kGroups) return;
  const auto from = static_cast<UserIndex>(position < kUsersFrom ? 0 : position - kUsersFrom);
  call.tenant.containers.each_user(container, from, [&](UserIndex user) {
    if (value.size() == size) {
      add_next(call, body, kUsersFrom + user);
      return false;
    }
    if (shows(call, container, user) && passes_filter(call, user)) value.push_back(view.user(user));
    return true;
  });
  if (body.contains("@odata.nextLink")) return;
  for (const UserIndex user : call.tenant.replication.still_in(container))
    if (call.tenant.is_visible(user) && value.size() < size) value.push_back(view.user(user));
}

Response members_of(Call& call, ContainerIndex container, Only only) {
  check_members_visible(call, container);
  check_page_age(call);
  call.query.require_consistency();
  Json body{{"value", Json::array()}};
  if (call.query.count() && !call.query.page())
    body["@odata.count"] = count_shown(call, container, only);
  fill_members(call, container, only, body);
  const char* set = only == Only::kUsers    ? "users"
                    : only == Only::kGroups ? "groups"
                                            : "directoryObjects";
  body["@odata.context"] = call.context(with_select(call, set));
  if (only != Only::kAnything)
    for (Json& one : body["value"]) one.erase("@odata.type");
  return json_answer(std::move(body));
}

Response cast_members_of(Call& call, ContainerIndex container) {
  if (!call.query.advanced())
    unsupported_query("The specified cast needs ConsistencyLevel: eventual and $count=true.");
  return members_of(call, container, only_of(call.args.at(1)));
}

Response count_members_of(Call& call, ContainerIndex container) {
  check_members_visible(call, container);
  const Only only = call.args.size() > 1 ? only_of(call.args.at(1)) : Only::kAnything;
  return count_answer(call, count_shown(call, container, only));
}

Response list_documents(Call& call, const char* set, bool units, const Shape& shape) {
  check_select(call, shape);
  call.query.require_consistency();
  if (call.query.filter())
    for (const std::string& name : call.query.filter()->properties())
      if ((" " + std::string(shape.usual) + " " + std::string(shape.on_demand) + " ")
              .find(" " + name + " ") == std::string::npos)
        unsupported_query("Unsupported or invalid query filter clause specified for property '" +
                          name + "'.");
  return list_answer(call, set, documents(call.tenant, units, call.may("Member.Read.Hidden")),
                     [&](const Json& d) {
                       Json shown = projected(d, call.query.select(), shape);
                       if (!units) expand_owners(call, d["id"].get<std::string>(), shown);
                       return shown;
                     });
}

Response page_of(Call& call, const std::vector<Json>& objects) {
  std::vector<const Json*> items;
  for (const Json& o : objects) items.push_back(&o);
  return list_answer(call, "directoryObjects", items, [](const Json& o) { return o; });
}

}  // namespace

Response list_groups(Call& call) { return list_documents(call, "groups", false, kGroupShape); }

Response count_groups(Call& call) {
  std::size_t count = 0;
  for (const Json* d : documents(call.tenant, false, true))
    count += !call.query.filter() || call.query.filter()->matches(*d) ? 1 : 0;
  return count_answer(call, count);
}

Response get_group(Call& call) {
  return entity_answer(call, "groups", call.tenant.containers.at(call.group()).document,
                       kGroupShape);
}

Response list_members(Call& call) { return members_of(call, call.group(), Only::kAnything); }
Response cast_members(Call& call) { return cast_members_of(call, call.group()); }
Response count_members(Call& call) { return count_members_of(call, call.group()); }

Response list_transitive_members(Call& call) {
  const ContainerIndex group = call.group();
  check_members_visible(call, group);
  const ObjectView view(call);
  std::set<ContainerIndex> groups;
  std::set<UserIndex> users;
  std::vector<ContainerIndex> todo{group};
  while (!todo.empty()) {
    const ContainerIndex next = todo.back();
    todo.pop_back();
    call.tenant.containers.each_user(next, 0, [&](UserIndex user) {
      if (shows(call, next, user)) users.insert(user);
      return true;
    });
    for (const ContainerIndex child : call.tenant.containers.at(next).groups)
      if (groups.insert(child).second) todo.push_back(child);
  }
  std::vector<Json> out;
  for (const ContainerIndex g : groups) out.push_back(view.container(g));
  for (const UserIndex u : users) out.push_back(view.user(u));
  return page_of(call, out);
}

Response list_owners(Call& call) {
  const ObjectView view(call);
  const ContainerIndex group = call.group();
  std::vector<Json> out;
  for (const UserIndex owner : call.tenant.containers.at(group).owners)
    if (call.tenant.is_visible(owner) &&
        !call.tenant.replication.misread(link_key(kOwnerLink, group, owner)))
      out.push_back(view.user(owner));
  return page_of(call, out);
}

Response list_group_member_of(Call& call) {
  const ObjectView view(call);
  std::vector<Json> out;
  for (const ContainerIndex parent : call.tenant.containers.at(call.group()).parents)
    out.push_back(view.container(parent));
  return page_of(call, out);
}

Response list_units(Call& call) {
  return list_documents(call, "directory/administrativeUnits", true, kUnitShape);
}

Response get_unit(Call& call) {
  return entity_answer(call, "directory/administrativeUnits",
                       call.tenant.containers.at(call.unit()).document, kUnitShape);
}

Response list_unit_members(Call& call) { return members_of(call, call.unit(), Only::kAnything); }
Response cast_unit_members(Call& call) { return cast_members_of(call, call.unit()); }
Response count_unit_members(Call& call) { return count_members_of(call, call.unit()); }

}  // namespace graphsim
