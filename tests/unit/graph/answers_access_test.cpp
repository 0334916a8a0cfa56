// What refusals for want of a permission, a role or a licence mean.
#include "answer_case.h"

namespace entrad::graph {
namespace {

using test::AnswerCase;
using test::kDenied;

class AccessAnswers : public testing::TestWithParam<AnswerCase> {};
TEST_P(AccessAnswers, MeanWhatTheTableSays) { test::expect_meaning(GetParam()); }

constexpr const char* kWords = "Insufficient privileges to complete the operation.";
constexpr const char* kPremium = "Authentication_RequestFromNonPremiumTenantOrB2CTenant";
constexpr const char* kPremiumWords =
    "Neither tenant is B2C or tenant doesn't have premium license";
constexpr const char* kNoP1 = "the tenant lacks the Entra ID P1 licence that this needs";
constexpr const char* kNoP2 =
    "the tenant lacks the Entra ID P2 or Governance licence that this needs";
constexpr const char* kLicenceHint = "leave the section out, or license the tenant";
constexpr const char* kAdmin =
    "the app registration may not change users who hold an admin role, or lacks a permission";
constexpr const char* kAdminHint =
    "give its service principal the directory role Privileged Authentication Administrator, or do "
    "it by hand; \"entractl tenants check\" lists missing permissions";

AnswerCase denied(const char* name, const char* method, const char* path, const char* text,
                  const char* hint) {
  return {name, method, path, 403, kDenied, kWords, Class::permission, text, hint};
}

INSTANTIATE_TEST_SUITE_P(
    Reads, AccessAnswers,
    testing::Values(
        denied("users", "GET", "/users", "the app registration may not read users",
               "grant User.Read.All"),
        denied("groups", "GET", "/groups/g/members", "the app registration may not read groups",
               "grant GroupMember.Read.All, and Member.Read.Hidden for groups that hide their "
               "members"),
        denied("units", "GET", "/directory/administrativeUnits/a/members",
               "the app registration may not read administrative units",
               "grant AdministrativeUnit.Read.All, and Member.Read.Hidden for units that hide "
               "their members"),
        denied("roles", "GET", "/roleManagement/directory/roleAssignments",
               "the app registration may not read admin roles",
               "grant RoleManagement.Read.Directory, or leave the section out"),
        denied("sign_in_methods", "GET", "/users/u/authentication/methods",
               "the app registration may not read sign-in methods",
               "grant UserAuthenticationMethod.Read.All, or leave the section out"),
        denied("audit_log", "GET", "/auditLogs/directoryAudits",
               "the app registration may not read the audit log",
               "grant AuditLog.Read.All, or leave the section out"),
        denied("anything_else", "GET", "/organization",
               "the app registration lacks a read permission",
               "run \"entractl tenants check\": it names the permission")),
    test::case_name);

INSTANTIATE_TEST_SUITE_P(
    Writes, AccessAnswers,
    testing::Values(
        denied("a_new_user", "POST", "/users", "the app registration may not create users",
               "grant User.ReadWrite.All"),
        denied("an_admin_as_target", "PATCH", "/users/u", kAdmin, kAdminHint),
        denied("an_admin_in_the_bin", "POST", "/directory/deletedItems/u/restore", kAdmin,
               kAdminHint),
        denied("a_phone_of_an_admin", "POST", "/users/u/authentication/phoneMethods", kAdmin,
               kAdminHint),
        denied("a_purge", "DELETE", "/directory/deletedItems/u",
               "an app may not delete users for good", "purge them by hand in the portal"),
        denied("a_manager", "PUT", "/users/u/manager/$ref",
               "the app registration may not set managers", "grant User.ReadWrite.All"),
        denied("a_licence", "POST", "/users/u/assignLicense",
               "the app registration may not assign licences",
               "grant LicenseAssignment.ReadWrite.All"),
        denied("a_member", "POST", "/groups/g/members/$ref",
               "the app registration may not change the members of this group",
               "grant GroupMember.ReadWrite.All, and RoleManagement.ReadWrite.Directory for groups "
               "that may hold a role"),
        denied("a_member_of_a_unit", "POST", "/directory/administrativeUnits/a/members/$ref",
               "the app registration may not change administrative units",
               "grant AdministrativeUnit.ReadWrite.All"),
        denied("a_role", "POST", "/roleManagement/directory/roleAssignments",
               "the app registration may not assign admin roles",
               "grant RoleManagement.ReadWrite.Directory"),
        denied("an_eligible_role", "POST",
               "/roleManagement/directory/roleEligibilityScheduleRequests",
               "the app registration may not make users eligible for admin roles",
               "grant RoleEligibilitySchedule.ReadWrite.Directory"),
        denied("a_role_for_a_time", "POST",
               "/roleManagement/directory/roleAssignmentScheduleRequests",
               "the app registration may not assign admin roles for a time",
               "grant RoleAssignmentSchedule.ReadWrite.Directory"),
        denied("an_app_role", "POST", "/servicePrincipals/s/appRoleAssignedTo",
               "the app registration may not assign app roles",
               "grant AppRoleAssignment.ReadWrite.All"),
        denied("a_sponsor", "DELETE", "/users/u/sponsors/s/$ref",
               "the app registration may not set sponsors", "grant User.ReadWrite.All"),
        denied("an_owner", "POST", "/groups/g/owners/$ref",
               "the app registration may not change who owns this",
               "grant Group.ReadWrite.All for groups, with RoleManagement.ReadWrite.Directory for "
               "those that may hold a role; Application.ReadWrite.All and Directory.Read.All for "
               "applications"),
        denied("a_guest", "POST", "/invitations", "the app registration may not invite guests",
               "grant User.Invite.All"),
        denied("anything_else", "POST", "/oauth2PermissionGrants",
               "the app registration may not do this",
               "run \"entractl tenants check\": it names the permission that is missing")),
    test::case_name);

INSTANTIATE_TEST_SUITE_P(
    Licences, AccessAnswers,
    testing::Values(
        AnswerCase{"no_premium", "GET", "/auditLogs/directoryAudits", 403, kPremium, kPremiumWords,
                   Class::permission, kNoP1, kLicenceHint},
        AnswerCase{"no_premium_told_by_the_text", "GET", "/reports/x", 403, "UnknownError",
                   kPremiumWords, Class::permission, kNoP1, kLicenceHint},
        AnswerCase{"no_just_in_time_roles", "GET",
                   "/roleManagement/directory/roleEligibilitySchedules", 400,
                   "AadPremiumLicenseRequired",
                   "The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID "
                   "Governance license.",
                   Class::permission, kNoP2, kLicenceHint},
        AnswerCase{"no_just_in_time_roles_as_403", "POST",
                   "/roleManagement/directory/roleEligibilityScheduleRequests", 403,
                   "AadPremiumLicenseRequired", "", Class::permission, kNoP2, kLicenceHint}),
    test::case_name);

}  // namespace
}  // namespace entrad::graph
