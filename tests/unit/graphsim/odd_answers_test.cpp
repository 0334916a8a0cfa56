// Faults by name and by mix. Left out of the contract's log: Microsoft's description of Graph has
// no gateways and no broken answers.
#include <algorithm>

#include "simulator_process.h"

namespace graphsim_test {
namespace {

class OddAnswers : public SimulatorTest {
 protected:
  void set(const Json& faults) { control("POST", "/faults", faults); }
  void set_named(const std::string& name) { set({{"faults", Json::array({{{"name", name}}})}}); }
  Reply met(const std::string& name) {
    set_named(name);
    return get("/domains");
  }
};

TEST_F(OddAnswers, AreAsMicrosoftOrTheFieldDescribesThem) {
  start();
  EXPECT_EQ(met("throttledFraction").headers.at("retry-after"), "2.128");
  EXPECT_FALSE(met("throttledWithoutRetryAfter").headers.contains("retry-after"));
  EXPECT_TRUE(met("throttledDate").headers.at("retry-after").ends_with(" GMT"));
  EXPECT_NE(met("throttledLegacy").message().find("Too many requests"), std::string::npos);
  EXPECT_EQ(met("bandwidth").status, 509U);
  EXPECT_EQ(met("locked").status, 200U) << "for PATCH only";
  EXPECT_EQ(met("unauthorizedBare").text, "80049228");
  const Reply empty = met("emptyNotFound");
  EXPECT_EQ(empty.status, 404U);
  EXPECT_TRUE(empty.text.empty());
  EXPECT_FALSE(empty.headers.contains("content-type"));
  EXPECT_EQ(met("reset").status, 0U);
  EXPECT_EQ(met("cutOff").status, 0U);
  const Reply garbled = met("garbled");
  EXPECT_EQ(garbled.status, 200U);
  EXPECT_TRUE(garbled.json.is_discarded());
  EXPECT_TRUE(garbled.text.starts_with("{"));
}

TEST_F(OddAnswers, AreKnownByNameOnly) {
  start();
  EXPECT_EQ(send("POST", "/_control/faults", {{"faults", Json::array({{{"name", "x"}}})}}).status,
            400U);
  EXPECT_EQ(
      send("POST", "/_control/faults", {{"mix", {{"share", 1}, {"names", Json::array({"x"})}}}})
          .status,
      400U);
}

TEST_F(OddAnswers, HitABatchAsAWhole) {
  start();
  set({{"faults",
        Json::array({{{"name", "gatewayTimeoutAfter"}, {"match", {{"path", "/$batch"}}}}})}});
  const std::string id = plain_user()["id"];
  const Json item{{"id", "1"},
                  {"method", "PATCH"},
                  {"url", "/users/" + id},
                  {"headers", {{"Content-Type", "application/json"}}},
                  {"body", {{"city", "Applied"}}}};
  EXPECT_EQ(graph("POST", "/$batch", {{"requests", Json::array({item})}}).status, 504U);
  EXPECT_EQ(get("/users/" + id + "?$select=city").json["city"], "Applied");
}

// Statuses of some requests under a mix.
class Mix : public OddAnswers {
 protected:
  std::string pattern(const Json& mix, std::uint64_t seed, int requests) {
    as("restore");  // where time runs fast a token does not last for two patterns
    set({{"seed", seed}, {"mix", mix}});
    std::string out;
    for (int i = 0; i < requests; ++i) {
      const Reply reply = get("/domains");
      out += reply.status == 200 && !reply.json.is_discarded() ? '.' : 'x';
    }
    return out;
  }
  Json fired() { return control("GET", "/faults")["fired"]; }
};

TEST_F(Mix, IsSeededAndHitsItsShareOfTheRequests) {
  start("aurora:users=20,lag=0", {"--time-scale", "300"});
  const Json mix{{"share", 0.25}};
  const std::string first = pattern(mix, 42, 400);
  std::uint64_t hits = 0;
  const Json by_name = fired();
  for (const auto& [name, times] : by_name.items()) hits += times.get<std::uint64_t>();
  EXPECT_GT(hits, 60U);
  EXPECT_LT(hits, 140U);
  EXPECT_EQ(pattern(mix, 42, 400), first);
  EXPECT_NE(pattern(mix, 43, 400), first);
}

TEST_F(Mix, HoldsWhatWasAskedForOnly) {
  start();
  pattern({{"share", 1}, {"names", Json::array({"html", "reset"})}}, 1, 40);
  const Json by_name = fired();
  EXPECT_EQ(by_name.size(), 2U);
  EXPECT_GT(by_name["html"], 5);
  EXPECT_GT(by_name["reset"], 5);
}

TEST_F(Mix, LeavesRoomBetweenTwoOfAKindWhereAskedTo) {
  start();
  const std::string hits =
      pattern({{"share", 1}, {"names", Json::array({"unauthorized"})}}, 1, 405);
  EXPECT_EQ(std::count(hits.begin(), hits.end(), 'x'), 3);
  control("DELETE", "/faults");
  EXPECT_EQ(get("/domains").status, 200U);
}

}  // namespace
}  // namespace graphsim_test
