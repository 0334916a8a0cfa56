// Role management and the older directoryRoles. Facts: Microsoft's pages "List/Create
// unifiedRoleAssignments" and "directoryRole resource type".
#include <algorithm>

#include "handlers.h"
#include "objects.h"
#include "role_schedules.h"

namespace graphsim {
namespace {

constexpr PageRules kRolePages{100, 999};

void check_filter(const Call& call, std::initializer_list<const char*> allowed) {
  if (!call.query.filter()) return;
  for (const std::string& name : call.query.filter()->properties())
    if (std::none_of(allowed.begin(), allowed.end(), [&](const char* one) { return name == one; }))
      bad_request("Property '" + name + "' cannot be used in a filter here.");
}

/// Assignments that the filter can match: those of one principal need no scan.
std::vector<const RoleAssignment*> candidates(const Call& call) {
  std::vector<const RoleAssignment*> out;
  const auto& filter = call.query.filter();
  if (filter && filter->exact() && filter->exact()->property == "principalId") {
    for (const Json& id : filter->exact()->values)
      if (id.is_string())
        for (const RoleAssignment* a : call.tenant.roles.of(lower(id.get<std::string>())))
          out.push_back(a);
    return out;
  }
  for (const auto& [number, a] : call.tenant.roles.assignments()) out.push_back(&a);
  return out;
}

Json expanded(Call& call, Json assignment) {
  for (const Expansion& expansion : call.query.expand()) {
    if (same_text(expansion.relation, "roleDefinition")) {
      const auto* role =
          call.tenant.roles.definition(assignment["roleDefinitionId"].get<std::string>());
      if (role != nullptr) assignment["roleDefinition"] = role_definition_json(*role);
    } else if (same_text(expansion.relation, "principal")) {
      const ObjectView view(call, expansion.select);
      const auto id = assignment["principalId"].get<std::string>();
      if (const auto user = call.tenant.users.find_id(id))
        assignment["principal"] = view.user(*user);
      else if (const auto group = call.tenant.containers.find(id))
        assignment["principal"] = view.container(*group);
      else if (const auto* principal = call.tenant.service_principal(id))
        assignment["principal"] = view.service_principal(*principal);
    } else {
      throw GraphError(400, "BadRequest",
                       "Could not find a property named '" + expansion.relation +
                           "' on type 'microsoft.graph.unifiedRoleAssignment'.");
    }
  }
  return assignment;
}

std::string required_text(const Json& body, const char* name) {
  const auto it = body.find(name);
  if (it == body.end() || !it->is_string() || it->get<std::string>().empty())
    bad_request("A value is required for property '" + std::string(name) +
                "' of resource 'RoleAssignment'.");
  return it->get<std::string>();
}

std::string checked_principal(Call& call, const std::string& id) {
  Tenant& t = call.tenant;
  if (const auto user = t.users.find_id(id); user && t.users.life(*user) == Life::kLive) {
    if (!t.is_visible(*user)) missing_reference();
    return t.users.id(*user);
  }
  if (const auto group = t.containers.find(id); group && !t.containers.at(*group).is_unit()) {
    if (t.containers.at(*group).kind != GroupKind::kRoleAssignable)
      bad_request("The group is not assignable to a role.");
    return t.containers.at(*group).id();
  }
  const ServicePrincipal* principal = t.service_principal(id);
  if (principal == nullptr) not_found(id);
  return principal->id;
}

std::string checked_scope(const Call& call, const std::string& scope) {
  constexpr std::string_view kUnits = "/administrativeUnits/";
  if (scope == "/") return scope;
  const std::string id =
      starts_with_text(scope, kUnits) ? scope.substr(kUnits.size()) : scope.substr(1);
  const auto container = call.tenant.containers.find(id);
  if (scope.empty() || scope.front() != '/' || !container)
    bad_request("The directory scope '" + scope + "' does not exist.");
  return scope;
}

}  // namespace

Response list_role_definitions(Call& call) {
  check_filter(call, {"id", "templateId", "displayName", "isBuiltIn"});
  std::vector<Json> out;
  for (const RoleDefinition& role : call.tenant.roles.definitions())
    out.push_back(role_definition_json(role));
  return list_answer(call, "roleManagement/directory/roleDefinitions", out, kRoleDefinitionShape,
                     kRolePages);
}

Response get_role_definition(Call& call) {
  const RoleDefinition* role = call.tenant.roles.definition(call.args.at(0));
  if (role == nullptr) not_found(call.args.at(0));
  return entity_answer(call, "roleManagement/directory/roleDefinitions",
                       role_definition_json(*role), kRoleDefinitionShape);
}

Response list_role_assignments(Call& call) {
  check_filter(call, {"principalId", "roleDefinitionId", "directoryScopeId"});
  check_select(call, kRoleAssignmentShape);
  settle_schedules(call.tenant);
  const std::vector<const RoleAssignment*> all = candidates(call);
  return list_answer(
      call, "roleManagement/directory/roleAssignments", all.size(),
      [&](std::size_t i) { return role_assignment_json(*all[i]); },
      [&](const Json& one) {
        Json shown = projected(one, call.query.select(), kRoleAssignmentShape);
        return call.query.expand().empty() ? shown : expanded(call, one);
      },
      kRolePages);
}

Response get_role_assignment(Call& call) {
  const RoleAssignment* a = call.tenant.roles.find(call.args.at(0));
  if (a == nullptr) not_found(call.args.at(0));
  return entity_answer(call, "roleManagement/directory/roleAssignments", role_assignment_json(*a),
                       kRoleAssignmentShape);
}

Response create_role_assignment(Call& call) {
  Tenant& t = call.tenant;
  const Json body = call.body();
  const RoleDefinition* role = t.roles.definition(required_text(body, "roleDefinitionId"));
  if (role == nullptr || body["roleDefinitionId"].get<std::string>().size() != 36)
    bad_request("The role definition does not exist.");
  const std::string principal = checked_principal(call, required_text(body, "principalId"));
  const std::string scope = checked_scope(call, required_text(body, "directoryScopeId"));
  settle_schedules(t);
  if (t.roles.exists(role->id, principal, scope))
    bad_request(
        "A conflicting object with one or more of the specified property values is present in the "
        "directory.");
  const RoleAssignment& made = t.roles.assign(role->id, principal, scope);
  const auto user = t.users.find_id(principal);
  const AuditTarget target = user ? t.target(*user) : AuditTarget{principal, "Other", "", ""};
  t.audit.write("Add member to role", call.actor(), {target, {role->id, "Role", role->name, ""}});
  return entity_answer(call, "roleManagement/directory/roleAssignments", role_assignment_json(made),
                       kRoleAssignmentShape, 201);
}

Response delete_role_assignment(Call& call) {
  Tenant& t = call.tenant;
  const RoleAssignment* a = t.roles.find(call.args.at(0));
  if (a == nullptr) not_found(call.args.at(0));
  const auto user = t.users.find_id(a->principal);
  const AuditTarget target = user ? t.target(*user) : AuditTarget{a->principal, "Other", "", ""};
  t.audit.write("Remove member from role", call.actor(), {target, {a->role, "Role", "", ""}});
  remove_assignment(t, call.args.at(0));
  return no_content();
}

Response list_directory_roles(Call& call) {
  std::vector<Json> out;
  for (const RoleDefinition& role : call.tenant.roles.definitions())
    if (role.built_in) out.push_back(directory_role_json(role));
  if (call.query.top())
    throw GraphError(400, "Request_UnsupportedQuery",
                     "Paging is not supported for directoryRoles.");
  return list_answer(call, "directoryRoles", out, kDirectoryRoleShape);
}

Response get_directory_role(Call& call) {
  const RoleDefinition* role = call.tenant.roles.by_directory_role(call.args.at(0));
  if (role == nullptr) not_found(call.args.at(0));
  return entity_answer(call, "directoryRoles", directory_role_json(*role), kDirectoryRoleShape);
}

Response list_directory_role_members(Call& call) {
  Tenant& t = call.tenant;
  const RoleDefinition* role = t.roles.by_directory_role(call.args.at(0));
  if (role == nullptr) not_found(call.args.at(0));
  const ObjectView view(call);
  std::vector<Json> out;
  for (const auto& [number, a] : t.roles.assignments()) {
    if (a.role != role->id || a.scope != "/") continue;
    if (const auto user = t.users.find_id(a.principal)) {
      if (t.is_visible(*user)) out.push_back(view.user(*user));
    } else if (const auto group = t.containers.find(a.principal)) {
      out.push_back(view.container(*group));
    } else if (const auto* principal = t.service_principal(a.principal)) {
      out.push_back(view.service_principal(*principal));
    }
  }
  std::vector<const Json*> items;
  for (const Json& o : out) items.push_back(&o);
  return list_answer(call, "directoryObjects", items, [](const Json& o) { return o; },
                     {100'000, 100'000});
}

}  // namespace graphsim
