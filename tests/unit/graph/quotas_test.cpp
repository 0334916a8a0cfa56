#include "graph/quota/quotas.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "fakes/graphsim_process.h"
#include "fakes/places.h"

namespace entrad::graph {
namespace {

std::map<std::string, std::uint64_t> price(std::string_view method, std::string_view path) {
  std::map<std::string, std::uint64_t> units;
  for (const Charge& charge : Quotas::published().price(method, path))
    units[charge.bucket] += charge.units;
  return units;
}
using Units = std::map<std::string, std::uint64_t>;

struct PriceRow {
  const char* name;
  const char* method;
  const char* path;
  Units units;
};

class Price : public testing::TestWithParam<PriceRow> {};

TEST_P(Price, IsWhatMicrosoftPublished) {
  EXPECT_EQ(price(GetParam().method, GetParam().path), GetParam().units);
}

const Units kWrite{{"directory.read", 1},      {"directory.read.app", 1},
                   {"directory.write", 1},     {"directory.write.tenant", 1},
                   {"directory.write.app", 1}, {"requests.app", 1}};

Units reads(std::uint64_t units) {
  return {{"directory.read", units}, {"directory.read.app", units}, {"requests.app", 1}};
}
Units of_service(const std::string& service) {
  return {{service, 1}, {service + ".app", 1}, {"requests.app", 1}};
}

INSTANTIATE_TEST_SUITE_P(
    Quotas, Price,
    testing::Values(
        PriceRow{"a_page_of_users", "GET", "/users?$top=999", reads(2)},
        PriceRow{"selecting_is_cheaper", "GET", "/users?$select=id", reads(1)},
        PriceRow{"never_below_one", "GET", "/users?$select=id&$top=1", reads(1)},
        PriceRow{"expanding_costs", "GET", "/users?$select=id&$expand=manager($select=id)&$top=999",
                 reads(2)},
        PriceRow{"small_pages_are_cheaper", "GET", "/groups/g/members?$top=5", reads(2)},
        PriceRow{"members_of_a_group", "GET", "/groups/g/members?$select=id&$top=999", reads(2)},
        PriceRow{"one_user", "GET", "/users/u", reads(1)},
        PriceRow{"encoded_options", "GET", "/users?%24select=id", reads(1)},
        PriceRow{"a_write", "POST", "/users", kWrite},
        PriceRow{"twenty_links_are_one_write", "PATCH", "/groups/g", kWrite},
        PriceRow{"roles_are_directory_writes", "POST", "/roleManagement/directory/roleAssignments",
                 kWrite},
        PriceRow{"a_listed_post_is_a_read", "POST", "/directoryObjects/getByIds", reads(5)},
        PriceRow{"methods_have_their_own_bucket", "POST", "/users/u/authentication/phoneMethods",
                 of_service("authMethods")},
        PriceRow{"reading_methods_too", "GET", "/users/u/authentication/methods",
                 of_service("authMethods")},
        PriceRow{"audit_has_its_own_bucket", "GET", "/auditLogs/directoryAudits?$top=5",
                 of_service("audit")}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Quotas, SizeClassesFollowTheNumberOfUsers) {
  const Quotas quotas = Quotas::published();
  EXPECT_EQ(quotas.size_class(0), "S");
  EXPECT_EQ(quotas.size_class(49), "S");
  EXPECT_EQ(quotas.size_class(50), "M");
  EXPECT_EQ(quotas.size_class(500), "M");
  EXPECT_EQ(quotas.size_class(501), "L");
  EXPECT_EQ(quotas.find("directory.read")->limit, 3500U);
  EXPECT_EQ(quotas.find("directory.read")->limit_by_size.at("L"), 8000U);
}

struct LimitRow {
  const char* bucket;
  Bucket::Scope scope;
  std::uint64_t limit;
  int window_seconds;
};

// Microsoft's table "Identity and access service limits", and the global limit.
TEST(Quotas, EachScopeHasItsPublishedLimit) {
  using Scope = Bucket::Scope;
  const Quotas quotas = Quotas::published();
  const std::vector<LimitRow> rows{{"directory.write", Scope::app_tenant, 3000, 150},
                                   {"directory.write.tenant", Scope::tenant, 18000, 300},
                                   {"directory.write.app", Scope::app, 35000, 300},
                                   {"directory.read", Scope::app_tenant, 3500, 10},
                                   {"directory.read.app", Scope::app, 150000, 20},
                                   {"requests.app", Scope::app, 130000, 10},
                                   {"authMethods", Scope::app_tenant, 5, 10},
                                   {"authMethods.app", Scope::app, 122, 10},
                                   {"audit", Scope::app_tenant, 5, 10},
                                   {"audit.app", Scope::app, 122, 10}};
  EXPECT_EQ(quotas.buckets().size(), rows.size());
  for (const LimitRow& row : rows) {
    ASSERT_NE(quotas.find(row.bucket), nullptr) << row.bucket;
    EXPECT_EQ(quotas.find(row.bucket)->scope, row.scope) << row.bucket;
    EXPECT_EQ(quotas.find(row.bucket)->limit, row.limit) << row.bucket;
    EXPECT_EQ(quotas.find(row.bucket)->window, std::chrono::seconds(row.window_seconds));
  }
}

// 27 of the 3,000 writes of a window are kept free for urgent calls.
TEST(Quotas, LeastTimeUsesTheWindowAtTheStartButForItsReserve) {
  const Quotas quotas = Quotas::published();
  using std::chrono::seconds;
  EXPECT_EQ(quotas.least_time("directory.write", 0), seconds(0));
  EXPECT_EQ(quotas.least_time("directory.write", 2973), seconds(0));
  EXPECT_EQ(quotas.least_time("directory.write", 2974), seconds(150));
  EXPECT_EQ(quotas.least_time("directory.write", 3000), seconds(150));
  EXPECT_EQ(quotas.least_time("directory.write", 2 * 2973), seconds(150));
  EXPECT_EQ(quotas.least_time("directory.write", 2 * 2973 + 1), seconds(300));
  EXPECT_EQ(quotas.least_time("authMethods", 5), seconds(0));  // too small for a reserve
  EXPECT_EQ(quotas.least_time("directory.write", 10000), seconds(450));
  EXPECT_EQ(quotas.least_time("no such bucket", 10000), seconds(0));
}

TEST(Quotas, TheShippedFileIsTheBuiltInList) {
  auto shipped = Quotas::load(fakes::source_folder() / "config/quotas.json");
  ASSERT_TRUE(shipped);
  const Quotas built_in = Quotas::published();
  ASSERT_EQ(shipped->buckets().size(), built_in.buckets().size());
  for (const Bucket& bucket : built_in.buckets()) {
    ASSERT_NE(shipped->find(bucket.name), nullptr);
    EXPECT_EQ(shipped->find(bucket.name)->limit, bucket.limit);
    EXPECT_EQ(shipped->find(bucket.name)->window, bucket.window);
  }
}

TEST(Quotas, AWrongFileIsNamedWithWhatIsWrong) {
  const fakes::TemporaryDirectory directory;
  const auto file = directory.path() / "quotas.json";
  const auto message = [&](const std::string& text) {
    std::ofstream(file) << text;
    auto loaded = Quotas::load(file);
    return loaded ? "" : loaded.error().message;
  };
  EXPECT_THAT(message("{"), testing::HasSubstr("not JSON"));
  EXPECT_THAT(message("{}"), testing::HasSubstr("\"buckets\" is missing"));
  EXPECT_THAT(
      message(R"({"buckets":{"b":{"limit":1}},"sizeClasses":{},"modifiers":{},"costs":[]})"),
      testing::AllOf(testing::HasSubstr("bucket b"), testing::HasSubstr(file.string())));
  EXPECT_THAT(message(R"({"buckets":{"b":{"limit":1,"windowSeconds":1,"scope":"galaxy"}},)"
                      R"("sizeClasses":{},"modifiers":{},"costs":[]})"),
              testing::HasSubstr("a scope that is appTenant, tenant or app"));
  EXPECT_THAT(message(R"({"buckets":{},"sizeClasses":{},"modifiers":{},"costs":[{"ru":1}]})"),
              testing::HasSubstr("a cost needs"));
  EXPECT_THAT(message(R"({"buckets":{"b":{"limit":"x","windowSeconds":1}},"sizeClasses":{},)"
                      R"("modifiers":{},"costs":[]})"),
              testing::HasSubstr("are wrong"));
  EXPECT_EQ(Quotas::load(directory.path() / "absent").error().kind,
            base::ErrorKind::invalid_argument);
}

}  // namespace
}  // namespace entrad::graph
