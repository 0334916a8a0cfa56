#include <chrono>

#include "simulator_process.h"

namespace graphsim_test {
namespace {

class FaultInjection : public SimulatorTest {
 protected:
  void set(const Json& fault) { control("POST", "/faults", {{"faults", Json::array({fault})}}); }
};

TEST_F(FaultInjection, FailsTheNthMatchingRequestOnly) {
  start();
  set({{"match", {{"method", "GET"}, {"path", "/organization"}, {"nth", 2}}},
       {"action", "status"},
       {"status", 503},
       {"headers", {{"Retry-After", "7"}}}});
  EXPECT_EQ(get("/organization").status, 200U);
  EXPECT_EQ(get("/domains").status, 200U);
  const Reply reply = get("/organization");
  EXPECT_EQ(reply.status, 503U);
  EXPECT_EQ(reply.headers.at("retry-after"), "7");
  EXPECT_EQ(get("/organization").status, 200U);
}

TEST_F(FaultInjection, AfterAppliesTheWriteAndThenFails) {
  start();
  const std::string path = "/users/" + plain_user()["id"].get<std::string>();
  set({{"match", {{"method", "PATCH"}, {"path", "/users/{id}"}, {"count", 1}}},
       {"action", "status"},
       {"when", "after"},
       {"status", 504}});
  EXPECT_EQ(graph("PATCH", path, {{"city", "Applied"}}).status, 504U);
  EXPECT_EQ(get(path + "?$select=city").json["city"], "Applied");
}

TEST_F(FaultInjection, DropsTheConnectionBeforeOrAfterTheWrite) {
  start();
  const std::string path = "/users/" + plain_user()["id"].get<std::string>();
  const std::string city = get(path + "?$select=city").json["city"];
  const Json match{{"method", "PATCH"}, {"path", "/users/{id}"}, {"count", 1}};
  set({{"match", match}, {"action", "drop"}, {"when", "before"}});
  EXPECT_EQ(graph("PATCH", path, {{"city", "Lost"}}).status, 0U);
  EXPECT_EQ(get(path + "?$select=city").json["city"], city);
  set({{"match", match}, {"action", "drop"}, {"when", "after"}});
  EXPECT_EQ(graph("PATCH", path, {{"city", "Kept"}}).status, 0U);
  EXPECT_EQ(get(path + "?$select=city").json["city"], "Kept");
}

TEST_F(FaultInjection, AnswersHtmlLikeAGateway) {
  start();
  set({{"match", {{"path", "/domains"}}}, {"action", "html"}});
  const Reply reply = get("/domains");
  EXPECT_EQ(reply.status, 502U);
  EXPECT_EQ(reply.headers.at("content-type"), "text/html");
  EXPECT_TRUE(reply.json.is_discarded());
  const Reply cleared = send("DELETE", "/_control/faults");
  EXPECT_EQ(cleared.status, 200U);
  EXPECT_EQ(get("/domains").status, 200U);
}

TEST_F(FaultInjection, DelaysInSimulatedTime) {
  start("aurora:users=20,lag=0", {"--time-scale", "100"});
  set({{"match", {{"path", "/domains"}}}, {"action", "delay"}, {"seconds", 20}});
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(get("/domains").status, 200U);
  const auto took = std::chrono::steady_clock::now() - begin;
  EXPECT_GE(took, std::chrono::milliseconds(190));
  EXPECT_LT(took, std::chrono::seconds(10));
}

TEST_F(FaultInjection, HitsItemsOfABatchOnly) {
  start();
  set({{"match", {{"path", "/domains"}, {"inBatch", true}}},
       {"action", "status"},
       {"status", 409}});
  EXPECT_EQ(get("/domains").status, 200U);
  const Json item{{"id", "1"}, {"method", "GET"}, {"url", "/domains"}};
  const Reply reply = graph("POST", "/$batch", {{"requests", Json::array({item})}});
  EXPECT_EQ(reply.status, 200U);
  EXPECT_EQ(reply.json["responses"][0]["status"], 409);
  EXPECT_EQ(reply.json["responses"][0]["body"]["error"]["code"], "Directory_ConcurrencyViolation");
}

TEST_F(FaultInjection, IsSeeded) {
  start();
  const auto pattern = [&] {
    control("POST", "/faults",
            {{"seed", 42},
             {"faults", Json::array({{{"match", {{"path", "/domains"}, {"probability", 0.5}}},
                                      {"action", "status"},
                                      {"status", 500}}})}});
    std::string out;
    for (int i = 0; i < 40; ++i) out += get("/domains").status == 500 ? 'x' : '.';
    return out;
  };
  const std::string first = pattern();
  EXPECT_NE(first.find('x'), std::string::npos);
  EXPECT_NE(first.find('.'), std::string::npos);
  EXPECT_EQ(pattern(), first);
}

}  // namespace
}  // namespace graphsim_test
