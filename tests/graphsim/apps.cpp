#include "apps.h"

#include "encoding.h"
#include "random.h"

namespace graphsim {
namespace {

// Secrets look like Entra's: they hold characters that need percent-encoding in a form body.
std::string drawn_secret(std::uint64_t seed) {
  static constexpr std::string_view kLetters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  std::string out;
  for (std::uint64_t i = 0; i < 32; ++i) out += kLetters[draw(seed, i, 7) % kLetters.size()];
  out.insert(3, "8Q~");
  return out + "._-+";
}

App app(const std::string& tenant, const std::string& name, std::set<std::string> roles) {
  const std::uint64_t seed = hash_text(tenant + "/" + name);
  return {name,
          derived_guid(seed, 0, 1).text(),
          derived_guid(seed, 0, 2).text(),
          drawn_secret(seed),
          false,
          "",
          std::move(roles)};
}

}  // namespace

std::vector<App> default_apps(const std::string& tenant) {
  return {app(tenant, "backup",
              {"User.Read.All", "Group.Read.All", "GroupMember.Read.All", "Member.Read.Hidden",
               "RoleManagement.Read.Directory", "RoleEligibilitySchedule.Read.Directory",
               "RoleAssignmentSchedule.Read.Directory", "UserAuthenticationMethod.Read.All",
               "AdministrativeUnit.Read.All", "AuditLog.Read.All", "Domain.Read.All",
               "Organization.Read.All", "LicenseAssignment.Read.All", "Directory.Read.All",
               "Application.Read.All"}),
          app(tenant, "restore",
              {"User.ReadWrite.All",
               "User.DeleteRestore.All",
               "User.EnableDisableAccount.All",
               "User.ManageIdentities.All",
               "User-PasswordProfile.ReadWrite.All",
               "User-Phone.ReadWrite.All",
               "User-Mail.ReadWrite.All",
               "User.RevokeSessions.All",
               "Group.ReadWrite.All",
               "GroupMember.ReadWrite.All",
               "Member.Read.Hidden",
               "RoleManagement.ReadWrite.Directory",
               "UserAuthenticationMethod.ReadWrite.All",
               "AdministrativeUnit.ReadWrite.All",
               "LicenseAssignment.ReadWrite.All",
               "AppRoleAssignment.ReadWrite.All",
               "Application.Read.All",
               "Application.ReadWrite.All",
               "AuditLog.Read.All",
               "Policy.Read.AuthenticationMethod",
               "Domain.Read.All",
               "Organization.Read.All",
               "Directory.Read.All"})};
}

std::vector<AppRoleAssignment> AppRoles::of(UserIndex user) const {
  const auto it = changed_.find(user);
  if (it != changed_.end()) return it->second;
  if (!users_.is_generated(user) || draw(origins_.seed, user, 0xa9) % 5 != 0) return {};
  return {{base64url(derived_guid(origins_.seed, user, 0xaa).digits()), users_.id(user), "User",
           users_.text(user, "displayName"), resource_,
           std::string(draw(origins_.seed, user, 0xac) % 3 == 0 ? kPayslipReader : kDefaultAppRole),
           past_moment(draw(origins_.seed, user, 0xab))}};
}

void AppRoles::set(UserIndex user, std::vector<AppRoleAssignment> assignments) {
  changed_[user] = std::move(assignments);
}

}  // namespace graphsim
