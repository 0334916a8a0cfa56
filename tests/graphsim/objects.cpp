// Parts: which properties of a user are wanted; views of each type; $expand.
#include "objects.h"

#include <algorithm>

#include "user_links.h"

namespace graphsim {
namespace {

constexpr std::string_view kElsewhere[] = {"mailboxSettings", "pastProjects", "responsibilities",
                                           "schools", "print"};

bool elsewhere(std::string_view name) {
  return std::any_of(std::begin(kElsewhere), std::end(kElsewhere),
                     [&](std::string_view one) { return same_text(one, name); });
}

void check_guarded(const Call& call, std::string_view name) {
  if (name == "customSecurityAttributes" &&
      !call.may("CustomSecAttributeAssignment.Read.All CustomSecAttributeAssignment.ReadWrite.All"))
    denied();
  if (name != "signInActivity") return;
  if (!call.may("AuditLog.Read.All")) denied();
  if (!call.tenant.settings.premium)
    throw GraphError(403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant",
                     "Neither tenant is B2C or tenant doesn't have premium license");
}

[[noreturn]] void not_in_lists(const std::string& name) {
  throw GraphError(501, "NotImplemented",
                   "This operation target is not yet supported: '" + name +
                       "' cannot be read in a collection of users.");
}

[[noreturn]] void unknown_property(const std::string& name, std::string_view type) {
  throw GraphError(400, "BadRequest",
                   "Parsing OData Select and Expand failed: Could not find a property named '" +
                       name + "' on type '" + std::string(type) + "'.");
}

bool in_any_shape(std::string_view name) {
  for (const Shape* shape :
       {&kGroupShape, &kUnitShape, &kDirectoryRoleShape, &kServicePrincipalShape})
    for (const std::string_view list : {shape->usual, shape->on_demand})
      for (const std::string& one : split(list, ' '))
        if (same_text(one, name)) return true;
  return false;
}

}  // namespace

PropertyMask user_mask(const Call& call, const std::vector<std::string>& select, bool in_list) {
  if (select.empty()) return default_user_properties();
  PropertyMask mask;
  for (const std::string& name : select) {
    if (name == "*") {
      mask |= directory_user_properties();
      continue;
    }
    const auto index = user_property_index(name);
    if (!index) {
      if (name.starts_with("extension_")) continue;
      if (!elsewhere(name)) unknown_property(name, "microsoft.graph.user");
      if (in_list) not_in_lists(name);
      continue;
    }
    const UserProperty& property = user_properties()[*index];
    if (!call.tenant.settings.knows("user", name)) unknown_property(name, "microsoft.graph.user");
    if (property.origin == Origin::kSharePoint && in_list) not_in_lists(name);
    check_guarded(call, property.name);
    mask.set(*index);
  }
  return mask;
}

ObjectView::ObjectView(Call& call, const std::vector<std::string>& select)
    : call_(call),
      select_(select),
      reads_users_(
          call.may("User.Read.All User.ReadWrite.All User.ReadBasic.All Directory.Read.All "
                   "Directory.ReadWrite.All")),
      reads_groups_(call.may("Group.Read.All Group.ReadWrite.All GroupMember.Read.All "
                             "GroupMember.ReadWrite.All Group.ReadBasic.All Directory.Read.All "
                             "Directory.ReadWrite.All")),
      reads_units_(call.may("AdministrativeUnit.Read.All AdministrativeUnit.ReadWrite.All "
                            "Directory.Read.All Directory.ReadWrite.All")),
      reads_roles_(call.may("RoleManagement.Read.Directory RoleManagement.ReadWrite.Directory "
                            "Directory.Read.All Directory.ReadWrite.All")),
      reads_apps_(call.may("Application.Read.All Application.ReadWrite.All Directory.Read.All "
                           "Directory.ReadWrite.All")) {
  if (select.empty()) mask_ = default_user_properties();
  for (const std::string& name : select) {
    if (const auto index = user_property_index(name)) {
      mask_.set(*index);
    } else if (!in_any_shape(name) && name != "*" && !name.starts_with("extension_")) {
      unknown_property(name, "microsoft.graph.directoryObject");
    }
  }
}

// Collections are empty and everything else is null, whatever the object holds.
Json ObjectView::limited(Json object) {
  for (const auto& [name, value] : object.items())
    if (name.find('@') == std::string::npos)
      object[name] = value.is_array() ? Json::array() : Json();
  return object;
}

Json ObjectView::plain_user(UserIndex user) const {
  Json out = call_.tenant.users.document(user, mask_);
  if (const Json* older = call_.tenant.replication.older(user))
    for (const auto& [name, value] : older->items())
      if (out.contains(name)) out[name] = value;
  add_extensions(call_, user, select_, out);
  return out;
}

Json ObjectView::user(UserIndex user) const {
  Json out = plain_user(user);
  if (!reads_users_) out = limited(std::move(out));
  out["@odata.type"] = "#microsoft.graph.user";
  out["id"] = call_.tenant.users.id(user);
  return out;
}

Json ObjectView::container(ContainerIndex index) const {
  const Container& c = call_.tenant.containers.at(index);
  const Shape& shape = c.is_unit() ? kUnitShape : kGroupShape;
  const bool readable = c.is_unit() ? reads_units_ : reads_groups_;
  Json out = projected(c.document, select_, shape);
  if (!readable) out = limited(std::move(out));
  out["@odata.type"] = "#" + std::string(shape.type);
  out["id"] = c.id();
  return out;
}

Json ObjectView::directory_role(const RoleDefinition& role) const {
  Json out = projected(directory_role_json(role), select_, kDirectoryRoleShape);
  if (!reads_roles_) out = limited(std::move(out));
  out["@odata.type"] = "#microsoft.graph.directoryRole";
  out["id"] = role.directory_role_id;
  return out;
}

Json ObjectView::service_principal(const ServicePrincipal& principal) const {
  Json out =
      projected(service_principal_json(principal, call_.tenant), select_, kServicePrincipalShape);
  if (!reads_apps_) out = limited(std::move(out));
  out["@odata.type"] = "#microsoft.graph.servicePrincipal";
  out["id"] = principal.id;
  return out;
}

Json role_definition_json(const RoleDefinition& role) {
  return {
      {"id", role.id},
      {"description", role.description},
      {"displayName", role.name},
      {"isBuiltIn", role.built_in},
      {"isEnabled", true},
      {"resourceScopes", Json::array({"/"})},
      {"templateId", role.id},
      {"version", role.built_in ? Json("1") : Json(nullptr)},
      {"rolePermissions", Json::array({{{"allowedResourceActions",
                                         Json::array({"microsoft.directory/users/standard/read"})},
                                        {"condition", nullptr}}})}};
}

Json directory_role_json(const RoleDefinition& role) {
  return {{"id", role.directory_role_id},
          {"deletedDateTime", nullptr},
          {"description", role.description},
          {"displayName", role.name},
          {"roleTemplateId", role.id}};
}

Json role_assignment_json(const RoleAssignment& a) {
  return {{"id", a.id},
          {"principalId", a.principal},
          {"directoryScopeId", a.scope},
          {"roleDefinitionId", a.role}};
}

Json app_roles_of(const ServicePrincipal& p) {
  if (p.name != "Payroll Portal") return Json::array();
  return Json::array({{{"id", kPayslipReader},
                       {"allowedMemberTypes", Json::array({"User"})},
                       {"description", "Reads payslips"},
                       {"displayName", "Payslip reader"},
                       {"isEnabled", true},
                       {"origin", "Application"},
                       {"value", "Payslip.Read"}}});
}

Json service_principal_json(const ServicePrincipal& p, const Tenant& tenant) {
  return {{"id", p.id},
          {"deletedDateTime", nullptr},
          {"accountEnabled", true},
          {"appDisplayName", p.name},
          {"appId", p.app_id},
          {"displayName", p.name},
          {"servicePrincipalType", "Application"},
          {"servicePrincipalNames", Json::array({p.app_id})},
          {"appRoleAssignmentRequired", false},
          {"appRoles", app_roles_of(p)},
          {"tags", Json::array()},
          {"alternativeNames", Json::array()},
          {"signInAudience", "AzureADMyOrg"},
          {"appOwnerOrganizationId", tenant.id()}};
}

// One that is not set is left out of the answer.
void add_extensions(const Call& call, UserIndex user, const std::vector<std::string>& select,
                    Json& into) {
  for (const std::string& name : select) {
    if (!name.starts_with("extension_")) continue;
    const Json value = call.tenant.extras.extension(user, name);
    if (value.is_null()) continue;
    into[name] = value;
    if (value.is_array()) into[name + "@odata.type"] = "#Collection(String)";
  }
}

void expand_user(Call& call, UserIndex user, Json& into) {
  for (const Expansion& expansion : call.query.expand()) {
    const ObjectView view(call, expansion.select);
    if (same_text(expansion.relation, "manager")) {
      const auto manager = call.tenant.managers.of(user);
      if (manager && call.tenant.is_visible(*manager)) into["manager"] = view.user(*manager);
    } else if (same_text(expansion.relation, "memberOf")) {
      std::vector<Json> all = direct_memberships(call, user, view);
      all.resize(std::min(all.size(), kExpandLimit));
      into["memberOf"] = all;
    } else if (same_text(expansion.relation, "directReports")) {
      into["directReports"] = Json::array();
      for (const UserIndex report : call.tenant.managers.reports(user))
        if (call.tenant.is_visible(report) && into["directReports"].size() < kExpandLimit)
          into["directReports"].push_back(view.user(report));
    } else if (same_text(expansion.relation, "sponsors")) {
      std::vector<Json> all = sponsors_of(call, user, view);
      all.resize(std::min(all.size(), kExpandLimit));
      into["sponsors"] = all;
    } else {
      unknown_property(expansion.relation, "microsoft.graph.user");
    }
  }
}

}  // namespace graphsim
