#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/places.h"
#include "graph/calls.h"
#include "rig.h"

namespace entrad::graph {
namespace {

using base::ErrorKind;
using nlohmann::json;
using test::get;
using test::Rig;

std::vector<Request> reads(const std::vector<std::string>& ids) {
  std::vector<Request> requests;
  for (const auto& id : ids) requests.push_back(get("/users/" + id + "?$select=id"));
  return requests;
}

std::vector<Request> patches(const std::vector<std::string>& ids) {
  std::vector<Request> requests;
  for (const auto& id : ids)
    requests.push_back({"PATCH", "/users/" + id, {{"city", "Oslo"}}, false});
  return requests;
}

std::size_t count(const std::vector<Reply>& replies, Class cls) {
  return static_cast<std::size_t>(std::count_if(
      replies.begin(), replies.end(), [cls](const Reply& r) { return r.verdict.cls == cls; }));
}

int of_route(const Rig& rig, const std::string& route) {
  return rig.sim.get("/_control/counters").at("byRoute").value(route, 0);
}

TEST(Batch, RepliesComeInTheOrderOfTheRequests) {
  Rig rig;
  const auto ids = rig.users(90);
  auto requests = reads(ids);
  requests.push_back(calls::get_user(base::Guid::random(), "id"));
  const auto replies = rig.session().batch(requests, {});
  ASSERT_TRUE(replies) << replies.error().message;
  ASSERT_EQ(replies->size(), 91U);
  for (std::size_t i = 0; i < ids.size(); ++i) EXPECT_EQ((*replies)[i].body.at("id"), ids[i]);
  EXPECT_EQ(replies->back().verdict.cls, Class::absent);
}

TEST(Batch, NothingIsNothing) {
  Rig rig;
  const auto replies = rig.session().batch({}, {});
  ASSERT_TRUE(replies);
  EXPECT_TRUE(replies->empty());
}

TEST(Batch, OneRequestIsSentPlainly) {
  Rig rig;
  const auto ids = rig.users(1);
  const int before = of_route(rig, "POST /$batch");
  ASSERT_TRUE(rig.session().batch(reads(ids), {}));
  EXPECT_EQ(of_route(rig, "POST /$batch"), before);
}

TEST(Batch, WritesArriveWithTheirBodies) {
  Rig rig;
  const auto ids = rig.users(40);
  const auto replies = rig.session().batch(patches(ids), {});
  ASSERT_TRUE(replies);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const Reply& reply = (*replies)[i];
    if (!reply.done()) continue;  // synced users refuse
    const auto user = rig.session().send(get("/users/" + ids[i] + "?$select=city"), {});
    EXPECT_EQ(user->body.at("city"), "Oslo");
  }
  EXPECT_GT(count(*replies, Class::done), 20U);
  EXPECT_EQ(count(*replies, Class::done) + count(*replies, Class::impossible), 40U);
}

TEST(Batch, AThrottledItemGoesAgainAndTheOthersDoNot) {
  Rig rig;
  const auto ids = rig.users(20);
  rig.sim.post("/_control/counters/reset", json::object());
  rig.sim.fault(
      {{"match",
        {{"method", "PATCH"}, {"path", "/users/" + ids[3]}, {"count", 1}, {"inBatch", true}}},
       {"action", "status"},
       {"status", 429},
       {"headers", {{"Retry-After", "30"}}}});
  const auto before = rig.clock.steady();
  const auto replies = rig.session().batch(patches(ids), {});
  ASSERT_TRUE(replies);
  EXPECT_GE(rig.clock.steady() - before, std::chrono::seconds(30));
  EXPECT_EQ(count(*replies, Class::throttled), 0U);
  EXPECT_EQ(rig.session().counters().throttled, 1U);
  // The simulator counts what it has carried out: each once.
  EXPECT_EQ(of_route(rig, "PATCH /users/{id}"), 20);
}

TEST(Batch, AReadItemThatFailedGoesAgain) {
  Rig rig;
  const auto ids = rig.users(20);
  rig.sim.fault({{"match", {{"method", "GET"}, {"path", "/users/" + ids[3]}, {"count", 2}}},
                 {"action", "status"},
                 {"status", 503}});
  const auto replies = rig.session().batch(reads(ids), {});
  ASSERT_TRUE(replies);
  EXPECT_EQ(count(*replies, Class::done), 20U);
}

TEST(Batch, AWriteItemThatFailedInsideIsAmbiguousAlone) {
  Rig rig;
  const auto ids = rig.users(20);
  rig.sim.fault({{"match", {{"method", "PATCH"}, {"path", "/users/" + ids[3]}}},
                 {"action", "status"},
                 {"status", 503}});
  const auto replies = rig.session().batch(patches(ids), {});
  ASSERT_TRUE(replies);
  EXPECT_EQ(count(*replies, Class::ambiguous), 1U);
  EXPECT_EQ((*replies)[3].verdict.cls, Class::ambiguous);
}

TEST(Batch, ALostAnswerMakesEveryWriteAmbiguousAndRepeatsOnlyTheReads) {
  Rig rig;
  const auto ids = rig.users(10);
  rig.sim.fault(
      {{"match", {{"inBatch", true}, {"count", 1}}}, {"action", "drop"}, {"when", "after"}});
  rig.sim.post("/_control/counters/reset", json::object());
  const auto written = rig.session().batch(patches(ids), {});
  ASSERT_TRUE(written);
  EXPECT_EQ(count(*written, Class::ambiguous), 10U);
  EXPECT_EQ(of_route(rig, "PATCH /users/{id}"), 10);
  rig.sim.fault(
      {{"match", {{"inBatch", true}, {"count", 1}}}, {"action", "drop"}, {"when", "after"}});
  const auto read = rig.session().batch(reads(ids), {});
  ASSERT_TRUE(read);
  EXPECT_EQ(count(*read, Class::done), 10U);
}

// Answers everything with 504, as a gateway does that lost the service behind it.
class Gateway {
 public:
  Gateway() { server_.start(); }
  ~Gateway() { server_.stopAll(true); }
  std::string endpoint() const {
    return "http://127.0.0.1:" + std::to_string(socket_.address().port());
  }

