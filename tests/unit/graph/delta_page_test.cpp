#include "graph/delta_page.h"

#include <gtest/gtest.h>

namespace entrad::graph {
namespace {

const std::string kOne = "11111111-1111-4111-8111-111111111111";
const std::string kTwo = "22222222-2222-4222-8222-222222222222";

std::string page_of(const std::string& objects) { return R"({"value":[)" + objects + "]}"; }

TEST(ChangesIn, TellsTheFateOfEachObject) {
  const auto changes = changes_in(page_of(R"({"id":")" + kOne + R"(","city":null},{"id":")" + kTwo +
                                          R"(","@removed":{"reason":"changed"}},{"id":")" + kTwo +
                                          R"(","@removed":{"reason":"deleted"}},{"id":")" + kOne +
                                          R"(","@removed":{"reason":"odd"}})"));
  ASSERT_TRUE(changes) << changes.error().message;
  ASSERT_EQ(changes->size(), 4U);
  EXPECT_EQ(changes->at(0).id.str(), kOne);
  EXPECT_EQ(changes->at(0).fate, Fate::present);
  EXPECT_FALSE(changes->at(0).bare) << "a property that became null is news";
  EXPECT_EQ(changes->at(1).fate, Fate::in_recycle_bin);
  EXPECT_EQ(changes->at(2).fate, Fate::gone);
  EXPECT_EQ(changes->at(3).fate, Fate::in_recycle_bin)
      << "not taken for gone on a word we don't know";
}

TEST(ChangesIn, ReadsLinksThatCameAndLinksThatWent) {
  const auto changes = changes_in(page_of(
      R"({"id":")" + kOne + R"(","members@delta":[{"@odata.type":"#microsoft.graph.user","id":")" +
      kTwo + R"("},{"id":")" + kOne + R"(","@removed":{"reason":"deleted"}}]},{"id":")" + kTwo +
      R"(","displayName":"x","manager@delta":[{"id":")" + kOne + R"("}]})"));
  ASSERT_TRUE(changes) << changes.error().message;
  const Change& group = changes->at(0);
  EXPECT_TRUE(group.bare);
  ASSERT_EQ(group.members.size(), 2U);
  EXPECT_EQ(group.members[0].id.str(), kTwo);
  EXPECT_EQ(group.members[0].type, "#microsoft.graph.user");
  EXPECT_FALSE(group.members[0].removed);
  EXPECT_TRUE(group.members[1].removed);
  EXPECT_EQ(changes->at(1).manager.at(0).id.str(), kOne);
  EXPECT_FALSE(changes->at(1).bare);
}

TEST(ChangesIn, AnEmptyPageIsFine) { EXPECT_TRUE(changes_in(page_of(""))->empty()); }

class BadPage : public testing::TestWithParam<const char*> {};

TEST_P(BadPage, IsRefused) {
  const auto changes = changes_in(GetParam());
  ASSERT_FALSE(changes);
  EXPECT_EQ(changes.error().kind, base::ErrorKind::graph_refused);
}

INSTANTIATE_TEST_SUITE_P(
    All, BadPage,
    testing::Values(
        "", "<html>", "{}", R"({"value":{}})", R"({"value":[7]})", R"({"value":[{"city":"x"}]})",
        R"({"value":[{"id":"x"}]})",
        R"({"value":[{"id":"11111111-1111-4111-8111-111111111111","members@delta":[{}]}]})",
        R"({"value":[{"id":"11111111-1111-4111-8111-111111111111","members@delta":7}]})"));

}  // namespace
}  // namespace entrad::graph
