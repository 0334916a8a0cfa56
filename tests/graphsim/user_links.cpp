// Parts: memberships; manager and reports; owned objects.
#include "user_links.h"

#include <algorithm>

namespace graphsim {
namespace {

std::vector<ContainerIndex> containers_seen(Call& call, UserIndex user) {
  Tenant& t = call.tenant;
  std::vector<ContainerIndex> out;
  const bool sees_hidden = call.may("Member.Read.Hidden");
  for (const ContainerIndex c : t.containers.of(user))
    if (!t.replication.misread(link_key(0, c, user))) out.push_back(c);
  for (const ContainerIndex c : t.replication.still_of(user)) out.push_back(c);
  std::erase_if(
      out, [&](ContainerIndex c) { return t.containers.at(c).hides_members() && !sees_hidden; });
  return out;
}

void add_roles(Call& call, const std::vector<std::string>& principals, const ObjectView& view,
               std::vector<Json>& out) {
  std::set<std::string> seen;
  for (const std::string& principal : principals)
    for (const RoleAssignment* a : call.tenant.roles.of(principal)) {
      const RoleDefinition* role = call.tenant.roles.definition(a->role);
      if (role == nullptr || !role->built_in || a->scope != "/") continue;
      if (seen.insert(role->id).second) out.push_back(view.directory_role(*role));
    }
}

std::vector<Json> transitive(Call& call, UserIndex user, const ObjectView& view) {
  std::vector<Json> out;
  std::vector<std::string> principals{call.tenant.users.id(user)};
  for (const ContainerIndex c : call.tenant.containers.upward(containers_seen(call, user))) {
    out.push_back(view.container(c));
    principals.push_back(call.tenant.containers.at(c).id());
  }
  add_roles(call, principals, view, out);
  return out;
}

std::vector<Json> only_type(std::vector<Json> objects, const std::string& type) {
  std::erase_if(objects, [&](const Json& o) {
    return !same_text(o.at("@odata.type").get<std::string>(), "#" + type);
  });
  return objects;
}

Response page_of(Call& call, const std::string& set, const std::vector<Json>& objects) {
  std::vector<const Json*> items;
  for (const Json& o : objects) items.push_back(&o);
  return list_answer(call, set, items, [](const Json& o) { return o; });
}

using Source = std::vector<Json> (*)(Call&, UserIndex, const ObjectView&);

Response list_from(Call& call, Source source) {
  const UserIndex user = call.user();
  call.query.require_consistency();
  return page_of(call, "directoryObjects", source(call, user, ObjectView(call)));
}

Response cast_from(Call& call, Source source) {
  const UserIndex user = call.user();
  if (!call.query.advanced())
    unsupported_query("The specified cast needs ConsistencyLevel: eventual and $count=true.");
  auto objects = only_type(source(call, user, ObjectView(call)), call.args.at(1));
  for (Json& o : objects) o.erase("@odata.type");
  const std::string type = call.args.at(1).substr(call.args.at(1).rfind('.') + 1);
  return page_of(call, type == "group" ? "groups" : type + "s", objects);
}

Response count_from(Call& call, Source source) {
  const UserIndex user = call.user();
  auto objects = source(call, user, ObjectView(call));
  if (call.args.size() > 1) objects = only_type(std::move(objects), call.args.at(1));
  return count_answer(call, objects.size());
}

void require_cloud_user(const Call& call, UserIndex user) {
  if (call.tenant.users.flag(user, "onPremisesSyncEnabled"))
    bad_request(
        "Unable to update the specified properties for on-premises mastered Directory Sync objects "
        "or objects currently undergoing migration.");
}

std::optional<UserIndex> visible_manager(Call& call, UserIndex user) {
  const auto manager = call.tenant.managers.of(user);
  if (!manager || !call.tenant.is_visible(*manager)) return std::nullopt;
  if (call.tenant.replication.misread(link_key(1, user, 0))) return std::nullopt;
  return manager;
}

[[noreturn]] void no_manager() {
  throw GraphError(404, "Request_ResourceNotFound",
                   "Resource 'manager' does not exist or one of its queried reference-property "
                   "objects are not present.");
}

void audit_manager(Call& call, const char* activity, UserIndex user) {
  call.tenant.audit.write(activity, call.actor(), {call.tenant.target(user)});
  call.tenant.replication.linked(link_key(1, user, 0));
}

}  // namespace

std::vector<Json> direct_memberships(Call& call, UserIndex user, const ObjectView& view) {
  std::vector<Json> out;
  for (const ContainerIndex c : containers_seen(call, user)) out.push_back(view.container(c));
  add_roles(call, {call.tenant.users.id(user)}, view, out);
  return out;
}

Response list_member_of(Call& call) { return list_from(call, direct_memberships); }
Response list_transitive_member_of(Call& call) { return list_from(call, transitive); }
Response cast_member_of(Call& call) { return cast_from(call, direct_memberships); }
Response cast_transitive_member_of(Call& call) { return cast_from(call, transitive); }
Response count_member_of(Call& call) { return count_from(call, direct_memberships); }
Response count_transitive_member_of(Call& call) { return count_from(call, transitive); }

Response get_manager(Call& call) {
  const auto manager = visible_manager(call, call.user());
  if (!manager) no_manager();
  Json body = ObjectView(call).user(*manager);
  body["@odata.context"] = call.context(with_select(call, "directoryObjects") + "/$entity");
  return json_answer(std::move(body));
}

Response get_manager_ref(Call& call) {
  const auto manager = visible_manager(call, call.user());
  if (!manager) no_manager();
  return json_answer({{"@odata.context", call.context("$ref")},
                      {"@odata.id", call.request.base_url + "/v1.0/directoryObjects/" +
                                        call.tenant.users.id(*manager)}});
}

Response put_manager(Call& call) {
  const UserIndex user = call.user();
  const std::string id = referenced_id(call.body().value("@odata.id", Json()));
  const auto manager = call.tenant.users.find_id(id);
  if (!manager || call.tenant.users.life(*manager) != Life::kLive) not_found(id);
  if (!call.tenant.is_visible(*manager)) missing_reference();
  require_cloud_user(call, user);
  if (*manager == user) bad_request("A user cannot be the manager of itself.");
  call.tenant.managers.set(user, manager);
  audit_manager(call, "Set user manager", user);
  return no_content();
}

Response delete_manager(Call& call) {
  const UserIndex user = call.user();
  if (!call.tenant.managers.of(user)) no_manager();
  require_cloud_user(call, user);
  call.tenant.managers.set(user, std::nullopt);
  audit_manager(call, "Remove user manager", user);
  return no_content();
}

Response list_direct_reports(Call& call) {
  const UserIndex user = call.user();
  const ObjectView view(call);
  std::vector<Json> out;
  for (const UserIndex report : call.tenant.managers.reports(user))
    if (call.tenant.is_visible(report)) out.push_back(view.user(report));
  return page_of(call, "directoryObjects", out);
}

Response list_owned_objects(Call& call) {
  const UserIndex user = call.user();
  const ObjectView view(call);
  std::vector<Json> out;
  for (const ContainerIndex c : call.tenant.containers.owned_by(user))
    if (call.tenant.containers.at(c).is_live() &&
        !call.tenant.replication.misread(link_key(kOwnerLink, c, user)))
      out.push_back(view.container(c));
  for (Json& one : owned_applications(call, user, view)) out.push_back(std::move(one));
  return page_of(call, "directoryObjects", out);
}

Response list_empty(Call& call) {
  if (!call.args.empty()) call.user();
  const auto path = std::string(call.request.path());
  return page_of(call, path.substr(path.rfind('/') + 1), {});
}

}  // namespace graphsim
