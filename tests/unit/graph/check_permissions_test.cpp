// `tenants check` of apps that lack a permission, one row each: taken away, the line that tells,
// the permission to grant.
#include "check_case.h"

namespace entrad::graph {
namespace {

struct Lack {
  const char* name;
  const char* app;
  Permissions taken;
  const char* what;
  const char* verdict;  // "LACKS", "LIMITED"
  const char* least;    // named in what is found or to be done
};

class Lacking : public testing::TestWithParam<Lack> {};

TEST_P(Lacking, IsToldInItsLineWithTheLeastPermission) {
  Rig rig;
  const Lack& row = GetParam();
  set_permissions(rig, row.app, permissions_without(rig, row.app, row.taken));
  const auto found = checked(rig);
  const std::string text = told(found, row.what);
  EXPECT_TRUE(text.starts_with(row.verdict)) << text;
  EXPECT_THAT(text, HasSubstr(row.least));
  EXPECT_EQ(found.ok, std::string(row.verdict) == "LIMITED");
  for (const auto& other : found.lines) {
    EXPECT_EQ(other.kind, other.ok ? "" : "permissionDenied") << other.what;
    EXPECT_EQ(other.remedy.empty(), other.ok && !other.limited) << other.what;
  }
}

const Permissions kUserWriters{"User.ReadWrite.All", "User.EnableDisableAccount.All",
                               "User.DeleteRestore.All"};
const Permissions kMethodReaders{"UserAuthenticationMethod.Read.All"};
const Permissions kRoleReaders{"RoleManagement.Read.Directory", "Directory.Read.All"};

INSTANTIATE_TEST_SUITE_P(
    Rows, Lacking,
    testing::Values(Lack{"users",
                         "backup",
                         {"User.Read.All", "Directory.Read.All"},
                         "section object",
                         "LACKS",
                         "User.Read.All"},
                    Lack{"managers",
                         "backup",
                         {"User.Read.All", "Directory.Read.All"},
                         "section manager",
                         "LACKS",
                         "User.Read.All"},
                    Lack{"groups",
                         "backup",
                         {"Group.Read.All", "GroupMember.Read.All", "Directory.Read.All"},
                         "section memberships",
                         "LACKS",
                         "GroupMember.Read.All"},
                    Lack{"units",
                         "backup",
                         {"AdministrativeUnit.Read.All", "Directory.Read.All"},
                         "section memberships",
                         "LACKS",
                         "AdministrativeUnit.Read.All"},
                    Lack{"hidden",
                         "backup",
                         {"Member.Read.Hidden"},
                         "section memberships",
                         "LIMITED",
                         "grant Member.Read.Hidden"},
                    Lack{"roles", "backup", kRoleReaders, "section roles", "LACKS",
                         "RoleManagement.Read.Directory"},
                    Lack{"methods", "backup", kMethodReaders, "section authMethods", "LACKS",
                         "UserAuthenticationMethod.Read.All"},
                    Lack{"audit",
                         "backup",
                         {"AuditLog.Read.All"},
                         "section audit",
                         "LIMITED",
                         "grant AuditLog.Read.All"},
                    Lack{"app_roles",
                         "backup",
                         {"Application.Read.All", "Directory.Read.All"},
                         "section appRoles",
                         "LIMITED",
                         "grant Application.Read.All"},
                    Lack{"extensions",
                         "backup",
                         {"Directory.Read.All"},
                         "directory extensions",
                         "LIMITED",
                         "grant Directory.Read.All"},
                    Lack{"object", "restore", kUserWriters, "restore with object", "LACKS",
                         "lacks User.ReadWrite.All"},
                    Lack{"bin", "restore", kUserWriters, "restore from the recycle bin", "LACKS",
                         "lacks User.DeleteRestore.All"},
                    Lack{"as_new", "restore", kUserWriters, "restore as new", "LACKS",
                         "lacks User.ReadWrite.All"},
                    Lack{"blocked", "restore", kUserWriters, "restore with sign-in blocked",
                         "LACKS", "lacks User.EnableDisableAccount.All"},
                    Lack{"another_tenant", "restore", kUserWriters, "restore from another tenant",
                         "LACKS", "lacks User.ReadWrite.All"},
                    Lack{"members",
                         "restore",
                         {"Group.ReadWrite.All", "GroupMember.ReadWrite.All"},
                         "restore with memberships",
                         "LACKS",
                         "lacks GroupMember.ReadWrite.All"},
                    Lack{"role_assignment",
                         "restore",
                         {"RoleManagement.ReadWrite.Directory"},
                         "restore with roles",
                         "LACKS",
                         "lacks RoleManagement.ReadWrite.Directory"},
                    Lack{"method_writing",
                         "restore",
                         {"UserAuthenticationMethod.ReadWrite.All"},
                         "restore with authMethods",
                         "LACKS",
                         "lacks UserAuthenticationMethod.ReadWrite.All ->"},
                    Lack{"passes",
                         "restore",
                         {"UserAuthenticationMethod.ReadWrite.All"},
                         "restore with temporary passes",
                         "LACKS",
                         "lacks UserAuthMethod-TAP.ReadWrite.All"},
                    Lack{"pass_policy",
                         "restore",
                         {"Policy.Read.AuthenticationMethod"},
                         "restore with temporary passes",
                         "LIMITED",
                         "grant Policy.Read.AuthenticationMethod"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Lacks, WithoutRolesMembershipsAreLimitedToGroupsThatHoldNone) {
  Rig rig;
  set_permissions(rig, "restore",
                  permissions_without(rig, "restore", {"RoleManagement.ReadWrite.Directory"}));
  EXPECT_THAT(told(checked(rig), "restore with memberships"),
              HasSubstr("LIMITED permitted, and a request worked; groups that may hold a role"));
}

TEST(Lacks, NarrowWritersAreEnoughForWhatTheyCover) {
  Rig rig;
  set_permissions(rig, "restore",
                  {"User.Read.All", "User.EnableDisableAccount.All", "User.DeleteRestore.All",
                   "RoleManagement.Read.Directory"});
  const auto found = checked(rig);
  EXPECT_TRUE(line(found, "restore with sign-in blocked").ok);
  EXPECT_TRUE(line(found, "restore from the recycle bin").ok);
  EXPECT_FALSE(line(found, "restore with object").ok);
}

TEST(Lacks, AProbeThatFailsIsToldThoughThePermissionIsThere) {
  Rig rig;
  rig.sim.fault({{"match", {{"method", "GET"}, {"path", "/users/{id}/authentication/methods"}}},
                 {"action", "status"},
                 {"status", 403},
                 {"body", {{"error", {{"code", "accessDenied"}, {"message", "no"}}}}}});
  const auto found = checked(rig);
  EXPECT_THAT(told(found, "section authMethods"), HasSubstr("LACKS will not work"));
  EXPECT_TRUE(line(found, "section object").ok);
}

TEST(Lacks, AnAppThatMayNotChangeAdminsIsToldSo) {
  Rig rig;
  rig.sim.put("/_control/tenants/aurora/apps/restore", {{"directoryRoles", json::array()}});
  const std::string admins = told(checked(rig), "restore of users who are admins");
  EXPECT_THAT(admins, HasSubstr("LACKS"));
  EXPECT_THAT(admins, HasSubstr("Privileged Authentication Administrator"));
}

}  // namespace
}  // namespace entrad::graph
