// Parts: permission lists; the table; segments; matching.
#include "routes.h"

#include "handlers.h"
#include "user_links.h"

namespace graphsim {
namespace {

constexpr std::string_view kUserRead =
    "User.Read.All User.ReadBasic.All User.ReadWrite.All Directory.Read.All "
    "Directory.ReadWrite.All";
constexpr std::string_view kUserLinks =
    "User.Read.All User.ReadWrite.All Directory.Read.All Directory.ReadWrite.All";
constexpr std::string_view kSponsors = "User.Read.All User.ReadWrite.All";
constexpr std::string_view kSponsorsWrite = "User.ReadWrite.All Directory.ReadWrite.All";
constexpr std::string_view kPhoto =
    "ProfilePhoto.Read.All ProfilePhoto.ReadWrite.All User.Read.All User.ReadBasic.All "
    "User.ReadWrite.All";
constexpr std::string_view kUserCreate = "User.ReadWrite.All Directory.ReadWrite.All";
constexpr std::string_view kUserPatch =
    "User.ReadWrite.All Directory.ReadWrite.All User-Phone.ReadWrite.All User-Mail.ReadWrite.All "
    "User-PasswordProfile.ReadWrite.All User.EnableDisableAccount.All User.ManageIdentities.All";
constexpr std::string_view kUserDelete =
    "User.DeleteRestore.All User.ReadWrite.All Directory.ReadWrite.All";
constexpr std::string_view kMemberOf =
    "Directory.Read.All Directory.ReadWrite.All GroupMember.Read.All GroupMember.ReadWrite.All "
    "GroupMember.ReadBasic.All Group.ReadBasic.All Group.Read.All User.Read.All User.ReadWrite.All";
constexpr std::string_view kGroupRead =
    "Group.ReadBasic.All GroupMember.Read.All GroupMember.ReadWrite.All Group.Read.All "
    "Group.ReadWrite.All Directory.Read.All Directory.ReadWrite.All";
constexpr std::string_view kMembersRead =
    "GroupMember.ReadBasic.All GroupMember.Read.All GroupMember.ReadWrite.All Group.Read.All "
    "Group.ReadWrite.All Directory.Read.All Directory.ReadWrite.All";
constexpr std::string_view kGroupDelta =
    "GroupMember.Read.All GroupMember.ReadWrite.All Group.Read.All Group.ReadWrite.All "
    "Directory.Read.All Directory.ReadWrite.All";
constexpr std::string_view kMembersWrite =
    "GroupMember.ReadWrite.All Group.ReadWrite.All Directory.ReadWrite.All";
constexpr std::string_view kOwnersWrite = "Group.ReadWrite.All Directory.ReadWrite.All";
constexpr std::string_view kGroupCreate =
    "Group.Create Group.ReadWrite.All Directory.ReadWrite.All";
constexpr std::string_view kRestore =
    "User.DeleteRestore.All User.ReadWrite.All Group.ReadWrite.All Directory.ReadWrite.All";
constexpr std::string_view kUnitRead =
    "AdministrativeUnit.Read.All AdministrativeUnit.ReadWrite.All Directory.Read.All "
    "Directory.ReadWrite.All";
constexpr std::string_view kUnitWrite = "AdministrativeUnit.ReadWrite.All Directory.ReadWrite.All";
constexpr std::string_view kRoleRead =
    "RoleManagement.Read.Directory RoleManagement.ReadWrite.Directory Directory.Read.All "
    "Directory.ReadWrite.All";
constexpr std::string_view kRoleWrite = "RoleManagement.ReadWrite.Directory";
constexpr std::string_view kMethodsRead =
    "UserAuthenticationMethod.Read.All UserAuthenticationMethod.ReadWrite.All";
constexpr std::string_view kSmsWrite =
    "UserAuthenticationMethod.ReadWrite.All UserAuthMethod-Phone.ReadWrite.All";
constexpr std::string_view kLicenseRead =
    "LicenseAssignment.Read.All LicenseAssignment.ReadWrite.All User.Read.All User.ReadWrite.All "
    "Directory.Read.All Directory.ReadWrite.All";
constexpr std::string_view kSkuRead =
    "LicenseAssignment.Read.All LicenseAssignment.ReadWrite.All Organization.Read.All "
    "Directory.Read.All Directory.ReadWrite.All";
constexpr std::string_view kLicenseWrite =
    "LicenseAssignment.ReadWrite.All User.ReadWrite.All Directory.ReadWrite.All";
constexpr std::string_view kAppRoleRead =
    "Directory.Read.All Directory.ReadWrite.All AppRoleAssignment.ReadWrite.All";
constexpr std::string_view kAppRead =
    "Application.Read.All Application.ReadWrite.All Directory.Read.All Directory.ReadWrite.All";
constexpr std::string_view kAppOwnersWrite =
    "Application.ReadWrite.All Directory.ReadWrite.All";  // and see owner_handlers.cpp
constexpr std::string_view kAudit = "AuditLog.Read.All";
constexpr std::string_view kOrganization =
    "Organization.Read.All Organization.ReadWrite.All Directory.Read.All Directory.ReadWrite.All "
    "User.Read.All";
constexpr std::string_view kDomains = "Domain.Read.All Domain.ReadWrite.All Directory.Read.All";
constexpr std::string_view kDirectory = "Directory.Read.All Directory.ReadWrite.All";
constexpr std::string_view kEligible =
    "RoleEligibilitySchedule.Read.Directory RoleEligibilitySchedule.ReadWrite.Directory "
    "RoleManagement.Read.All RoleManagement.Read.Directory RoleManagement.ReadWrite.Directory";
constexpr std::string_view kScheduled =
    "RoleAssignmentSchedule.Read.Directory RoleAssignmentSchedule.ReadWrite.Directory "
    "RoleManagement.Read.All RoleManagement.Read.Directory RoleManagement.ReadWrite.Directory";

constexpr std::string_view kEligibleWrite =
    "RoleEligibilitySchedule.ReadWrite.Directory RoleManagement.ReadWrite.Directory";
constexpr std::string_view kScheduledWrite =
    "RoleAssignmentSchedule.ReadWrite.Directory RoleAssignmentSchedule.Remove.Directory "
    "RoleManagement.ReadWrite.Directory";

constexpr std::string_view kMethodPolicy =
    "Policy.Read.AuthenticationMethod Policy.Read.All Policy.ReadWrite.AuthenticationMethod";

constexpr Route kRoutes[] = {
    {"GET", "/users", kUserRead, list_users},
    {"POST", "/users", kUserCreate, create_user},
    {"GET", "/users/$count", kUserRead, count_users},
    {"GET", "/users/delta", kUserLinks, delta_users},
    {"GET", "/users/{}", kUserRead, get_user},
    {"PATCH", "/users/{}", kUserPatch, update_user},
    {"DELETE", "/users/{}", kUserDelete, delete_user},
    {"GET", "/users/{}/memberOf", kMemberOf, list_member_of},
    {"GET", "/users/{}/memberOf/$count", kMemberOf, count_member_of},
    {"GET", "/users/{}/memberOf/{microsoft.graph}", kMemberOf, cast_member_of},
    {"GET", "/users/{}/memberOf/{microsoft.graph}/$count", kMemberOf, count_member_of},
    {"GET", "/users/{}/transitiveMemberOf", kMemberOf, list_transitive_member_of},
    {"GET", "/users/{}/transitiveMemberOf/$count", kMemberOf, count_transitive_member_of},
    {"GET", "/users/{}/transitiveMemberOf/{microsoft.graph}", kMemberOf, cast_transitive_member_of},
    {"GET", "/users/{}/transitiveMemberOf/{microsoft.graph}/$count", kMemberOf,
     count_transitive_member_of},
    {"GET", "/users/{}/manager", kUserLinks, get_manager},
    {"GET", "/users/{}/manager/$ref", kUserLinks, get_manager_ref},
    {"PUT", "/users/{}/manager/$ref", kUserCreate, put_manager},
    {"DELETE", "/users/{}/manager/$ref", kUserCreate, delete_manager},
    {"GET", "/users/{}/directReports", kUserLinks, list_direct_reports},
    {"GET", "/users/{}/ownedObjects", kUserLinks, list_owned_objects},
    {"GET", "/users/{}/ownedDevices", kUserLinks, list_empty},
    {"GET", "/users/{}/registeredDevices", kUserLinks, list_empty},
    {"GET", "/users/{}/sponsors", kSponsors, list_sponsors},
    {"POST", "/users/{}/sponsors/$ref", kSponsorsWrite, add_sponsor},
    {"DELETE", "/users/{}/sponsors/{}/$ref", kSponsorsWrite, remove_sponsor},
    {"GET", "/users/{}/photo", kPhoto, get_photo},
    {"GET", "/users/{}/photo/$value", kPhoto, get_photo_bytes},
    {"GET", "/users/{}/oauth2PermissionGrants", kDirectory, list_empty},
    {"GET", "/users/{}/appRoleAssignments", kAppRoleRead, list_app_roles},
    {"POST", "/users/{}/appRoleAssignments", "AppRoleAssignment.ReadWrite.All", create_app_role},
    {"DELETE", "/users/{}/appRoleAssignments/{}", "AppRoleAssignment.ReadWrite.All",
     delete_app_role},
    {"GET", "/users/{}/licenseDetails", kLicenseRead, list_license_details},
    {"POST", "/users/{}/assignLicense", kLicenseWrite, assign_license},
    {"POST", "/users/{}/revokeSignInSessions",
     "User.RevokeSessions.All User.ReadWrite.All Directory.ReadWrite.All", revoke_sessions},
    {"GET", "/users/{}/authentication/methods", kMethodsRead, list_methods},
    {"GET", "/users/{}/authentication/methods/{}", kMethodsRead, get_method},
    {"POST", "/users/{}/authentication/phoneMethods/{}/enableSmsSignIn", kSmsWrite,
     switch_sms_sign_in},
    {"POST", "/users/{}/authentication/phoneMethods/{}/disableSmsSignIn", kSmsWrite,
     switch_sms_sign_in},
    {"GET", "/users/{}/authentication/{}", "", list_typed_methods},
    {"POST", "/users/{}/authentication/{}", "", create_method},
    {"GET", "/users/{}/authentication/{}/{}", "", get_typed_method},
    {"PATCH", "/users/{}/authentication/{}/{}", "", update_method},
    {"DELETE", "/users/{}/authentication/{}/{}", "", delete_method},
    {"GET", "/directory/deletedItems", kUserLinks, list_deleted_uncast},
    {"GET", "/directory/deletedItems/microsoft.graph.user", kUserLinks, list_deleted_users},
    {"GET", "/directory/deletedItems/microsoft.graph.user/$count", kUserLinks, count_deleted_users},
    {"GET", "/directory/deletedItems/microsoft.graph.group", kGroupRead, list_deleted_groups},
    {"GET", "/directory/deletedItems/{}", kUserLinks, get_deleted},
    {"GET", "/directory/deletedItems/{}/microsoft.graph.user", kUserLinks, get_deleted_user},
    {"DELETE", "/directory/deletedItems/{}", "", purge_deleted},
    {"POST", "/directory/deletedItems/{}/restore", kRestore, restore_deleted},
    {"GET", "/directory/administrativeUnits", kUnitRead, list_units},
    {"GET", "/directory/administrativeUnits/{}", kUnitRead, get_unit},
    {"GET", "/directory/administrativeUnits/{}/members", kUnitRead, list_unit_members},
    {"GET", "/directory/administrativeUnits/{}/members/$count", kUnitRead, count_unit_members},
    {"GET", "/directory/administrativeUnits/{}/members/{microsoft.graph}", kUnitRead,
     cast_unit_members},
    {"POST", "/directory/administrativeUnits/{}/members/$ref", kUnitWrite, add_unit_member},
    {"DELETE", "/directory/administrativeUnits/{}/members/{}/$ref", kUnitWrite, remove_unit_member},
    {"GET", "/groups", kGroupRead, list_groups},
    {"POST", "/groups", kGroupCreate, create_group},
    {"GET", "/groups/$count", kGroupRead, count_groups},
    {"GET", "/groups/delta", kGroupDelta, delta_groups},
    {"GET", "/groups/{}", kGroupRead, get_group},
    {"PATCH", "/groups/{}", kMembersWrite, update_group},
    {"DELETE", "/groups/{}", kOwnersWrite, delete_group},
    {"GET", "/groups/{}/members", kMembersRead, list_members},
    {"GET", "/groups/{}/members/$count", kMembersRead, count_members},
    {"GET", "/groups/{}/members/{microsoft.graph}", kMembersRead, cast_members},
    {"GET", "/groups/{}/members/{microsoft.graph}/$count", kMembersRead, count_members},
    {"GET", "/groups/{}/transitiveMembers", kMembersRead, list_transitive_members},
    {"POST", "/groups/{}/members/$ref", kMembersWrite, add_member},
    {"DELETE", "/groups/{}/members/{}/$ref", kMembersWrite, remove_member},
    {"DELETE", "/groups/{}/members/{}", kUserDelete, delete_member_object},
    {"GET", "/groups/{}/owners", kGroupRead, list_owners},
    {"POST", "/groups/{}/owners/$ref", kOwnersWrite, add_owner},
    {"DELETE", "/groups/{}/owners/{}/$ref", kOwnersWrite, remove_owner},
    {"GET", "/groups/{}/memberOf", kGroupRead, list_group_member_of},
    {"GET", "/roleManagement/directory/roleDefinitions", kRoleRead, list_role_definitions},
    {"GET", "/roleManagement/directory/roleDefinitions/{}", kRoleRead, get_role_definition},
    {"GET", "/roleManagement/directory/roleAssignments", kRoleRead, list_role_assignments},
    {"GET", "/roleManagement/directory/roleAssignments/{}", kRoleRead, get_role_assignment},
    {"POST", "/roleManagement/directory/roleAssignments", kRoleWrite, create_role_assignment},
    {"DELETE", "/roleManagement/directory/roleAssignments/{}", kRoleWrite, delete_role_assignment},
    {"GET", "/roleManagement/directory/roleEligibilitySchedules", kEligible, list_schedules},
    {"GET", "/roleManagement/directory/roleEligibilityScheduleInstances", kEligible,
     list_schedules},
    {"GET", "/roleManagement/directory/roleAssignmentSchedules", kScheduled, list_schedules},
    {"GET", "/roleManagement/directory/roleAssignmentScheduleInstances", kScheduled,
     list_schedules},
    {"POST", "/roleManagement/directory/roleEligibilityScheduleRequests", kEligibleWrite,
     create_role_eligibility_request},
    {"POST", "/roleManagement/directory/roleAssignmentScheduleRequests", kScheduledWrite,
     create_role_assignment_request},
    {"GET", "/directoryRoles", kRoleRead, list_directory_roles},
    {"GET", "/directoryRoles/{}", kRoleRead, get_directory_role},
    {"GET", "/directoryRoles/{}/members", kRoleRead, list_directory_role_members},
    {"GET", "/organization", kOrganization, list_organization},
    {"GET", "/organization/{}", kOrganization, get_organization},
    {"GET", "/domains", kDomains, list_domains},
    {"GET", "/domains/{}", kDomains, get_domain},
    {"GET", "/subscribedSkus", kSkuRead, list_skus},
    {"GET", "/subscribedSkus/{}", kSkuRead, get_sku},
    {"GET", "/servicePrincipals", kAppRead, list_service_principals},
    {"GET", "/servicePrincipals/{}", kAppRead, get_service_principal},
    {"GET", "/servicePrincipals/{}/appRoleAssignedTo", kAppRead, list_assigned_to},
    {"GET", "/servicePrincipals/{}/owners", kAppRead, list_service_principal_owners},
    {"POST", "/servicePrincipals/{}/owners/$ref", kAppOwnersWrite, add_service_principal_owner},
    {"DELETE", "/servicePrincipals/{}/owners/{}/$ref", kAppOwnersWrite,
     remove_service_principal_owner},
    {"GET", "/applications", kAppRead, list_applications},
    {"GET", "/applications/{}", kAppRead, get_application},
    {"GET", "/applications/{}/owners", kAppRead, list_application_owners},
    {"POST", "/applications/{}/owners/$ref", kAppOwnersWrite, add_application_owner},
    {"DELETE", "/applications/{}/owners/{}/$ref", kAppOwnersWrite, remove_application_owner},
    {"POST", "/servicePrincipals/{}/appRoleAssignedTo", "AppRoleAssignment.ReadWrite.All",
     create_app_role},
    {"GET", "/auditLogs/directoryAudits", kAudit, list_audits},
    {"GET", "/auditLogs/directoryAudits/{}", kAudit, get_audit},
    {"GET", "/reports/authenticationMethods/userRegistrationDetails", kAudit,
     list_registration_details},
    {"GET",
     "/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/temporaryAccessPass",
     kMethodPolicy, get_pass_policy},
    {"POST", "/directoryObjects/getByIds", kDirectory, get_by_ids},
    {"POST", "/directoryObjects/getAvailableExtensionProperties", kDirectory,
     list_available_extensions},
    {"GET", "/directoryObjects/{}", kDirectory, get_directory_object},
    {"DELETE", "/directoryObjects/{}", kUserDelete, delete_directory_object},
};

const std::vector<std::vector<std::string>>& split_patterns() {
  static const auto kSplit = [] {
    std::vector<std::vector<std::string>> out;
    for (const Route& r : kRoutes) out.push_back(split(r.pattern.substr(1), '/'));
    return out;
  }();
  return kSplit;
}

bool segment_fits(const std::string& pattern, const std::string& segment) {
  if (pattern == "{microsoft.graph}") return starts_with_text(segment, "microsoft.graph.");
  if (pattern != "{}") return same_text(pattern, segment);
  return !segment.empty() && segment.front() != '$' &&
         !starts_with_text(segment, "microsoft.graph.");
}

bool fits(const std::vector<std::string>& pattern, const std::vector<std::string>& segments) {
  if (pattern.size() != segments.size()) return false;
  for (std::size_t i = 0; i < pattern.size(); ++i)
    if (!segment_fits(pattern[i], segments[i])) return false;
  return true;
}

/// users('x') and servicePrincipals(appId='x') become two segments.
void push_canonical(std::vector<std::string>& out, std::string segment) {
  if (starts_with_text(segment, "graph.")) segment = "microsoft." + segment;
  if (same_text(segment, "microsoft.graph.delta") || same_text(segment, "microsoft.graph.delta()"))
    segment = "delta";  // its full name, which Microsoft's libraries use
  const auto open = segment.find('(');
  const bool keyed = open != std::string::npos && open > 0 && segment.back() == ')';
  if (!keyed) return out.push_back(std::move(segment));
  std::string key = segment.substr(open + 1, segment.size() - open - 2);
  if (const auto equals = key.find("='"); equals != std::string::npos) key = key.substr(equals + 1);
  if (key.size() >= 2 && key.front() == '\'' && key.back() == '\'') {
    key = key.substr(1, key.size() - 2);
    for (std::size_t at = 0; (at = key.find("''", at)) != std::string::npos; ++at) key.erase(at, 1);
  }
  out.push_back(segment.substr(0, open));
  if (!key.empty()) out.push_back(std::move(key));
}

}  // namespace

std::vector<std::string> canonical_segments(std::string_view path) {
  std::vector<std::string> out;
  for (const std::string& raw : split(path, '/'))
    if (!raw.empty()) push_canonical(out, percent_decoded(raw, false));
  return out;
}

RouteMatch find_route(std::string_view method, const std::vector<std::string>& segments) {
  RouteMatch out;
  const auto& patterns = split_patterns();
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    if (!fits(patterns[i], segments)) continue;
    out.path_known = true;
    if (kRoutes[i].method != method) continue;
    out.route = &kRoutes[i];
    for (std::size_t k = 0; k < segments.size(); ++k)
      if (patterns[i][k].front() == '{') out.args.push_back(segments[k]);
    return out;
  }
  return out;
}

bool path_fits(std::string_view pattern, const std::vector<std::string>& segments) {
  const auto parts = split(pattern.substr(pattern.starts_with('/') ? 1 : 0), '/');
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i] == "**") return true;
    if (i >= segments.size()) return false;
    const bool any = parts[i].starts_with('{');
    if (!any && !same_text(parts[i], segments[i])) return false;
  }
  return parts.size() == segments.size();
}

}  // namespace graphsim
