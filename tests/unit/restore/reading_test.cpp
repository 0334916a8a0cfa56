#include "restore/live/reading.h"

#include <gtest/gtest.h>

namespace entrad::restore {
namespace {

constexpr Depth kSections{true, true, true, false};

Extent extent(std::uint64_t wanted, std::uint64_t users, bool only_names = false) {
  return {wanted, only_names, users};
}

TEST(Reading, AsksForFewUsersOfALargeTenantOneByOne) {
  for (const std::uint64_t wanted : {1, 20, 1000, 9000})
    EXPECT_FALSE(is_cheaper_by_lists(extent(wanted, 500'000), kSections)) << wanted;
}

TEST(Reading, ListsTheTenantForManyOfItsUsers) {
  for (const std::uint64_t wanted : {12'000, 100'000, 500'000})
    EXPECT_TRUE(is_cheaper_by_lists(extent(wanted, 500'000), kSections)) << wanted;
  EXPECT_EQ(asked_by_lists(extent(500'000, 500'000)), 2U * 501);
  EXPECT_EQ(asked_one_by_one(extent(500'000, 500'000), kSections), 50'000U);
}

TEST(Reading, OfASmallTenantListsAsSoonAsThatIsFewer) {
  EXPECT_FALSE(is_cheaper_by_lists(extent(20, 60), kSections));
  EXPECT_TRUE(is_cheaper_by_lists(extent(21, 60), kSections));
  EXPECT_FALSE(is_cheaper_by_lists(extent(40, 60), Depth()));
  EXPECT_TRUE(is_cheaper_by_lists(extent(41, 60), Depth()));
}

TEST(Reading, AsksForTheNamesOfNewUsersOnly) {
  EXPECT_EQ(asked_one_by_one(extent(1000, 50'000, true), kSections), 50U);
  EXPECT_EQ(asked_by_lists(extent(1000, 50'000, true)), 51U);
}

TEST(Reading, TakesMembershipsFromTheEndThatHasFewer) {
  EXPECT_TRUE(are_links_cheaper_by_lists(500'000, 25'000, 500'000));
  EXPECT_FALSE(are_links_cheaper_by_lists(1'000, 25'000, 500'000));
  EXPECT_FALSE(are_links_cheaper_by_lists(0, 10, 500'000));
  // A batch holds as many questions of either kind: what the quota takes decides.
  EXPECT_TRUE(are_links_cheaper_by_lists(95'000, 25'000, 500'000));
  EXPECT_FALSE(are_links_cheaper_by_lists(30'000, 25'000, 500'000));
}

}  // namespace
}  // namespace entrad::restore
