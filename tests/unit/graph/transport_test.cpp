#include "graph/transport/transport.h"

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
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <barrier>
#include <functional>
#include <set>
#include <sstream>
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

const char* nothing(const char*) { return nullptr; }  // no proxy

Response send(const std::string& endpoint, const std::string& method = "GET",
              Transport::Limits limits = {}) {
  auto transport = Transport::open(endpoint, {}, limits, nothing);
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

// Sends its answer byte by byte, each sooner than any timeout of a socket.
class DrippingServer {
 public:
  explicit DrippingServer(std::string answer)
      : answer_(std::move(answer)), thread_([this] { serve(); }) {}
  std::string endpoint() const {
    return "http://127.0.0.1:" + std::to_string(socket_.address().port());
  }

 private:
  void serve() {
    Poco::Net::StreamSocket client = socket_.acceptConnection();
    std::array<char, 4096> request{};
    client.receiveBytes(request.data(), request.size());
    for (const char byte : answer_) {
      client.sendBytes(&byte, 1);
      if (client.poll(Poco::Timespan(0, 10000), Poco::Net::Socket::SELECT_READ)) return;
    }
  }

  const std::string answer_;
  Poco::Net::ServerSocket socket_{Poco::Net::SocketAddress("127.0.0.1", 0)};
  std::jthread thread_;
};

TEST(Transport, AServerThatDripsIsCutOffAtTheDeadline) {
  Transport::Limits limits;
  limits.connect = limits.answer = std::chrono::milliseconds(150);
  const std::string endless = "X-Long: " + std::string(5000, 'x') + "\r\n";
  for (const std::string& answer :
       {"HTTP/1.1 200 OK\r\n" + endless, with_length(std::string(5000, 'x'), 5000),
        with_length("", 5000, "Transfer-Encoding: chunked\r\n") + std::string(5000, '1')}) {
    const DrippingServer server(answer);
    const auto began = std::chrono::steady_clock::now();
    const Response response = send(server.endpoint(), "POST", limits);
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5));
    EXPECT_EQ(response.status, 0);
    EXPECT_TRUE(response.maybe_sent);
    EXPECT_EQ(response.trouble, "the answer is too slow");
    EXPECT_TRUE(response.body.empty());
  }
}

TEST(Transport, AStopEndsTheWaitForAnAnswerAfterSomeGrace) {
  const Poco::Net::ServerSocket silent(Poco::Net::SocketAddress("127.0.0.1", 0));
  const std::string endpoint = "http://127.0.0.1:" + std::to_string(silent.address().port());
  Transport::Limits limits;
  limits.grace = std::chrono::milliseconds(50);
  auto transport = Transport::open(endpoint, {}, limits, nothing);
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

  std::unique_ptr<Transport> open() {
    const std::string endpoint = "http://127.0.0.1:" + std::to_string(socket_.address().port());
    return Transport::open(endpoint, {}, {}, nothing).value();
  }
  void answer(Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& response) {
    {
      const std::lock_guard lock(mutex_);
      clients_.insert(request.clientAddress().toString());
    }
    if (together_) together_->arrive_and_wait();
    response.setStatus(std::to_string(status_));
    if (broken_) {
      response.setContentLength(100);  // and sends less
      response.setKeepAlive(false);
    } else {
      response.setContentLength(2);
    }
    response.send() << "{}";
  }

  const Outgoing request_{"GET", "/x", {}, ""};
  std::atomic<int> status_ = 200;
  std::atomic<bool> broken_ = false;
  std::unique_ptr<std::barrier<>> together_;
  std::mutex mutex_;  // guards clients_
  std::set<std::string> clients_;
  Poco::Net::ServerSocket socket_{Poco::Net::SocketAddress("127.0.0.1", 0)};
  Poco::Net::HTTPServer server_{
      new Counting([this](Poco::Net::HTTPServerRequest& request,
                          Poco::Net::HTTPServerResponse& response) { answer(request, response); }),
      socket_, new Poco::Net::HTTPServerParams};
};

