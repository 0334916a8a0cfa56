#include "graph/check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph/permissions.h"
#include "rig.h"

namespace entrad::graph {
namespace {

using test::Rig;
using testing::HasSubstr;

const api::CheckLine& line(const api::TenantCheck& check, const std::string& what) {
  for (const auto& candidate : check.lines)
    if (candidate.what.starts_with(what)) return candidate;
  throw std::runtime_error("there is no line " + what);
}

TEST(Check, AWellConfiguredTenantIsFine) {
  Rig rig;
  const auto checked = check(*rig.sessions, "aurora", {});
  ASSERT_TRUE(checked) << checked.error().message;
  for (const auto& row : checked->lines)
    EXPECT_TRUE(row.ok) << row.what << ": " << row.found << "; " << row.remedy;
  EXPECT_TRUE(checked->ok);
  EXPECT_EQ(checked->users, 120U);
  EXPECT_EQ(checked->size_class, "M");
  EXPECT_FALSE(checked->display_name.empty());
  EXPECT_FALSE(checked->verified_domains.empty());
}

TEST(Check, TheGovernorLearnsTheSizeOfTheTenant) {
  Rig rig;
  ASSERT_TRUE(check(*rig.sessions, "aurora", {}));
  std::uint64_t limit = 0;
  for (const auto& row : rig.governor.status())
    if (row.bucket == "directory.read") limit = row.limit;
  EXPECT_EQ(limit, 5000U);
}

TEST(Check, AMissingPermissionIsNamed) {
  Rig rig;
  rig.sim.put("/_control/tenants/aurora/apps/backup",
              {{"roles", {"User.Read.All", "Organization.Read.All", "Domain.Read.All"}}});
  const auto checked = check(*rig.sessions, "aurora", {});
  ASSERT_TRUE(checked);
  EXPECT_FALSE(checked->ok);
  EXPECT_TRUE(line(*checked, "section object").ok);
  const auto& memberships = line(*checked, "section memberships");
  EXPECT_FALSE(memberships.ok);
  EXPECT_THAT(memberships.found, HasSubstr("GroupMember.Read.All"));
  EXPECT_THAT(memberships.found, HasSubstr("Member.Read.Hidden"));
  EXPECT_FALSE(memberships.remedy.empty());
}

TEST(Check, ARefusedCredentialIsALine) {
  Rig rig;
  rig.sim.put("/_control/tenants/aurora/apps/restore", {{"secret", "another"}});
  const auto checked = check(*rig.sessions, "aurora", {});
  ASSERT_TRUE(checked);
  EXPECT_TRUE(line(*checked, "backup credential").ok);
  EXPECT_FALSE(line(*checked, "restore credential").ok);
  EXPECT_THAT(line(*checked, "restore credential").found, HasSubstr("secret is wrong"));
}

TEST(Check, AnAppThatMayNotChangeAdminsIsToldSo) {
  Rig rig;
  rig.sim.put("/_control/tenants/aurora/apps/restore",
              {{"directoryRoles", nlohmann::json::array()}});
  const auto checked = check(*rig.sessions, "aurora", {});
  ASSERT_TRUE(checked);
  const auto& admins = line(*checked, "restore of users who hold an admin role");
  EXPECT_FALSE(admins.ok);
  EXPECT_THAT(admins.remedy, HasSubstr("Privileged Authentication Administrator"));
}

TEST(Check, AnUnknownTenantIsAnError) {
  Rig rig;
  EXPECT_EQ(check(*rig.sessions, "borealis", {}).error().kind, base::ErrorKind::not_found);
}

TEST(Permissions, AnyPermissionOfAGroupIsEnough) {
  const PermissionNeed need{Purpose::backup, "x", "A|B C|D", ""};
  EXPECT_EQ(missing_permissions(need, {"B", "D"}), std::vector<std::string>());
  EXPECT_EQ(missing_permissions(need, {"B"}), std::vector<std::string>{"C"});
  EXPECT_EQ(missing_permissions(need, {}), (std::vector<std::string>{"A", "C"}));
}

}  // namespace
}  // namespace entrad::graph
