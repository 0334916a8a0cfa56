#include "graph/check/permissions.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace entrad::graph {
namespace {

using Names = std::vector<std::string>;

// clang-format off
constexpr std::array<PermissionNeed, 27> kNeeds{{
    {Purpose::backup, "section object",
     "User.Read.All|User.ReadWrite.All|Directory.Read.All|Directory.ReadWrite.All", "", "",
     "/users?$select=id&$top=1"},
    {Purpose::backup, "section manager",
     "User.Read.All|User.ReadWrite.All|Directory.Read.All|Directory.ReadWrite.All", "", "",
     "/users?$select=id&$expand=manager($select=id)&$top=1"},
    {Purpose::backup, "section memberships",
     "GroupMember.Read.All|Group.Read.All|GroupMember.ReadWrite.All|Group.ReadWrite.All|"
     "Directory.Read.All|Directory.ReadWrite.All "
     "AdministrativeUnit.Read.All|AdministrativeUnit.ReadWrite.All|Directory.Read.All|"
     "Directory.ReadWrite.All",
     "Member.Read.Hidden", "hidden memberships stay unknown",
     "/groups?$select=id&$top=1 /directory/administrativeUnits?$select=id&$top=1"},
    {Purpose::backup, "section roles",
     "RoleManagement.Read.Directory|RoleManagement.Read.All|RoleManagement.ReadWrite.Directory|"
     "Directory.Read.All|Directory.ReadWrite.All",
     "RoleEligibilitySchedule.Read.Directory|RoleEligibilitySchedule.ReadWrite.Directory|"
     "RoleManagement.Read.Directory|RoleManagement.Read.All|RoleManagement.ReadWrite.Directory "
     "RoleAssignmentSchedule.Read.Directory|RoleAssignmentSchedule.ReadWrite.Directory|"
     "RoleManagement.Read.Directory|RoleManagement.Read.All|RoleManagement.ReadWrite.Directory",
     "eligible and scheduled roles stay unknown",
     "/roleManagement/directory/roleAssignments?$top=1"},
    {Purpose::backup, "section authMethods",
     "UserAuthenticationMethod.Read.All|UserAuthenticationMethod.ReadWrite.All", "", "",
     "/users/{user}/authentication/methods"},
    {Purpose::backup, "section licenses",
     "User.Read.All|User.ReadWrite.All|Directory.Read.All|Directory.ReadWrite.All",
     "LicenseAssignment.Read.All|LicenseAssignment.ReadWrite.All|Organization.Read.All|"
     "Directory.Read.All|Directory.ReadWrite.All", "licences are known by their ids only",
     "/users?$select=id&$top=1"},
    {Purpose::backup, "section sponsors",
     "User.Read.All|User.ReadWrite.All", "", "",
     "/users?$select=id&$expand=sponsors($select=id)&$top=1"},
    {Purpose::backup, "section ownedObjects",
     "GroupMember.Read.All|Group.Read.All|GroupMember.ReadWrite.All|Group.ReadWrite.All|"
     "Directory.Read.All|Directory.ReadWrite.All",
     "Application.Read.All|Application.ReadWrite.All|Directory.Read.All|Directory.ReadWrite.All",
     "owners of applications stay unknown", "/groups?$select=id&$expand=owners($select=id)&$top=1"},
    {Purpose::backup, "section appRoles",
     "", "Application.Read.All|Application.ReadWrite.All|Directory.Read.All|"
     "Directory.ReadWrite.All", "roles of applications are not backed up", ""},
    {Purpose::backup, "section audit",
     "", "AuditLog.Read.All",
     "the audit log is not backed up, and who deleted a user stays unknown", ""},
    {Purpose::backup, "section photo",
     "", "ProfilePhoto.Read.All|ProfilePhoto.ReadWrite.All", "photos are not backed up", "", true},
    {Purpose::backup, "section restrictedAttributes",
     "", "CustomSecAttributeAssignment.Read.All|CustomSecAttributeAssignment.ReadWrite.All "
     "User-LifeCycleInfo.Read.All|User-LifeCycleInfo.ReadWrite.All|LifeCycleInfo.Read.All|"
     "LifeCycleInfo.ReadWrite.All",
     "custom security attributes and the day of leaving are not backed up", "", true},
    {Purpose::backup, "section deletion",
     "User.Read.All|User.ReadWrite.All|Directory.Read.All|Directory.ReadWrite.All", "", "",
     "/directory/deletedItems/microsoft.graph.user?$select=id&$top=1"},
    {Purpose::backup, "directory extensions",
     "", "Directory.Read.All|Directory.ReadWrite.All",
     "attributes that applications have added to users are not backed up", ""},
    {Purpose::backup, "organization and domains",
     "Organization.Read.All|Organization.ReadWrite.All|Directory.Read.All|Directory.ReadWrite.All "
     "Domain.Read.All|Domain.ReadWrite.All|Directory.Read.All|Directory.ReadWrite.All", "", "",
     "/organization?$select=id /domains"},

    {Purpose::restore, "restore with object",
     "User.ReadWrite.All|Directory.ReadWrite.All", "", "",
     "/directory/deletedItems/microsoft.graph.user?$select=id&$top=1"},
    {Purpose::restore, "restore from the recycle bin",
     "User.DeleteRestore.All|User.ReadWrite.All|Directory.ReadWrite.All "
     "User.Read.All|User.ReadWrite.All|Directory.Read.All|Directory.ReadWrite.All", "", "",
     "/directory/deletedItems/microsoft.graph.user?$select=id&$top=1"},
    {Purpose::restore, "restore as new users",
     "User.ReadWrite.All|Directory.ReadWrite.All", "", "", ""},
    {Purpose::restore, "restore with sign-in blocked",
     "User.EnableDisableAccount.All|User.ReadWrite.All|Directory.ReadWrite.All "
     "User.Read.All|User.ReadWrite.All|Directory.Read.All|Directory.ReadWrite.All", "", "", ""},
    {Purpose::restore, "restore with memberships",
     "GroupMember.ReadWrite.All|Group.ReadWrite.All|Directory.ReadWrite.All "
     "AdministrativeUnit.ReadWrite.All|Directory.ReadWrite.All",
     "RoleManagement.ReadWrite.Directory", "groups that may hold a role are left out",
     "/groups?$select=id&$top=1 /directory/administrativeUnits?$select=id&$top=1"},
    {Purpose::restore, "restore with roles",
     "RoleManagement.ReadWrite.Directory",
     "RoleEligibilitySchedule.ReadWrite.Directory|RoleManagement.ReadWrite.Directory "
     "RoleAssignmentSchedule.ReadWrite.Directory|RoleManagement.ReadWrite.Directory",
     "eligible and scheduled roles are not restored",
     "/roleManagement/directory/roleAssignments?$top=1"},
    {Purpose::restore, "restore with authMethods",
     "UserAuthenticationMethod.ReadWrite.All|UserAuthMethod-Phone.ReadWrite.All "
     "UserAuthenticationMethod.ReadWrite.All|UserAuthMethod-Email.ReadWrite.All "
     "UserAuthenticationMethod.ReadWrite.All|UserAuthenticationMethod.Read.All", "", "",
     "/users/{user}/authentication/methods"},
    {Purpose::restore, "restore with licenses",
     "LicenseAssignment.ReadWrite.All|User.ReadWrite.All|Directory.ReadWrite.All", "", "", ""},
    {Purpose::restore, "restore with appRoles",
     "", "AppRoleAssignment.ReadWrite.All", "roles of applications are not restored", "", true},
    {Purpose::restore, "restore with ownedObjects",
     "", "Group.ReadWrite.All|Directory.ReadWrite.All "
     "Application.ReadWrite.All|Directory.ReadWrite.All Directory.Read.All|Directory.ReadWrite.All",
     "owners of groups and applications are not restored", "", true},
    {Purpose::restore, kTemporaryPasses,
     "UserAuthMethod-TAP.ReadWrite.All|UserAuthenticationMethod.ReadWrite.All",
     "Policy.Read.AuthenticationMethod|Policy.Read.All|Policy.ReadWrite.AuthenticationMethod",
     "whether the tenant's policy allows passes is unknown", ""},
    {Purpose::restore, "restore from another tenant",
     "User.ReadWrite.All|Directory.ReadWrite.All "
     "Domain.Read.All|Domain.ReadWrite.All|Directory.Read.All|Directory.ReadWrite.All", "", "",
     "/domains"},
}};
// clang-format on

// What the check itself reads beside the sections.
constexpr std::string_view kOfTheCheck =
    "LicenseAssignment.Read.All RoleEligibilitySchedule.Read.Directory";

// Those that write and do not have ReadWrite in their names.
constexpr std::array<std::string_view, 6> kNarrowWriters{
    "User.DeleteRestore.All",    "User.EnableDisableAccount.All",
    "User.ManageIdentities.All", "User.RevokeSessions.All",
    "User.Invite.All",           "Group.Create"};

bool has(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_writing(const std::string& permission) {
  return permission.find("ReadWrite") != std::string::npos ||
         std::find(kNarrowWriters.begin(), kNarrowWriters.end(), permission) !=
             kNarrowWriters.end();
}

bool names(std::string_view groups, const std::string& permission) {
  for (const std::string& group : base::split(groups, ' '))
    if (has(base::split(group, '|'), permission)) return true;
  return false;
}

bool is_needed(Purpose purpose, const std::string& permission) {
  if (names(kOfTheCheck, permission)) return true;
  return std::any_of(kNeeds.begin(), kNeeds.end(), [&](const PermissionNeed& need) {
    return need.purpose == purpose &&
           (names(need.groups, permission) || names(need.wider_groups, permission));
  });
}

}  // namespace

std::span<const PermissionNeed> permission_needs() { return kNeeds; }

Names missing_permissions(std::string_view groups, const Names& granted) {
  Names missing;
  if (groups.empty()) return missing;
  for (const std::string& group : base::split(groups, ' ')) {
    const auto choices = base::split(group, '|');
    const bool has_one = std::any_of(choices.begin(), choices.end(),
                                     [&](const auto& name) { return has(granted, name); });
    if (!has_one && !has(missing, choices.front())) missing.push_back(choices.front());
  }
  return missing;
}

Names writing_permissions(const Names& granted) {
  Names writing;
  std::copy_if(granted.begin(), granted.end(), std::back_inserter(writing), is_writing);
  return writing;
}

Names unneeded_permissions(Purpose purpose, const Names& granted) {
  Names unneeded;
  for (const std::string& permission : granted)
    if (!is_needed(purpose, permission)) unneeded.push_back(permission);
  return unneeded;
}

}  // namespace entrad::graph
