#include "graph/transport.h"

#include <Poco/DeflatingStream.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <thread>

#include "fakes/graphsim_process.h"

namespace entrad::graph {
namespace {

using testing::HasSubstr;

// Takes connections one by one and answers each with fixed bytes, then closes it.
class RawServer {
 public:
  explicit RawServer(std::string answer)
      : answer_(std::move(answer)), thread_([this] { serve(); }) {}
  ~RawServer() {
    closing_ = true;
    Poco::Net::StreamSocket(Poco::Net::SocketAddress("127.0.0.1", port()));
  }
  Poco::UInt16 port() const { return socket_.address().port(); }
  std::string endpoint() const { return "http://127.0.0.1:" + std::to_string(port()); }

 private:
  void serve() {
    while (!closing_) {
      Poco::Net::StreamSocket client = socket_.acceptConnection();
      if (closing_) return;
      std::array<char, 4096> request{};
      client.receiveBytes(request.data(), request.size());
      client.sendBytes(answer_.data(), static_cast<int>(answer_.size()));
    }
  }

  const std::string answer_;
  Poco::Net::ServerSocket socket_{Poco::Net::SocketAddress("127.0.0.1", 0)};
  std::atomic<bool> closing_{false};
  std::jthread thread_;
};

Response send(const std::string& endpoint, const std::string& method = "GET",
              Transport::Limits limits = {}) {
  auto transport = Transport::open(endpoint, {}, limits);
  return (*transport)->send({method, "/v1.0/users", {}, method == "GET" ? "" : "{}"}, {});
}

std::string with_length(const std::string& body, std::size_t length, const std::string& more = "") {
  return "HTTP/1.1 200 OK\r\n" + more + "Content-Length: " + std::to_string(length) + "\r\n\r\n" +
         body;
}

TEST(Transport, ReadsStatusHeadersAndBody) {
  const RawServer server(with_length("hello", 5, "Retry-After: 7\r\n"));
  const Response response = send(server.endpoint());
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "hello");
  EXPECT_EQ(response.headers.at("retry-after"), "7");
}

TEST(Transport, NobodyListeningMeansThatNothingWasSent) {
  Poco::UInt16 port = 0;
  {
    const Poco::Net::ServerSocket socket(Poco::Net::SocketAddress("127.0.0.1", 0));
    port = socket.address().port();
  }
  const Response response = send("http://127.0.0.1:" + std::to_string(port), "POST");
  EXPECT_EQ(response.status, 0);
  EXPECT_FALSE(response.maybe_sent);
  EXPECT_THAT(response.trouble, HasSubstr("refused"));
}

TEST(Transport, AConnectionClosedWithoutAnAnswerMayHaveTakenTheRequest) {
  const RawServer server("");
  const Response response = send(server.endpoint(), "POST");
  EXPECT_EQ(response.status, 0);
  EXPECT_TRUE(response.maybe_sent);
}

TEST(Transport, ACutOffAnswerIsNone) {
  const RawServer server(with_length("hel", 500));
  const Response response = send(server.endpoint());
  EXPECT_EQ(response.status, 0);
  EXPECT_TRUE(response.maybe_sent);
  EXPECT_TRUE(response.body.empty());
}

TEST(Transport, ATooLongAnswerIsNotTakenIn) {
  const RawServer server(with_length(std::string(5000, 'x'), 5000));
  Transport::Limits limits;
  limits.body_bytes = 1000;
  const Response response = send(server.endpoint(), "GET", limits);
  EXPECT_EQ(response.status, 0);
  EXPECT_THAT(response.trouble, HasSubstr("too long"));
}

std::string packed(const std::string& text) {
  std::ostringstream out;
  Poco::DeflatingOutputStream packer(out, Poco::DeflatingStreamBuf::STREAM_GZIP);
  packer << text;
  packer.close();
  return out.str();
}

TEST(Transport, UnpacksGzipAndRefusesHalfOfIt) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += std::to_string(i);
  const std::string body = packed(text);
  const RawServer server(with_length(body, body.size(), "Content-Encoding: gzip\r\n"));
  EXPECT_EQ(send(server.endpoint()).body, text);
  const RawServer half(
      with_length(body.substr(0, body.size() / 2), body.size(), "Content-Encoding: gzip\r\n"));
  EXPECT_EQ(send(half.endpoint()).status, 0);
}

TEST(Transport, APackedAnswerIsBoundedByWhatItUnpacksTo) {
  const std::string bomb = packed(std::string(1 << 20, 'x'));
  const RawServer server(with_length(bomb, bomb.size(), "Content-Encoding: gzip\r\n"));
  Transport::Limits limits;
  limits.body_bytes = 100000;
  EXPECT_THAT(send(server.endpoint(), "GET", limits).trouble, HasSubstr("too long"));
}

TEST(Transport, AnAnswerThatDoesNotComeIsGivenUp) {
  const Poco::Net::ServerSocket silent(Poco::Net::SocketAddress("127.0.0.1", 0));
  const std::string endpoint = "http://127.0.0.1:" + std::to_string(silent.address().port());
  Transport::Limits limits;
  limits.connect = limits.answer = std::chrono::milliseconds(100);
  const Response response = send(endpoint, "POST", limits);
  EXPECT_TRUE(response.maybe_sent);
  EXPECT_THAT(response.trouble, HasSubstr("in time"));
}

