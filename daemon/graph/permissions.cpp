#include "graph/permissions.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace entrad::graph {
namespace {

// clang-format off
constexpr std::array<PermissionNeed, 12> kNeeds{{
    {Purpose::backup, "section object",
     "User.Read.All|User.ReadWrite.All|Directory.Read.All|Directory.ReadWrite.All",
     "/users?$select=id&$top=1"},
    {Purpose::backup, "section manager",
     "User.Read.All|User.ReadWrite.All|Directory.Read.All|Directory.ReadWrite.All", ""},
    {Purpose::backup, "section memberships",
     "GroupMember.Read.All|Group.Read.All|GroupMember.ReadWrite.All|Group.ReadWrite.All|"
     "Directory.Read.All|Directory.ReadWrite.All "
     "AdministrativeUnit.Read.All|AdministrativeUnit.ReadWrite.All|Directory.Read.All|"
     "Directory.ReadWrite.All "
     "Member.Read.Hidden",
     "/groups?$select=id&$top=1"},
    {Purpose::backup, "section roles",
     "RoleManagement.Read.Directory|RoleManagement.Read.All|RoleManagement.ReadWrite.Directory|"
     "Directory.Read.All|Directory.ReadWrite.All",
     "/roleManagement/directory/roleAssignments?$top=1"},
    {Purpose::backup, "section authMethods",
     "UserAuthenticationMethod.Read.All|UserAuthenticationMethod.ReadWrite.All", ""},
    {Purpose::backup, "organization and domains",
     "Organization.Read.All|Organization.ReadWrite.All|Directory.Read.All|Directory.ReadWrite.All "
     "Domain.Read.All|Domain.ReadWrite.All|Directory.Read.All|Directory.ReadWrite.All",
     "/domains"},
    {Purpose::restore, "restore with object",
     "User.ReadWrite.All|Directory.ReadWrite.All",
     "/directory/deletedItems/microsoft.graph.user?$select=id&$top=1"},
    {Purpose::restore, "restore of sign-in identities", "User.ManageIdentities.All", ""},
    {Purpose::restore, "restore with memberships",
     "GroupMember.ReadWrite.All|Group.ReadWrite.All|Directory.ReadWrite.All "
     "AdministrativeUnit.ReadWrite.All|Directory.ReadWrite.All",
     "/groups?$select=id&$top=1"},
    {Purpose::restore, "restore with roles, and of members of groups that may hold a role",
     "RoleManagement.ReadWrite.Directory",
     "/roleManagement/directory/roleAssignments?$top=1"},
    {Purpose::restore, "restore with authMethods", "UserAuthenticationMethod.ReadWrite.All", ""},
    {Purpose::restore, "restore to another domain",
     "Domain.Read.All|Domain.ReadWrite.All|Directory.Read.All|Directory.ReadWrite.All",
     "/domains"},
}};
// clang-format on

}  // namespace

std::span<const PermissionNeed> permission_needs() { return kNeeds; }

std::vector<std::string> missing_permissions(const PermissionNeed& need,
                                             const std::vector<std::string>& granted) {
  std::vector<std::string> missing;
  for (const std::string& group : base::split(need.groups, ' ')) {
    const auto choices = base::split(group, '|');
    const bool has_one = std::any_of(choices.begin(), choices.end(), [&](const auto& permission) {
      return std::find(granted.begin(), granted.end(), permission) != granted.end();
    });
    if (!has_one) missing.push_back(choices.front());
  }
  return missing;
}

}  // namespace entrad::graph
