// What the credential may not read is marked with the reason, and stays as it was known.
#include "backup/browse.h"
#include "directory/sections.h"
#include "rig.h"

namespace entrad::backup {
namespace {

using api::Completeness;
using api::ObjectKind;
using api::Section;

struct Row {
  const char* name;
  std::set<std::string> revoked;  // Directory.Read.All is always taken: it covers nearly all
  const char* section;
  Completeness completeness;
  const char* permission;  // that the reason names
};

class Denied : public testing::TestWithParam<Row> {};

TEST_P(Denied, SectionSaysWhyAndTheRestGoesOn) {
  Rig rig;
  auto revoked = GetParam().revoked;
  revoked.insert("Directory.Read.All");
  rig.revoke(revoked);
  const auto snapshot = rig.backup();
  ASSERT_TRUE(snapshot) << snapshot.error().message;
  for (const char* name : {"object", "memberships", "roles", "authMethods", "manager"}) {
    const bool hit = name == std::string(GetParam().section);
    const auto& state = snapshot->sections.at(name);
    EXPECT_EQ(state.completeness, hit ? GetParam().completeness : Completeness::complete) << name;
    if (hit) {
      EXPECT_NE(state.reason.find(GetParam().permission), std::string::npos) << state.reason;
    }
  }
  EXPECT_EQ(snapshot->counts.at("user"), 120U);
  const auto user = rig.ids(*snapshot, ObjectKind::user).front();
  const auto section = *api::parse<Section>(GetParam().section);
  EXPECT_EQ(rig.content(*snapshot, ObjectKind::user, user, section).has_value(),
            GetParam().completeness == Completeness::partial)
      << "unreadable is not empty";
}

INSTANTIATE_TEST_SUITE_P(Rows, Denied,
                         testing::Values(Row{"Methods",
                                             {"UserAuthenticationMethod.Read.All"},
                                             "authMethods",
                                             Completeness::absent,
                                             "UserAuthenticationMethod.Read.All"},
                                         Row{"Roles",
                                             {"RoleManagement.Read.Directory"},
                                             "roles",
                                             Completeness::absent,
                                             "RoleManagement.Read.Directory"},
                                         Row{"Groups",
                                             {"Group.Read.All", "GroupMember.Read.All"},
                                             "memberships",
                                             Completeness::absent,
                                             "GroupMember.Read.All"},
                                         Row{"Units",
                                             {"AdministrativeUnit.Read.All"},
                                             "memberships",
                                             Completeness::partial,
                                             "AdministrativeUnit.Read.All"},
                                         Row{"HiddenMemberships",
                                             {"Member.Read.Hidden"},
                                             "memberships",
                                             Completeness::partial,
                                             "Member.Read.Hidden"}),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(DeniedUsers, FailTheBackupAndLeaveNothing) {
  Rig rig;
  rig.revoke({"User.Read.All", "Directory.Read.All"});
  const auto snapshot = rig.backup();
  ASSERT_FALSE(snapshot);
  EXPECT_EQ(snapshot.error().kind, base::ErrorKind::permission_denied);
  EXPECT_NE(snapshot.error().hint.find("User.Read.All"), std::string::npos);
  EXPECT_TRUE(rig.store->snapshots().list(kTenant).empty());
}

// Sessions keep their token: the second backup needs a new one to lose the permission.
class Later {
 public:
  explicit Later(Rig& rig)
      : sessions_({rig.simulator.tenant(kTenant)}, rig.governor, rig.clock), rig_(rig) {}
  base::Result<api::Snapshot> backup() {
    auto made = run({*rig_.store, *sessions_.session(kTenant, graph::Purpose::backup).value(),
                     rig_.clock, rig_.new_job(), /*full=*/true},
                    {});
    if (!made) return base::pass(made);
    return made->snapshot;
  }

 private:
  graph::Sessions sessions_;
  Rig& rig_;
};

class Veiled : public testing::TestWithParam<std::set<std::string>> {};

TEST_P(Veiled, MembershipsThatWereKnownStayKnown) {
  Rig rig;
  const auto first = rig.backup().value();
  rig.revoke(GetParam());
  const auto second = Later(rig).backup().value();
  EXPECT_EQ(second.sections.at("memberships").completeness, Completeness::partial);
  EXPECT_EQ(second.changed, 0U);
  for (const auto& id : rig.ids(first, ObjectKind::user))
    EXPECT_EQ(rig.content(first, ObjectKind::user, id, Section::memberships),
              rig.content(second, ObjectKind::user, id, Section::memberships));
  EXPECT_EQ(rig.ids(first, ObjectKind::administrative_unit),
            rig.ids(second, ObjectKind::administrative_unit));
}

INSTANTIATE_TEST_SUITE_P(Rows, Veiled,
                         testing::Values(std::set<std::string>{"Member.Read.Hidden"},
                                         std::set<std::string>{"AdministrativeUnit.Read.All",
                                                               "Directory.Read.All"}));

TEST(Browse, SectionThatWasNotReadIsShownAsOfEarlierAndSaysSo) {
  Rig rig;
  const auto first = rig.backup().value();
  rig.revoke({"UserAuthenticationMethod.Read.All"});
  const auto second = Later(rig).backup().value();
  const auto user = rig.ids(first, ObjectKind::user).front();
  const auto detail = user_detail(rig.store->snapshots(), kTenant, second, user).value();
  EXPECT_FALSE(detail.auth_methods.empty());
  ASSERT_TRUE(detail.unreadable.contains("authMethods"));
  EXPECT_NE(detail.unreadable.at("authMethods").reason.find("earlier snapshot"), std::string::npos);
  EXPECT_EQ(detail.unreadable.size(), 3U) << "with photo and restrictedAttributes";
}

}  // namespace
}  // namespace entrad::backup
