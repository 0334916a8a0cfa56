// What people are told has changed: attributes, members of objects, elements of collections.
#include "directory/difference.h"

#include <gtest/gtest.h>

namespace entrad::directory {
namespace {

using nlohmann::json;

TEST(Difference, TellsEachAttributeThatDiffersWhetherItCanBeRestoredOrNot) {
  const auto changes =
      compare_values({{"department", "Paper"}, {"createdDateTime", "2020"}, {"city", "Oulu"}},
                     {{"department", "Pulp"}, {"createdDateTime", "2021"}, {"city", "Oulu"}});
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].attribute, "createdDateTime");
  EXPECT_EQ(changes[1].attribute, "department");
  EXPECT_EQ(changes[1].from, "Paper");
  EXPECT_EQ(changes[1].to, "Pulp");
}

TEST(Difference, TakesWhatCouldNotBeReadForNoDifference) {
  EXPECT_TRUE(compare_values({{"department", "Paper"}}, json::object()).empty());
  EXPECT_TRUE(compare_values(json::object(), {{"department", "Paper"}}).empty());
  EXPECT_EQ(compare_values({{"department", "Paper"}}, {{"department", nullptr}}).size(), 1U);
}

TEST(Difference, TakesADirectoryExtensionThatIsMissingForUnset) {
  const auto changes = compare_values({{"extension_0a_badge", "7"}}, json::object());
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].from, "7");
  EXPECT_TRUE(changes[0].to.is_null());
}

TEST(Difference, NamesMembersOfObjectsByTheirPath) {
  const auto changes =
      compare_values({{"employeeOrgData", {{"division", "North"}, {"costCenter", "1"}}}},
                     {{"employeeOrgData", {{"division", "South"}, {"costCenter", "1"}}}});
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].attribute, "employeeOrgData.division");
  const auto set = compare_values({{"employeeOrgData", nullptr}},
                                  {{"employeeOrgData", {{"division", "South"}}}});
  ASSERT_EQ(set.size(), 1U);
  EXPECT_EQ(set[0].attribute, "employeeOrgData.division");
  EXPECT_TRUE(set[0].from.is_null());
}

TEST(Difference, ComparesCollectionsByTheirElements) {
  const auto changes = compare_values({{"proxyAddresses", {"SMTP:a@x", "smtp:b@x"}}},
                                      {{"proxyAddresses", {"smtp:c@x", "SMTP:a@x"}}});
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].removed, std::vector<json>({"smtp:b@x"}));
  EXPECT_EQ(changes[0].added, std::vector<json>({"smtp:c@x"}));
}

TEST(Difference, DoesNotMindTheOrderThatGraphDoesNotKeep) {
  EXPECT_TRUE(compare_values({{"proxyAddresses", {"smtp:a@x", "smtp:b@x"}}},
                             {{"proxyAddresses", {"smtp:b@x", "smtp:a@x"}}})
                  .empty());
}

TEST(Difference, TellsLinksThatCameWentAndChanged) {
  const json before = {{{"skuId", "1"}, {"disabledPlans", json::array()}},
                       {{"skuId", "2"}, {"disabledPlans", json::array()}}};
  const json after = {{{"skuId", "2"}, {"disabledPlans", {"p"}}},
                      {{"skuId", "3"}, {"disabledPlans", json::array()}}};
  const auto changes = compare_elements(before, after);
  ASSERT_EQ(changes.size(), 3U);
  EXPECT_EQ(changes[0].from.at("skuId"), "1");
  EXPECT_TRUE(changes[0].to.is_null());
  EXPECT_EQ(changes[1].from.at("skuId"), "2");
  EXPECT_EQ(changes[1].to.at("disabledPlans"), json({"p"}));
  EXPECT_TRUE(changes[2].from.is_null());
}

TEST(Difference, TakesAManagerForACollectionOfOneAndNullForNone) {
  EXPECT_TRUE(compare_elements({{"id", "1"}}, {{"id", "1"}}).empty());
  EXPECT_EQ(compare_elements({{"id", "1"}}, {{"id", "2"}}).size(), 2U);
  EXPECT_EQ(compare_elements(nullptr, {{"id", "2"}}).size(), 1U);
}

TEST(Difference, TakesARoleWithoutAStateForAnActiveOne) {
  const json plain = {{"roleDefinitionId", "r"}, {"directoryScopeId", "/"}};
  json scheduled = plain;
  scheduled["state"] = "active";
  EXPECT_EQ(compare_elements(json::array({plain}), json::array({scheduled})).size(), 1U);
  EXPECT_FALSE(compare_elements(json::array({plain}), json::array({scheduled}))[0].to.is_null());
  scheduled["state"] = "eligible";
  EXPECT_EQ(compare_elements(json::array({plain}), json::array({scheduled})).size(), 2U);
}

TEST(Difference, FindsAValueByItsPathInAnyCase) {
  const json user = {{"employeeOrgData", {{"division", "North"}}}, {"department", "Paper"}};
  EXPECT_EQ(value_at(user, "DEPARTMENT"), "Paper");
  EXPECT_EQ(value_at(user, "employeeorgdata.Division"), "North");
  EXPECT_TRUE(value_at(user, "employeeOrgData.costCenter").is_null());
  EXPECT_EQ(written_path(user, "employeeorgdata.DIVISION"), "employeeOrgData.division");
  EXPECT_EQ(written_path(user, "shoeSize"), "");
}

TEST(Difference, FindsTheIdsInASectionsText) {
  const std::string a = "00000000-aaaa-4000-8000-000000000001";
  const std::string b = "00000000-aaaa-4000-8000-000000000002";
  const std::string text =
      R"([{"id":")" + a + R"(","kind":"group"},{"id":")" + b + R"(","kind":"administrativeUnit"}])";
  EXPECT_TRUE(names_object(text, a));
  EXPECT_FALSE(names_object(text, "00000000-aaaa-4000-8000-000000000003"));
  std::vector<std::string> ids;
  for_each_named_id(text, [&](std::string_view id) { ids.emplace_back(id); });
  EXPECT_EQ(ids, (std::vector<std::string>{a, b}));
}

}  // namespace
}  // namespace entrad::directory
