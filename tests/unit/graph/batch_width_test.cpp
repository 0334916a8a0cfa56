// How many batches are under way at once, seen from Graph's side: a server that holds each batch
// for a while and counts how many it holds.
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/StreamCopier.h>
#include <Poco/ThreadPool.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "base/json.h"
#include "graph/width.h"
#include "rig.h"

namespace entrad::graph {
namespace {

using nlohmann::json;
using test::get;
using test::Rig;

// Holds a batch until `wanted` are there at once, or for a quarter of a second.
class Holding {
 public:
  Holding(int status, std::size_t wanted) : status_(status), wanted_(wanted) { server_.start(); }
  ~Holding() { server_.stopAll(true); }

  std::string endpoint() const {
    return "http://127.0.0.1:" + std::to_string(socket_.address().port());
  }
  // Holds and counts only batches of users from this number on.
  void count_from(std::size_t user) { counted_from_ = user; }
  std::size_t most() const {
    const std::lock_guard lock(mutex_);
    return most_;
  }

 private:
  void hold(std::size_t first_user) {
    std::unique_lock lock(mutex_);
    if (first_user < counted_from_) return;
    most_ = std::max(most_, ++present_);
    came_.notify_all();
    came_.wait_for(lock, std::chrono::milliseconds(250), [this] { return most_ >= wanted_; });
    --present_;
  }

  void answer(const std::string& body, Poco::Net::HTTPServerResponse& response) {
    const json batch = base::read_json(body);
    const std::string first = batch.at("requests").at(0).at("url");
    hold(std::stoul(first.substr(first.rfind('/') + 1)));
    json answers = json::array();
    for (const json& item : batch.at("requests"))
      answers.push_back({{"id", item.at("id")}, {"status", 200}, {"body", {{"id", "x"}}}});
    response.setStatus(std::to_string(status_));
    response.setContentType("application/json");
    response.send() << base::json_text(status_ == 200 ? json{{"responses", answers}}
                                                      : json{{"error", {{"code", "x"}}}});
  }

  struct Handler final : Poco::Net::HTTPRequestHandler {
    explicit Handler(Holding& of) : holding(of) {}
    void handleRequest(Poco::Net::HTTPServerRequest& request,
                       Poco::Net::HTTPServerResponse& response) override {
      std::string body;
      Poco::StreamCopier::copyToString(request.stream(), body);
      holding.answer(body, response);
    }
    Holding& holding;
  };
  struct Factory final : Poco::Net::HTTPRequestHandlerFactory {
    explicit Factory(Holding& of) : holding(of) {}
    Poco::Net::HTTPRequestHandler* createRequestHandler(
        const Poco::Net::HTTPServerRequest&) override {
      return new Handler(holding);
    }
    Holding& holding;
  };

  static Poco::Net::HTTPServerParams* params() {
    auto* out = new Poco::Net::HTTPServerParams;
    out->setMaxThreads(48);
    out->setMaxKeepAliveRequests(0);
    return out;
  }

  const int status_;
  const std::size_t wanted_;
  std::atomic<std::size_t> counted_from_{0};
  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable came_;
  std::size_t present_ = 0;
  std::size_t most_ = 0;
  Poco::ThreadPool threads_{2, 48};
  Poco::Net::ServerSocket socket_{Poco::Net::SocketAddress("127.0.0.1", 0)};
  Poco::Net::HTTPServer server_{new Factory(*this), threads_, socket_, params()};
};

std::vector<Request> reads(std::size_t count) {
  std::vector<Request> requests;
  for (std::size_t user = 0; user < count; ++user)
    requests.push_back(get("/users/" + std::to_string(user)));
  return requests;
}

TEST(BatchWidth, GrowsWhileGraphAnswersAndTheQuotaIsFree) {
  Holding graph(200, Width::kFirst + 2);
  Rig rig;  // goes first, with its connections: the server waits for their end
  rig.tenant.endpoints.graph = graph.endpoint();
  rig.renew_sessions();
  const auto replies = rig.session().batch(reads(20 * 80), {});
  ASSERT_TRUE(replies) << replies.error().message;
  for (const Reply& reply : *replies) EXPECT_TRUE(reply.done());
  EXPECT_GE(graph.most(), Width::kFirst + 2);
}

TEST(BatchWidth, ShrinksWhileGraphFails) {
  Holding graph(503, 100);
  constexpr std::size_t kUntilNarrow = 2 * Width::kFirst;  // batches: 8 fail, then 4, then 2
  graph.count_from(20 * kUntilNarrow);
  auto options = test::options("aurora:users=1,seed=7,lag=0");
  options.time_scale = 10;  // of the waits
  Rig rig(options);         // goes first, with its connections: the server waits for their end
  rig.tenant.endpoints.graph = graph.endpoint();
  rig.renew_sessions();
  const auto replies = rig.session().batch(reads(20 * (kUntilNarrow + 3)), {});
  ASSERT_TRUE(replies) << replies.error().message;
  for (const Reply& reply : *replies) EXPECT_EQ(reply.verdict.cls, Class::transient);
  EXPECT_GE(graph.most(), 1U);
  EXPECT_LE(graph.most(), 2U);
}

}  // namespace
}  // namespace entrad::graph
