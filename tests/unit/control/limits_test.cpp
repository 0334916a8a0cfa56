// What one connection may take, and how the server ends. Deadlines are the socket's own, so that
// tests that wait for one set it short.
#include <gtest/gtest.h>

#include <chrono>

#include "rig.h"

namespace entrad::control {
namespace {

using namespace std::chrono_literals;
using fakes::SocketClient;

Limits with_half_sent(std::chrono::milliseconds time) {
  Limits limits;
  limits.half_sent = time;
  return limits;
}

TEST(HalfSentRequest, IsAnsweredAndClosedWhenItsTimeIsOver) {
  const Rig rig(with_half_sent(100ms));
  for (const char* part : {"G", "GET /v1/status HTTP/1.1\r\nHost: loc",
                           "POST /v1/jobs HTTP/1.1\r\nContent-Length: 100\r\n\r\n{"}) {
    auto client = rig.connect();
    client.send(part);
    const auto answer = client.read_answer();
    EXPECT_EQ(answer.status, 408) << part;
    EXPECT_EQ(answer.error_kind(), "timedOut");
    EXPECT_EQ(answer.headers.at("connection"), "close");
    EXPECT_TRUE(client.is_closed());
  }
}

TEST(HalfSentRequest, DoesNotKeepOthersWaiting) {
  const Rig rig;
  auto slow = rig.connect();
  slow.send("POST /v1/jobs HTTP/1.1\r\nContent-Length: 100\r\n\r\n{");
  EXPECT_EQ(rig.ask("GET", "/v1/info").status, 200);
}

TEST(HalfSentRequest, IsGivenItsTimeAnewForEachRequest) {
  const Rig rig(with_half_sent(5s));
  auto client = rig.connect();
  const std::string text = SocketClient::text("GET", "/v1/info");
  for (int i = 0; i < 3; ++i) {
    client.send(text.substr(0, 10));
    client.send(text.substr(10));
    EXPECT_EQ(client.read_answer().status, 200);
  }
}

TEST(IdleConnection, IsClosedWithoutAWord) {
  Limits limits;
  limits.idle = 100ms;
  const Rig rig(limits);
  auto silent = rig.connect();
  EXPECT_TRUE(silent.is_closed());
  auto used = rig.connect();
  EXPECT_EQ(used.ask("GET", "/v1/info").status, 200);
  EXPECT_TRUE(used.is_closed());
}

TEST(Body, OfAMebibyteIsReadAndOneByteMoreIsRefused) {
  const Rig rig;
  std::string body = R"({"kind":"backup","tenant":"aurora"})";
  body.resize(std::size_t{1} << 20, ' ');
  EXPECT_EQ(rig.ask("POST", "/v1/jobs", body).status, 202);
  const auto refused = rig.ask("POST", "/v1/jobs", body + " ");
  EXPECT_EQ(refused.status, 413);
  EXPECT_EQ(refused.error_kind(), "invalidArgument");
}

TEST(Body, ThatIsChunkedMeetsTheSameLimit) {
  const Rig rig;
  auto client = rig.connect();
  client.send("POST /v1/jobs HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = "10000\r\n" + std::string(0x10000, ' ') + "\r\n";
  for (int i = 0; i < 17; ++i) client.send(chunk);
  EXPECT_EQ(client.read_answer().status, 413);
}

TEST(Body, ThatIsNestedHalfAMillionTimesIsRefusedLikeAnyOther) {
  const Rig rig;
  constexpr std::size_t kDepth = 500'000;
  const std::string nested = std::string(kDepth, '[') + std::string(kDepth, ']');
  const auto refused = rig.ask("POST", "/v1/jobs", R"({"kind":"restore","at":)" + nested + "}");
  EXPECT_EQ(refused.status, 400);
  EXPECT_NE(refused.message().find("\"at\" must be a text"), std::string::npos) << refused.body;
  EXPECT_EQ(rig.ask("GET", "/v1/info").status, 200);
}

TEST(Header, ThatIsTooLargeIsRefused) {
  const Rig rig;
  const auto answer =
      rig.ask("GET", "/v1/info", "", "X-Long: " + std::string(20'000, 'x') + "\r\n");
  EXPECT_EQ(answer.status, 431);
}

TEST(Request, ThatIsNoHttpIsAnsweredInWords) {
  const Rig rig;
  auto client = rig.connect();
  client.send("{\"id\":1,\"method\":\"status\"}\r\n\r\n");
  const auto answer = client.read_answer();
  EXPECT_EQ(answer.status, 400);
  EXPECT_NE(answer.hint().find("curl --unix-socket"), std::string::npos);
  EXPECT_TRUE(client.is_closed());
}

struct HostRow {
  const char* name;
  const char* headers;
  int status;
};

class Host : public testing::TestWithParam<HostRow> {};

TEST_P(Host, DecidesWhetherARequestIsMeantForUs) {
  const Rig rig;
  auto client = rig.connect();
  client.send(std::string("GET /v1/info HTTP/1.1\r\n") + GetParam().headers + "\r\n");
  const auto answer = client.read_answer();
  EXPECT_EQ(answer.status, GetParam().status) << answer.body;
  if (answer.status == 403) {
    EXPECT_EQ(answer.error_kind(), "permissionDenied");
  }
}

INSTANTIATE_TEST_SUITE_P(
    Headers, Host,
    testing::Values(HostRow{"Absent", "", 200}, HostRow{"Localhost", "Host: localhost\r\n", 200},
                    HostRow{"Entrad", "Host: ENTRAD\r\n", 200},
                    HostRow{"Another", "Host: aurora.example\r\n", 403},
                    HostRow{"Port", "Host: localhost:80\r\n", 403},
                    HostRow{"SecondHost", "Host: localhost\r\nHost: aurora.example\r\n", 403},
                    HostRow{"Origin", "Host: localhost\r\nOrigin: http://localhost\r\n", 403},
                    HostRow{"NullOrigin", "Origin: null\r\n", 403}),
    [](const auto& row) { return row.param.name; });

TEST(Sessions, AreSixtyFourAndOneMoreIsToldSo) {
  const Rig rig;
  std::vector<SocketClient> clients;
  for (int i = 0; i < 64; ++i) {
    clients.push_back(rig.connect());
    ASSERT_EQ(clients.back().ask("GET", "/v1/info").status, 200) << i;
  }
  const auto refused = rig.ask("GET", "/v1/info");
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(refused.error_kind(), "conflict");
  EXPECT_NE(refused.message().find("64 connections"), std::string::npos);
  EXPECT_EQ(clients.front().ask("GET", "/v1/info").status, 200);
}

TEST(Sessions, GiveTheirPlaceBackWhenTheyEnd) {
  Limits limits;
  limits.sessions = 2;
  const Rig rig(limits);
  auto kept = rig.connect();
  EXPECT_EQ(kept.ask("GET", "/v1/info").status, 200);
  for (int i = 0; i < 50; ++i) {
    auto client = rig.connect();
    ASSERT_EQ(client.ask("GET", "/v1/info", "", "Connection: close\r\n").status, 200) << i;
    ASSERT_TRUE(client.is_closed());
  }
}

TEST(Stop, RemovesTheSocketAndClosesIdleConnections) {
  const Rig rig;
  auto client = rig.connect();
  EXPECT_EQ(client.ask("GET", "/v1/info").status, 200);
  rig.server->stop();
  EXPECT_FALSE(std::filesystem::exists(rig.socket()));
  EXPECT_TRUE(client.is_closed());
  rig.server->stop();  // a second time is nothing
}

TEST(Stop, LetsAnotherServerListenAtOnce) {
  Rig rig;
  rig.server->stop();
  auto next =
      Server::listen(rig.socket(), {*rig.store, rig.queue, rig.sessions, rig.clock, "0.1.1"});
  ASSERT_TRUE(next) << next.error().message;
  (*next)->start();
  EXPECT_EQ(rig.ask("GET", "/v1/info").json().at("version"), "0.1.1");
}

TEST(Stop, EndsEventStreamsProperly) {
  const Rig rig;
  auto client = rig.connect();
  client.send(SocketClient::text("GET", "/v1/events"));
  EXPECT_EQ(client.read_head().status, 200);
  rig.server->stop();
  EXPECT_FALSE(client.event());
  EXPECT_TRUE(client.ended_properly());
}

TEST(Stop, DoesNotWaitForAClientThatDoesNotRead) {
  Limits limits;
  limits.goodbye = 100ms;
  const Rig rig(limits);
  auto client = rig.connect();
  for (int i = 0; i < 2000; ++i) client.send(SocketClient::text("GET", "/v1/info").substr(0, 1));
  const auto before = std::chrono::steady_clock::now();
  rig.server->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - before, 5s);
}

TEST(Listen, RefusesASecondServerOnTheSameSocket) {
  Rig rig;
  const auto second =
      Server::listen(rig.socket(), {*rig.store, rig.queue, rig.sessions, rig.clock, "0.1.0"});
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().message.find("another daemon listens on"), std::string::npos);
  EXPECT_EQ(rig.ask("GET", "/v1/info").status, 200);
}

}  // namespace
}  // namespace entrad::control
