#include "graph/quota/price_book.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace entrad::graph {
namespace {

constexpr char kMembers[] = "/groups/0e9a8b1c-0000-4000-8000-000000000001/members?$top=999";
constexpr char kOtherMembers[] = "/groups/0e9a8b1c-0000-4000-8000-00000000000f/members?$top=999";

class PriceBookTest : public testing::Test {
 protected:
  std::uint64_t units(const std::string& path, const std::string& method = "GET") const {
    return units_of(book_.price(method, path), "directory.read");
  }
  static std::uint64_t units_of(const std::vector<Charge>& charges, const std::string& bucket) {
    for (const Charge& charge : charges)
      if (charge.bucket == bucket) return charge.units;
    return 0;
  }

  const Quotas quotas_ = Quotas::published();
  PriceBook book_{quotas_};
};

TEST_F(PriceBookTest, StartsFromThePublishedPrices) {
  EXPECT_EQ(units(kMembers), 3U);
  EXPECT_TRUE(book_.save().empty());
}

TEST_F(PriceBookTest, BelievesAHigherPriceAtOnceForTheWholeKind) {
  book_.learn("GET", kMembers, 5);
  EXPECT_EQ(units(kOtherMembers), 5U);
  EXPECT_EQ(units("/groups/0e9a8b1c-0000-4000-8000-000000000001/members?$select=id"), 2U);
}

TEST_F(PriceBookTest, BelievesALowerPriceAfterSeveralInARow) {
  for (int i = 0; i < 4; ++i) book_.learn("GET", kMembers, 1);
  EXPECT_EQ(units(kMembers), 3U);
  book_.learn("GET", kMembers, 2);
  EXPECT_EQ(units(kMembers), 2U);  // the dearest of the five
  for (int i = 0; i < 4; ++i) book_.learn("GET", kMembers, 1);
  book_.learn("GET", kMembers, 3);
  for (int i = 0; i < 4; ++i) book_.learn("GET", kMembers, 1);
  EXPECT_EQ(units(kMembers), 3U);
}

TEST_F(PriceBookTest, ForgetsWhatIsAsPublishedAgain) {
  book_.learn("GET", kMembers, 4);
  EXPECT_EQ(book_.save().size(), 1U);
  for (int i = 0; i < 5; ++i) book_.learn("GET", kMembers, 3);
  EXPECT_TRUE(book_.save().empty());
}

TEST_F(PriceBookTest, TakesNoNonsense) {
  book_.learn("GET", kMembers, 0);
  book_.learn("GET", kMembers, 1000000);
  book_.learn("GET", "/auditLogs/signIns", 7);  // counts requests, not units
  EXPECT_TRUE(book_.save().empty());
  EXPECT_EQ(units_of(book_.bill("GET", kMembers, 1000000), "directory.read"), 3U);
}

TEST_F(PriceBookTest, ABillHasTheUnitsThatGraphTold) {
  const auto bill = book_.bill("POST", "/users", 5);
  EXPECT_EQ(units_of(bill, "directory.read"), 5U);
  EXPECT_EQ(units_of(bill, "directory.write"), 1U);
  EXPECT_EQ(units_of(book_.bill("POST", "/users", std::nullopt), "directory.read"), 1U);
}

TEST_F(PriceBookTest, IsKept) {
  book_.learn("GET", kMembers, 5);
  PriceBook other(quotas_);
  other.load(book_.save());
  EXPECT_EQ(units_of(other.price("GET", kOtherMembers), "directory.read"), 5U);
  other.load({{"GET/users", -1}, {"GET/groups", "x"}, {"GET/domains", 0}});
  EXPECT_EQ(other.save().size(), 1U);
  other.load(nullptr);
}

TEST_F(PriceBookTest, HoldsABoundedNumberOfKinds) {
  for (char a = 'a'; a <= 'z'; ++a)
    for (char b = 'a'; b <= 'z'; ++b) book_.learn("GET", std::string("/") + a + b, 9);
  EXPECT_LE(book_.save().size(), 500U);
}

struct Row {
  const char* name;
  const char* method;
  const char* path;
  const char* kind;
};

class KindOfCall : public testing::TestWithParam<Row> {};

TEST_P(KindOfCall, LeavesOutIdsAndWhatDoesNotChangeThePrice) {
  const Row& row = GetParam();
  EXPECT_EQ(kind_of_call(row.method, row.path), row.kind);
}

INSTANTIATE_TEST_SUITE_P(
    PriceBook, KindOfCall,
    testing::Values(
        Row{"list", "GET", "/users?$select=id,displayName&$top=999", "GET/users select"},
        Row{"guid", "GET", "/users/3f0c2a44-1111-4222-8333-abcdefabcdef", "GET/users/{id}"},
        Row{"name", "GET", "/users/ada@aurora.example?$expand=manager", "GET/users/{id} expand"},
        Row{"encoded", "GET", "/users/ada%40aurora.example", "GET/users/{id}"},
        Row{"cast", "GET",
            "/users/3f0c2a44-1111-4222-8333-abcdefabcdef/memberOf/microsoft.graph.group?$top=5",
            "GET/users/{id}/memberof/microsoft.graph.group smallTop"},
        Row{"reference", "DELETE",
            "/groups/3f0c2a44-1111-4222-8333-abcdefabcdef/members/"
            "3f0c2a44-1111-4222-8333-abcdefabcdef/$ref",
            "DELETE/groups/{id}/members/{id}/$ref"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace entrad::graph