 private:
  struct Factory final : Poco::Net::HTTPRequestHandlerFactory {
    Poco::Net::HTTPRequestHandler* createRequestHandler(
        const Poco::Net::HTTPServerRequest&) override {
      struct Handler final : Poco::Net::HTTPRequestHandler {
        void handleRequest(Poco::Net::HTTPServerRequest&,
                           Poco::Net::HTTPServerResponse& response) override {
          response.setStatus("504");
          response.setContentType("application/json");
          response.send() << R"({"error":{"code":"UnknownError","message":""}})";
        }
      };
      return new Handler;
    }
  };
  Poco::Net::ServerSocket socket_{Poco::Net::SocketAddress("127.0.0.1", 0)};
  Poco::Net::HTTPServer server_{new Factory, socket_, new Poco::Net::HTTPServerParams};
};

TEST(Batch, A504ForTheWholeIsAmbiguousForWritesAndTransientForReads) {
  Rig rig;
  const auto ids = rig.users(10);
  const Gateway gateway;
  rig.tenant.endpoints.graph = gateway.endpoint();
  rig.renew_sessions();
  auto requests = patches(ids);
  requests.push_back(get("/users/" + ids[0]));
  const auto replies = rig.session().batch(requests, {});
  ASSERT_TRUE(replies) << replies.error().message;
  EXPECT_EQ(count(*replies, Class::ambiguous), 10U);
  EXPECT_EQ(replies->back().verdict.cls, Class::transient);
}

TEST(Batch, NobodyListeningIsTransientForWritesToo) {
  Rig rig;
  const auto ids = rig.users(4);
  rig.tenant.endpoints.graph = "http://127.0.0.1:9";  // nobody listens there
  rig.renew_sessions();
  const auto replies = rig.session().batch(patches(ids), {});
  ASSERT_TRUE(replies) << replies.error().message;
  EXPECT_EQ(count(*replies, Class::transient), 4U);
}

TEST(Batch, RunsUnderTheRealQuotasWithoutA429) {
  const std::filesystem::path quotas = fakes::source_folder() / "config/quotas.json";
  Rig rig(test::options("aurora:users=600,seed=7,lag=0", quotas));
  std::vector<Request> requests;
  const auto ids = rig.users(600);
  for (std::size_t i = 0; i < 18; ++i)
    requests.push_back({"GET", "/users/" + ids[i] + "/authentication/methods", nullptr, false});
  for (int round = 0; round < 6; ++round)
    for (const Request& patch : patches(ids)) requests.push_back(patch);
  const auto before = rig.clock.steady();
  const auto replies = rig.session().batch(requests, {});
  ASSERT_TRUE(replies) << replies.error().message;
  const auto took = rig.clock.steady() - before;
  EXPECT_EQ(rig.sim.get("/_control/counters").at("throttled"), 0);
  // 3,600 writes do not fit into one window. How well the second one is used depends on the machine
  // here: e2e.utilisation measures that.
  EXPECT_GE(took, std::chrono::seconds(150));
}

TEST(Batch, AStoppedBatchIsCancelled) {
  Rig rig;
  const auto ids = rig.users(40);
  std::stop_source stop;
  stop.request_stop();
  const auto replies = rig.session().batch(reads(ids), {stop.get_token(), nullptr});
  ASSERT_FALSE(replies);
  EXPECT_EQ(replies.error().kind, ErrorKind::cancelled);
}

}  // namespace
}  // namespace entrad::graph
