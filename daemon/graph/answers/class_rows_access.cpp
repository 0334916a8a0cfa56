// Rows about what the app registration may do, and what the tenant has not bought.
#include "graph/answers/class_table.h"

namespace entrad::graph {
namespace {

constexpr std::string_view kAdminTarget =
    "the app registration may not change users who hold an admin role, or lacks a permission";
constexpr std::string_view kAdminHint =
    "give its service principal the directory role Privileged Authentication Administrator, or do "
    "it by hand; \"entractl tenants check\" lists missing permissions";
constexpr std::string_view kLicenceHint = "leave the section out, or license the tenant";

// clang-format off
constexpr ClassRow kRows[] = {
    // Licences of the tenant. Microsoft has seen licensed tenants refused like the first for a
    // moment, so that reads are tried again before anybody is told.
    {0, "", "", "Authentication_RequestFromNonPremiumTenantOrB2CTenant", "", Class::permission,
     "the tenant lacks the Entra ID P1 licence that this needs", kLicenceHint},
    {0, "", "", "", "tenant doesn't have premium license", Class::permission,
     "the tenant lacks the Entra ID P1 licence that this needs", kLicenceHint},
    {0, "", "", "AadPremiumLicenseRequired", "", Class::permission,
     "the tenant lacks the Entra ID P2 or Governance licence that this needs", kLicenceHint},

    // Permissions, by what was tried.
    {403, "GET", "/authentication/", "", "", Class::permission,
     "the app registration may not read sign-in methods",
     "grant UserAuthenticationMethod.Read.All, or leave the section out"},
    {403, "GET", "/auditLogs/", "", "", Class::permission,
     "the app registration may not read the audit log",
     "grant AuditLog.Read.All, or leave the section out"},
    {403, "GET", "/roleManagement/", "", "", Class::permission,
     "the app registration may not read admin roles",
     "grant RoleManagement.Read.Directory, or leave the section out"},
    {403, "GET", "/administrativeUnits", "", "", Class::permission,
     "the app registration may not read administrative units",
     "grant AdministrativeUnit.Read.All, and Member.Read.Hidden for units that hide their members"},
    {403, "GET", "/groups", "", "", Class::permission,
     "the app registration may not read groups",
     "grant GroupMember.Read.All, and Member.Read.Hidden for groups that hide their members"},
    {403, "GET", "/users", "", "", Class::permission,
     "the app registration may not read users", "grant User.Read.All"},
    {403, "GET", "", "", "", Class::permission, "the app registration lacks a read permission",
     "run \"entractl tenants check\": it names the permission"},

    {403, "POST", "/assignLicense", "", "", Class::permission,
     "the app registration may not assign licences", "grant LicenseAssignment.ReadWrite.All"},
    {403, "POST PUT DELETE", "/manager/", "", "", Class::permission,
     "the app registration may not set managers", "grant User.ReadWrite.All"},
    {403, "POST DELETE", "/sponsors/", "", "", Class::permission,
     "the app registration may not set sponsors", "grant User.ReadWrite.All"},
    {403, "POST DELETE", "/owners/", "", "", Class::permission,
     "the app registration may not change who owns this",
     "grant Group.ReadWrite.All for groups, with RoleManagement.ReadWrite.Directory for those that "
     "may hold a role; Application.ReadWrite.All and Directory.Read.All for applications"},
    {403, "POST", "/appRoleAssign", "", "", Class::permission,
     "the app registration may not assign app roles", "grant AppRoleAssignment.ReadWrite.All"},
    {403, "POST", "/invitations", "", "", Class::permission,
     "the app registration may not invite guests", "grant User.Invite.All"},
    {403, "POST PATCH DELETE", "/authentication/", "", "", Class::permission, kAdminTarget,
     kAdminHint},
    {403, "PATCH DELETE PUT", "/users/", "", "", Class::permission, kAdminTarget, kAdminHint},
    {403, "POST", "/deletedItems/", "", "", Class::permission, kAdminTarget, kAdminHint},
    {403, "DELETE", "/deletedItems/", "", "", Class::permission,
     "an app may not delete users for good", "purge them by hand in the portal"},
    {403, "POST PATCH DELETE", "/groups/", "", "", Class::permission,
     "the app registration may not change the members of this group",
     "grant GroupMember.ReadWrite.All, and RoleManagement.ReadWrite.Directory for groups that may "
     "hold a role"},
    {403, "POST", "/roleEligibilityScheduleRequests", "", "", Class::permission,
     "the app registration may not make users eligible for admin roles",
     "grant RoleEligibilitySchedule.ReadWrite.Directory"},
    {403, "POST", "/roleAssignmentScheduleRequests", "", "", Class::permission,
     "the app registration may not assign admin roles for a time",
     "grant RoleAssignmentSchedule.ReadWrite.Directory"},
    {403, "POST DELETE", "/roleManagement/", "", "", Class::permission,
     "the app registration may not assign admin roles", "grant RoleManagement.ReadWrite.Directory"},
    {403, "POST DELETE", "/administrativeUnits/", "", "", Class::permission,
     "the app registration may not change administrative units",
     "grant AdministrativeUnit.ReadWrite.All"},
    {403, "POST", "/users", "", "", Class::permission,
     "the app registration may not create users", "grant User.ReadWrite.All"},
};
// clang-format on

}  // namespace

std::span<const ClassRow> access_rows() { return kRows; }

}  // namespace entrad::graph
