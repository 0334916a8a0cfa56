// App role assignments and service principals. Facts: Microsoft's pages "List/Grant an
// appRoleAssignment" and "servicePrincipal resource type".
#include <algorithm>
#include <chrono>

#include "handlers.h"
#include "listing.h"
#include "objects.h"
#include "user_links.h"

namespace graphsim {
namespace {

Json assignment_json(const AppRoleAssignment& a, const Tenant& t) {
  const ServicePrincipal* resource = t.service_principal(a.resource);
  return {{"id", a.id},
          {"deletedDateTime", nullptr},
          {"appRoleId", a.app_role},
          {"createdDateTime", a.created},
          {"principalDisplayName", a.principal_name},
          {"principalId", a.principal},
          {"principalType", a.principal_type},
          {"resourceDisplayName", resource == nullptr ? Json() : Json(resource->name)},
          {"resourceId", a.resource}};
}

/// Some groups are assigned to the second enterprise application; their members inherit that row.
bool is_assigned(const Container& group, ContainerIndex index) {
  return group.kind == GroupKind::kSecurity && index % 8 == 6;
}

AppRoleAssignment row_of(const Tenant& t, const Container& group) {
  return {base64url(group.id()).substr(0, 43),
          group.id(),
          "Group",
          group.document["displayName"].get<std::string>(),
          t.service_principals[1].id,
          std::string(kDefaultAppRole),
          "2024-02-02T00:00:00Z"};
}

std::optional<AppRoleAssignment> inherited(Call& call, UserIndex user) {
  const Tenant& t = call.tenant;
  for (const ContainerIndex c : t.containers.assigned(user))
    if (is_assigned(t.containers.at(c), c)) return row_of(t, t.containers.at(c));
  return std::nullopt;
}

std::string guid_field(const Json& body, const char* name) {
  const auto it = body.find(name);
  const std::string text = it != body.end() && it->is_string() ? it->get<std::string>() : "";
  if (!parse_guid(text))
    bad_request("A value is required for property '" + std::string(name) + "'.");
  return lower(text);
}

}  // namespace

Response list_app_roles(Call& call) {
  const UserIndex user = call.user();
  std::vector<Json> out;
  for (const AppRoleAssignment& a : call.tenant.app_roles.of(user))
    out.push_back(assignment_json(a, call.tenant));
  if (const auto row = inherited(call, user)) out.push_back(assignment_json(*row, call.tenant));
  return list_answer(call, "users('" + call.args.at(0) + "')/appRoleAssignments", out,
                     kAppRoleAssignmentShape);
}

Response create_app_role(Call& call) {
  Tenant& t = call.tenant;
  const Json body = call.body();
  const std::string principal = guid_field(body, "principalId");
  const std::string resource = guid_field(body, "resourceId");
  const std::string role = guid_field(body, "appRoleId");
  const auto user = t.users.find_id(principal);
  if (!user || t.users.life(*user) != Life::kLive) not_found(principal);
  if (!t.is_visible(*user)) bad_request("Not a valid reference update.");
  const ServicePrincipal* target = t.service_principal(resource);
  if (target == nullptr) not_found(resource);
  std::vector<AppRoleAssignment> held = t.app_roles.of(*user);
  for (const AppRoleAssignment& a : held)
    if (a.resource == target->id && a.app_role == role)
      bad_request("Permission being assigned already exists on the object");
  held.push_back({base64url(t.fresh_guid().digits()), t.users.id(*user), "User",
                  t.users.text(*user, "displayName"), target->id, role,
                  iso_time(std::chrono::system_clock::now())});
  Json answer = assignment_json(held.back(), t);
  t.app_roles.set(*user, std::move(held));
  t.audit.write("Add app role assignment grant to user", call.actor(), {t.target(*user)});
  answer["@odata.context"] = call.context("appRoleAssignments/$entity");
  return json_answer(std::move(answer), 201);
}

Response delete_app_role(Call& call) {
  Tenant& t = call.tenant;
  const UserIndex user = call.user();
  std::vector<AppRoleAssignment> held = t.app_roles.of(user);
  if (std::erase_if(held, [&](const auto& a) { return a.id == call.args.at(1); }) == 0)
    not_found(call.args.at(1));
  t.app_roles.set(user, std::move(held));
  t.audit.write("Remove app role assignment from user", call.actor(), {t.target(user)});
  return no_content();
}

Response list_service_principals(Call& call) {
  std::vector<Json> out;
  for (const ServicePrincipal& p : call.tenant.service_principals)
    out.push_back(service_principal_json(p, call.tenant));
  check_select(call, kServicePrincipalShape);
  std::vector<const Json*> items;
  for (const Json& one : out) items.push_back(&one);
  return list_answer(call, "servicePrincipals", items, [&](const Json& one) {
    Json shown = projected(one, call.query.select(), kServicePrincipalShape);
    expand_owners(call, one["id"].get<std::string>(), shown);
    return shown;
  });
}

Response get_service_principal(Call& call) {
  const ServicePrincipal* p = call.tenant.service_principal(call.args.at(0));
  if (p == nullptr) not_found(call.args.at(0));
  return entity_answer(call, "servicePrincipals", service_principal_json(*p, call.tenant),
                       kServicePrincipalShape);
}

Response list_assigned_to(Call& call) {
  Tenant& t = call.tenant;
  const ServicePrincipal* p = t.service_principal(call.args.at(0));
  if (p == nullptr) not_found(call.args.at(0));
  std::vector<Json> out;
  for (UserIndex user = 0; user < t.users.size(); ++user) {
    if (t.users.life(user) != Life::kLive) continue;
    for (const AppRoleAssignment& a : t.app_roles.of(user))
      if (a.resource == p->id) out.push_back(assignment_json(a, t));
  }
  if (p->id == t.service_principals[1].id)
    for (ContainerIndex c = 0; c < t.containers.all().size(); ++c)
      if (is_assigned(t.containers.at(c), c))
        out.push_back(assignment_json(row_of(t, t.containers.at(c)), t));
  return list_answer(call, "appRoleAssignments", out, kAppRoleAssignmentShape);
}

}  // namespace graphsim