TEST(Transport, AStopEndsTheWaitForAnAnswerAfterSomeGrace) {
  const Poco::Net::ServerSocket silent(Poco::Net::SocketAddress("127.0.0.1", 0));
  const std::string endpoint = "http://127.0.0.1:" + std::to_string(silent.address().port());
  Transport::Limits limits;
  limits.grace = std::chrono::milliseconds(50);
  auto transport = Transport::open(endpoint, {}, limits);
  std::stop_source stop;
  stop.request_stop();
  const Response response = (*transport)->send({"POST", "/x", {}, "{}"}, stop.get_token());
  EXPECT_TRUE(response.maybe_sent);
  EXPECT_THAT(response.trouble, HasSubstr("stopped"));
}

// A server that counts its connections.
class Counting final : public Poco::Net::HTTPRequestHandlerFactory {
 public:
  using Answer = std::function<void(Poco::Net::HTTPServerRequest&, Poco::Net::HTTPServerResponse&)>;
  explicit Counting(Answer answer) : answer_(std::move(answer)) {}
  Poco::Net::HTTPRequestHandler* createRequestHandler(
      const Poco::Net::HTTPServerRequest&) override {
    struct Handler final : Poco::Net::HTTPRequestHandler {
      explicit Handler(const Answer& to_do) : answer(to_do) {}
      void handleRequest(Poco::Net::HTTPServerRequest& request,
                         Poco::Net::HTTPServerResponse& response) override {
        answer(request, response);
      }
      const Answer& answer;
    };
    return new Handler(answer_);
  }

 private:
  Answer answer_;
};

class KeptAlive : public testing::Test {
 protected:
  KeptAlive() { server_.start(); }
  ~KeptAlive() override { server_.stopAll(true); }

  int status_ = 200;
  Poco::Net::ServerSocket socket_{Poco::Net::SocketAddress("127.0.0.1", 0)};
  std::set<std::string> clients_;
  Poco::Net::HTTPServer server_{new Counting([this](Poco::Net::HTTPServerRequest& request,
                                                    Poco::Net::HTTPServerResponse& response) {
                                  clients_.insert(request.clientAddress().toString());
                                  response.setStatus(std::to_string(status_));
                                  response.setContentLength(2);
                                  response.send() << "{}";
                                }),
                                socket_, new Poco::Net::HTTPServerParams};
};

TEST_F(KeptAlive, TheConnectionIsUsedAgainUnlessTheServiceWasUnavailable) {
  auto transport =
      Transport::open("http://127.0.0.1:" + std::to_string(socket_.address().port()), {});
  const Outgoing request{"GET", "/x", {}, ""};
  for (int i = 0; i < 5; ++i) EXPECT_EQ((*transport)->send(request, {}).status, 200);
  EXPECT_EQ(clients_.size(), 1U);
  status_ = 503;
  EXPECT_EQ((*transport)->send(request, {}).status, 503);
  EXPECT_EQ((*transport)->send(request, {}).status, 503);
  EXPECT_EQ(clients_.size(), 2U);
}

TEST(Transport, PlainHttpIsForThisMachineOnly) {
  const auto opens = [](const std::string& endpoint) {
    return Transport::open(endpoint, {}).has_value();
  };
  EXPECT_TRUE(opens("http://127.0.0.1:8080"));
  EXPECT_TRUE(opens("http://localhost:8080"));
  EXPECT_TRUE(opens("http://[::1]:8080"));
  EXPECT_TRUE(opens("https://graph.microsoft.com"));
  EXPECT_FALSE(opens("http://graph.microsoft.com"));
  EXPECT_FALSE(opens("http://10.0.0.1"));
  EXPECT_FALSE(opens("ftp://127.0.0.1"));
  EXPECT_FALSE(opens("https://user@graph.microsoft.com"));
  EXPECT_FALSE(opens("https://graph.microsoft.com/v1.0"));
  EXPECT_FALSE(opens("graph.microsoft.com"));
  EXPECT_FALSE(opens(""));
  EXPECT_FALSE(Transport::open("https://graph.microsoft.com", "/nonexistent/ca.pem"));
}

class Tls : public testing::Test {
 protected:
  Tls() {
    fakes::GraphsimOptions options;
    options.https = true;
    sim_ = std::make_unique<fakes::GraphsimProcess>(options);
  }
  Response ask(const std::string& endpoint, const std::filesystem::path& ca) {
    auto transport = Transport::open(endpoint, ca);
    if (!transport) throw std::runtime_error(transport.error().message);
    return (*transport)->send({"POST", "/v1.0/users", {}, "{}"}, {});
  }
  std::unique_ptr<fakes::GraphsimProcess> sim_;
};

TEST_F(Tls, TheConfiguredAuthorityIsTrusted) {
  EXPECT_EQ(ask(sim_->https(), sim_->ca_file()).status, 401);
}

TEST_F(Tls, AnUnknownAuthorityIsNot) {
  const Response response = ask(sim_->https(), {});
  EXPECT_EQ(response.status, 0);
  EXPECT_FALSE(response.maybe_sent);
  EXPECT_FALSE(response.trouble.empty());
}

TEST_F(Tls, ACertificateForAnotherNameIsRefused) {
  // The same server under a name that its certificate does not hold.
  std::string other = sim_->https();
  const auto colon = other.rfind(':');
  other = "https://127.0.0.2" + other.substr(colon);
  const Response response = ask(other, sim_->ca_file());
  EXPECT_EQ(response.status, 0);
  EXPECT_FALSE(response.maybe_sent);
}

}  // namespace
}  // namespace entrad::graph
