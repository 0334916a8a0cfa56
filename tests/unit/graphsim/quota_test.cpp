#include <cstdio>
#include <fstream>

#include "fakes/places.h"
#include "simulator_process.h"

namespace graphsim_test {
namespace {

/// Small limits, so that a test reaches them: 10 units / 10 s, 3 writes / 150 s, 2 methods / 10 s.
class Quota : public SimulatorTest {
 protected:
  void begin(const std::string& time_scale = "1") {
    const std::string file = testing::TempDir() + "/quotas-" + std::to_string(getpid()) + ".json";
    Json table = Json::parse(std::ifstream(entrad::fakes::source_folder() / "config/quotas.json"));
    table["buckets"]["directory.read"].erase("limitBySize");
    table["buckets"]["directory.read"]["limit"] = 10;
    table["buckets"]["directory.write"]["limit"] = 3;
    table["buckets"]["authMethods"]["limit"] = 2;
    for (const auto& [bucket, limit] : wider_.items()) table["buckets"][bucket]["limit"] = limit;
    table_ = table;
    std::ofstream(file) << table;
    start("aurora:users=60,lag=0", {"--quotas", file, "--time-scale", time_scale});
    std::remove(file.c_str());
  }

  Json wider_ = Json::object();  ///< limits by bucket
  Json table_;
};

TEST_F(Quota, RefusesBeyondTheLimitWithARetryAfterThatHolds) {
  begin("50");
  Reply reply;
  int passed = 0;
  while ((reply = get("/organization")).status == 200) ++passed;
  EXPECT_GE(passed, 10);
  ASSERT_EQ(reply.status, 429U);
  EXPECT_EQ(reply.code(), "TooManyRequests");
  EXPECT_EQ(reply.json["error"]["innerError"]["code"], "429");
  const int seconds = std::stoi(reply.headers.at("retry-after"));
  EXPECT_GE(seconds, 1);
  EXPECT_LE(seconds, 10);
  EXPECT_EQ(reply.headers.at("x-ms-throttle-information"), "ResourceUnitLimitExceeded");
  EXPECT_TRUE(reply.headers.contains("x-ms-throttle-scope"));
  while ((reply = get("/organization")).status == 429) {
    EXPECT_LE(std::stoi(reply.headers.at("retry-after")), seconds);
  }
  EXPECT_EQ(reply.status, 200U);
}

TEST_F(Quota, BillsWhatTheTableSays) {
  begin();
  EXPECT_EQ(get("/users?$top=50").headers.at("x-ms-resource-unit"), "2");
  EXPECT_EQ(get("/users?$top=50&$select=id").headers.at("x-ms-resource-unit"), "1");
  EXPECT_EQ(get("/users?$top=50&$expand=manager").headers.at("x-ms-resource-unit"), "3");
  EXPECT_EQ(get("/domains").headers.at("x-ms-resource-unit"), "1");
}

TEST_F(Quota, SaysHowFullTheWindowIsNearTheLimit) {
  begin();
  std::string share;
  for (int i = 0; i < 10; ++i) {
    const Reply reply = get("/organization");
    EXPECT_EQ(reply.headers.contains("x-ms-throttle-limit-percentage"), i >= 8) << i;
    if (i == 9) share = reply.headers.at("x-ms-throttle-limit-percentage");
  }
  EXPECT_EQ(share, "1.00");
}

TEST_F(Quota, BadAndForbiddenRequestsCostNothing) {
  begin();
  for (int i = 0; i < 30; ++i) EXPECT_EQ(get("/users?$select=shoeSize").status, 400U);
  EXPECT_EQ(get("/organization").status, 200U);
}

TEST_F(Quota, WritesHaveAWindowOfTheirOwn) {
  begin();
  const std::string a = create("a");
  create("b");
  create("c");
  const Reply reply = graph("PATCH", "/users/" + a, {{"city", "X"}});
  EXPECT_EQ(reply.status, 429U);
  EXPECT_EQ(reply.headers.at("x-ms-throttle-information"), "WriteLimitExceeded");
  EXPECT_GT(std::stoi(reply.headers.at("retry-after")), 100);
  EXPECT_EQ(get("/organization").status, 200U);
  EXPECT_EQ(control("GET", "/counters")["throttled"], 1);
  EXPECT_EQ(control("GET", "/counters")["writeTimesMs"].size(), 3U);
}

TEST_F(Quota, ATenantsLimitCountsForAllItsApps) {
  wider_ = {{"directory.write.tenant", 4}};
  begin();
  create("a");
  create("b");
  control("POST", "/tenants/aurora/apps", {{"name", "restore-2"}, {"like", "restore"}});
  as("restore-2");
  create("c");
  const std::string d = create("d");
  const Reply reply = graph("PATCH", "/users/" + d, {{"city", "X"}});
  EXPECT_EQ(reply.status, 429U);
  EXPECT_TRUE(reply.headers.at("x-ms-throttle-scope").starts_with("Tenant/Write//"));
}

TEST_F(Quota, AnAppHasALimitOverAllTenants) {
  wider_ = {{"directory.write.app", 2}};
  begin();
  create("a");
  const std::string b = create("b");
  const Reply reply = graph("PATCH", "/users/" + b, {{"city", "X"}});
  EXPECT_EQ(reply.status, 429U);
  EXPECT_EQ(reply.headers.at("x-ms-throttle-scope"),
            "Application/Write/" + app("restore")["clientId"].get<std::string>() + "/");
}

TEST_F(Quota, LimitsCanBeChangedWhatWasUsedCountsOn) {
  begin();
  create("a");
  const std::string b = create("b");
  table_["buckets"]["directory.write"]["limit"] = 2;
  control("PUT", "/quotas", table_);
  EXPECT_EQ(graph("PATCH", "/users/" + b, {{"city", "X"}}).status, 429U);
  table_["buckets"]["directory.write"]["limit"] = 4;
  control("PUT", "/quotas", table_);
  EXPECT_EQ(graph("PATCH", "/users/" + b, {{"city", "X"}}).status, 204U);
  EXPECT_EQ(get("/users?$top=50").headers.at("x-ms-resource-unit"), "2");  // not counted twice
  EXPECT_EQ(send("PUT", "/_control/quotas", {{"buckets", {{"x", {{"unit", 1}}}}}}).status, 400U);
  EXPECT_EQ(graph("PATCH", "/users/" + b, {{"city", "Y"}}).status, 204U);
}

TEST_F(Quota, MethodsAreCountedApart) {
  begin();
  const std::string path =
      "/users/" + get("/users?$top=1&$select=id").json["value"][0]["id"].get<std::string>() +
      "/authentication/methods";
  EXPECT_EQ(get(path).status, 200U);
  EXPECT_EQ(get(path).status, 200U);
  EXPECT_EQ(get(path).status, 429U);
  EXPECT_EQ(get("/organization").status, 200U);
}

TEST_F(Quota, BatchItemsAreRefusedOneByOneInsideAnOuter200) {
  begin();
  Json items = Json::array();
  for (int i = 0; i < 12; ++i)
    items.push_back({{"id", std::to_string(i)}, {"method", "GET"}, {"url", "/organization"}});
  const Reply reply = graph("POST", "/$batch", {{"requests", items}});
  ASSERT_EQ(reply.status, 200U);
  int refused = 0;
  for (const Json& one : reply.json["responses"]) {
    if (one["status"] != 429) continue;
    ++refused;
    EXPECT_TRUE(one["headers"].contains("Retry-After"));
  }
  EXPECT_EQ(refused, 2);
}

}  // namespace
}  // namespace graphsim_test
