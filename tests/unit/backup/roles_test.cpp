// Admin roles: for good, for a time, to be activated, and through groups.
#include "backup/browse.h"
#include "directory/sections.h"
#include "rig.h"

namespace entrad::backup {
namespace {

using api::Completeness;
using api::ObjectKind;
using api::Section;
using base::Guid;
using nlohmann::json;

constexpr const char* kReader = "88d8e3e3-8f55-4a1e-953a-9b9898b8876b";  // Directory Readers
constexpr const char* kEnd = "2099-01-01T00:00:00Z";

class Roles : public testing::Test {
 protected:
  void add(const Guid& principal, json schedule) {
    schedule["principal"] = principal.str();
    schedule["role"] = kReader;
    rig.simulator.post("/_control/tenants/" + kTenant + "/roleSchedules", schedule);
  }
  std::vector<directory::HeldRole> held(const api::Snapshot& snapshot, const Guid& user) {
    return directory::read_held_roles(
        rig.content(snapshot, ObjectKind::user, user, Section::roles).value());
  }
  // A user without any role.
  Guid plain(const api::Snapshot& snapshot, std::size_t which) {
    for (const Guid& user : rig.ids(snapshot, ObjectKind::user))
      if (held(snapshot, user).empty() && which-- == 0) return user;
    throw std::runtime_error("everybody has a role");
  }
  api::UserDetail detail(const api::Snapshot& snapshot, const Guid& user) {
    return user_detail(rig.store->snapshots(), kTenant, snapshot, user).value();
  }

  Rig rig;
};

TEST_F(Roles, EligibleOnesAreKeptAndNoRestoreTakesThemForActive) {
  const auto first = rig.backup().value();
  const Guid user = plain(first, 0);
  add(user, {{"eligible", true}, {"end", kEnd}});
  const auto second = rig.backup().value();
  const auto content = rig.content(second, ObjectKind::user, user, Section::roles).value();
  EXPECT_TRUE(directory::read_roles(content).empty());
  const auto shown = detail(second, user).roles;
  ASSERT_EQ(shown.size(), 1U);
  EXPECT_EQ(shown[0].state, "eligible");
  EXPECT_EQ(shown[0].end_date_time, kEnd);
  EXPECT_EQ(shown[0].display_name, "Directory Readers");
}

TEST_F(Roles, ActiveOnesForATimeCarryTheirScheduleAndAreNoneForGood) {
  const auto first = rig.backup().value();
  const Guid user = plain(first, 0);
  add(user, {{"end", kEnd}});
  const auto second = rig.backup().value();
  const auto roles = held(second, user);
  ASSERT_EQ(roles.size(), 1U) << "once, though the list of assignments shows it too";
  EXPECT_FALSE(roles[0].eligible);
  EXPECT_EQ(roles[0].schedule["expiration"]["endDateTime"], kEnd);
  const auto content = rig.content(second, ObjectKind::user, user, Section::roles).value();
  EXPECT_TRUE(directory::read_roles(content).empty());
}

TEST_F(Roles, ActivatedOnesAreNotKept) {
  const auto first = rig.backup().value();
  const Guid user = plain(first, 0);
  add(user, {{"eligible", true}});
  add(user, {{"assignmentType", "Activated"}, {"end", kEnd}});
  const auto second = rig.backup().value();
  const auto roles = held(second, user);
  ASSERT_EQ(roles.size(), 1U);
  EXPECT_TRUE(roles[0].eligible);
}

TEST_F(Roles, RowsThatComeThroughAGroupAreTheGroups) {
  const auto first = rig.backup().value();
  const Guid user = plain(first, 0);
  add(user, {{"eligible", true}, {"memberType", "Group"}});
  EXPECT_TRUE(held(rig.backup().value(), user).empty());
}

TEST_F(Roles, ThoseOfGroupsAreShownWithTheGroupsName) {
  const auto snapshot = rig.backup().value();
  std::size_t groups = 0;
  for (const Guid& group : rig.ids(snapshot, ObjectKind::group))
    if (const auto content = rig.content(snapshot, ObjectKind::group, group, Section::roles))
      groups += directory::read_roles(*content).empty() ? 0 : 1;
  EXPECT_GT(groups, 0U);
  std::size_t shown = 0;
  for (const Guid& user : rig.ids(snapshot, ObjectKind::user))
    for (const auto& role : detail(snapshot, user).roles) {
      if (role.through_group_id.empty()) continue;
      ++shown;
      EXPECT_NE(role.through_group_name, role.through_group_id);
      EXPECT_NE(role.display_name, role.role_definition_id);
    }
  EXPECT_GT(shown, 0U);
}

TEST_F(Roles, TenantWithoutTheLicenceHasNoEligibleOnesAndSaysSo) {
  rig.simulator.put("/_control/tenants/" + kTenant + "/settings", {{"premium", false}});
  const auto snapshot = rig.backup().value();
  const auto& state = snapshot.sections.at("roles");
  EXPECT_EQ(state.completeness, Completeness::complete);
  EXPECT_NE(state.reason.find("P2"), std::string::npos) << state.reason;
  EXPECT_EQ(snapshot.sections.at("audit").completeness, Completeness::absent);
  EXPECT_NE(snapshot.sections.at("audit").reason.find("P1"), std::string::npos);
}

TEST_F(Roles, SchedulesThatMayNotBeReadStayAsTheyWereKnown) {
  const auto first = rig.backup().value();
  const Guid eligible = plain(first, 0);
  const Guid timed = plain(first, 1);
  add(eligible, {{"eligible", true}});
  add(timed, {{"end", kEnd}});
  const auto second = rig.backup().value();
  rig.simulator.fault(
      {{"match", {{"path", "/roleManagement/directory/roleEligibilitySchedules"}}},
       {"action", "status"},
       {"status", 403},
       {"body",
        {{"error",
          {{"code", "Authorization_RequestDenied"}, {"message", "Insufficient privileges"}}}}}});
  const auto third = rig.backup().value();
  EXPECT_EQ(third.sections.at("roles").completeness, Completeness::partial);
  EXPECT_NE(third.sections.at("roles").reason.find("RoleEligibilitySchedule.Read.Directory"),
            std::string::npos);
  for (const Guid& user : {eligible, timed})
    EXPECT_EQ(rig.content(third, ObjectKind::user, user, Section::roles),
              rig.content(second, ObjectKind::user, user, Section::roles));
}

}  // namespace
}  // namespace entrad::backup