TEST_F(KeptAlive, TheConnectionIsUsedAgain) {
  const auto transport = open();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(transport->send(request_, {}).status, 200);
  EXPECT_EQ(clients_.size(), 1U);
  for (const int status : {400, 404, 409, 429, 500}) {
    status_ = status;
    EXPECT_EQ(transport->send(request_, {}).status, status);
  }
  EXPECT_EQ(clients_.size(), 1U);
}

TEST_F(KeptAlive, AfterAServiceThatIsUnavailableNoOldConnectionIsUsed) {
  for (const int status : {502, 503, 504}) {
    const auto transport = open();
    const auto at_once = [&] {
      const std::jthread other([&] { transport->send(request_, {}); });
      transport->send(request_, {});
    };
    status_ = 200;
    clients_.clear();
    together_ = std::make_unique<std::barrier<>>(2);
    at_once();  // two connections, both idle now
    together_.reset();
    status_ = status;
    transport->send(request_, {});
    EXPECT_EQ(clients_.size(), 2U);
    status_ = 200;
    EXPECT_EQ(transport->send(request_, {}).status, 200);
    EXPECT_EQ(clients_.size(), 3U) << status;
  }
}

TEST_F(KeptAlive, AfterABrokenAnswerNoOldConnectionIsUsed) {
  const auto transport = open();
  EXPECT_EQ(transport->send(request_, {}).status, 200);
  broken_ = true;
  EXPECT_EQ(transport->send(request_, {}).status, 0);
  broken_ = false;
  EXPECT_EQ(transport->send(request_, {}).status, 200);
  EXPECT_EQ(clients_.size(), 2U);
}

// What is logged while it lives, at the level debug.
class Log {
 public:
  Log() : before_(spdlog::default_logger()) {
    const auto sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(text_);
    auto logger = std::make_shared<spdlog::logger>("test", sink);
    logger->set_level(spdlog::level::debug);
    spdlog::set_default_logger(logger);
  }
  ~Log() { spdlog::set_default_logger(before_); }
  std::string text() const { return text_.str(); }

 private:
  std::shared_ptr<spdlog::logger> before_;
  std::ostringstream text_;
};

TEST(Transport, LogsTheIdsOfEachRequestAndNothingSecret) {
  const RawServer server(with_length("{\"secret\":1}", 12,
                                     "request-id: graphs-id\r\n"
                                     "x-ms-ags-diagnostic: {\"DataCenter\":\"North\"}\r\n"));
  const Log log;
  auto transport = Transport::open(server.endpoint(), {}, {}, nothing);
  const std::map<std::string, std::string> headers = {{"Authorization", "Bearer secret"},
                                                      {"client-request-id", "our-id"}};
  (*transport)->send({"POST", "/v1.0/users?$filter=secret", headers, "secret"}, {});
  for (const char* part :
       {"POST /v1.0/users -> 200", "client-request-id our-id", "request-id graphs-id", "North"})
    EXPECT_THAT(log.text(), HasSubstr(part));
  EXPECT_THAT(log.text(), testing::Not(HasSubstr("secret")));
}

TEST(Transport, LogsOurIdWhereThereIsNoAnswer) {
  const RawServer server("");
  const Log log;
  auto transport = Transport::open(server.endpoint(), {}, {}, nothing);
  (*transport)->send({"GET", "/x", {{"client-request-id", "our-id"}}, ""}, {});
  EXPECT_THAT(log.text(), HasSubstr("GET /x -> 0 ("));
  EXPECT_THAT(log.text(), HasSubstr("client-request-id our-id"));
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

class TlsOfGraphsim : public testing::Test {
 protected:
  TlsOfGraphsim() {
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

TEST_F(TlsOfGraphsim, TheConfiguredAuthorityIsTrusted) {
  EXPECT_EQ(ask(sim_->https(), sim_->ca_file()).status, 401);
}

TEST_F(TlsOfGraphsim, AnUnknownAuthorityIsNot) {
  const Response response = ask(sim_->https(), {});
  EXPECT_EQ(response.status, 0);
  EXPECT_FALSE(response.maybe_sent);
  EXPECT_FALSE(response.trouble.empty());
}

TEST_F(TlsOfGraphsim, ACertificateForAnotherNameIsRefused) {
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
