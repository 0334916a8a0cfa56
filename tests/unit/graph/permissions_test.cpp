#include "graph/check/permissions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace entrad::graph {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Permissions, AnyPermissionOfAGroupIsEnough) {
  EXPECT_THAT(missing_permissions("A|B C|D", {"B", "D"}), IsEmpty());
  EXPECT_THAT(missing_permissions("A|B C|D", {"B"}), ElementsAre("C"));
  EXPECT_THAT(missing_permissions("A|B C|D", {}), ElementsAre("A", "C"));
  EXPECT_THAT(missing_permissions("A|B A|D", {}), ElementsAre("A")) << "one grant is enough";
  EXPECT_THAT(missing_permissions("", {}), IsEmpty());
}

TEST(Permissions, WritingOnesAreKnownWhateverTheirNames) {
  EXPECT_THAT(writing_permissions({"User.Read.All", "User.ReadWrite.All", "User.DeleteRestore.All",
                                   "UserAuthMethod-TAP.ReadWrite.All", "Domain.Read.All"}),
              ElementsAre("User.ReadWrite.All", "User.DeleteRestore.All",
                          "UserAuthMethod-TAP.ReadWrite.All"));
}

TEST(Permissions, WhatNothingNeedsDependsOnThePurpose) {
  EXPECT_THAT(unneeded_permissions(Purpose::backup, {"User.Read.All", "Mail.Read"}),
              ElementsAre("Mail.Read"));
  EXPECT_THAT(unneeded_permissions(Purpose::backup, {"RoleManagement.ReadWrite.Directory"}),
              IsEmpty())
      << "it reads roles, though it is more than that";
  EXPECT_THAT(unneeded_permissions(Purpose::restore, {"Member.Read.Hidden"}),
              ElementsAre("Member.Read.Hidden"));
}

TEST(Permissions, EveryNeedNamesALeastPermissionAndWhatHappensWithoutTheWiderOnes) {
  for (const PermissionNeed& need : permission_needs()) {
    EXPECT_FALSE(need.groups.empty() && need.wider_groups.empty()) << need.what;
    EXPECT_EQ(need.wider_groups.empty(), need.without.empty()) << need.what;
  }
}

}  // namespace
}  // namespace entrad::graph
