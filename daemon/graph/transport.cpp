// Parts: the endpoint, connections and their pool, sending, waiting, reading the answer.
#include "graph/transport.h"

#include <Poco/Exception.h>
#include <Poco/InflatingStream.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/Net/IPAddress.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/NetSSL.h>
#include <Poco/Net/SSLException.h>
#include <Poco/URI.h>

#include <array>
#include <limits>
#include <mutex>
#include <optional>
#include <vector>

#include "base/text.h"

namespace entrad::graph {
namespace {

using base::ErrorKind;
using Poco::Net::HTTPClientSession;
using Poco::Net::HTTPSClientSession;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

// Idle connections are left sooner than servers and their balancers usually close them, so that a
// request seldom runs into a connection that is just being closed.
constexpr auto kLongestIdle = std::chrono::seconds(15);
constexpr std::size_t kMostIdle = 16;
constexpr auto kLookForStop = milliseconds(100);

Poco::Timespan span(milliseconds time) { return Poco::Timespan(time.count() * 1000); }

struct Connection {
  std::unique_ptr<HTTPClientSession> session;
  steady_clock::time_point last_used = steady_clock::now();
};

// Where plain http may go: to this machine itself, and to the platform that it runs on.
bool is_near(const std::string& host, bool platform_too) {
  if (base::ascii_lower(host) == "localhost") return true;
  Poco::Net::IPAddress address;
  if (!Poco::Net::IPAddress::tryParse(host, address)) return false;
  return address.isLoopback() || (platform_too && (address.isLinkLocal() || address.isSiteLocal()));
}

Poco::Net::Context::Ptr make_context(const std::string& ca_file) {
  Poco::Net::initializeSSL();
  // Strict: Poco would otherwise skip the check of the name for "localhost".
  Poco::Net::Context::Ptr context = new Poco::Net::Context(
      Poco::Net::Context::TLS_CLIENT_USE, ca_file, Poco::Net::Context::VERIFY_STRICT, 9,
      /*loadDefaultCAs=*/ca_file.empty());
  context->requireMinimumProtocol(Poco::Net::Context::PROTO_TLSV1_2);
  context->enableExtendedCertificateVerification(true);
  return context;
}

base::unexpected<base::Error> bad_endpoint(const std::string& endpoint, const std::string& why,
                                           const std::string& hint) {
  return base::fail(ErrorKind::invalid_argument, "the endpoint " + endpoint + " " + why, hint);
}

// Why there is no answer, in words that name no secret: only Poco's and the system's own.
std::string trouble_of(const Poco::Exception& error) {
  std::string text = error.displayText();
  if (dynamic_cast<const Poco::Net::HostNotFoundException*>(&error) != nullptr)
    text = "the host name is not known: " + error.message();
  if (dynamic_cast<const Poco::Net::ConnectionRefusedException*>(&error) != nullptr)
    text = "the connection was refused by " + error.message();
  return text;
}

}  // namespace

struct Transport::Pool {
  std::string host;
  Poco::UInt16 port = 0;
  Poco::Net::Context::Ptr context;  // null: plain http
  Limits limits;

  Connection take();
  void give_back(Connection connection);

 private:
  Connection connect_later() const;

  std::mutex mutex_;  // guards idle_
  std::vector<Connection> idle_;
};

Connection Transport::Pool::connect_later() const {
  Connection connection;
  if (context)
    connection.session = std::make_unique<HTTPSClientSession>(host, port, context);
  else
    connection.session = std::make_unique<HTTPClientSession>(host, port);
  connection.session->setKeepAlive(true);
  connection.session->setKeepAliveTimeout(span(kLongestIdle));
  connection.session->setTimeout(span(limits.connect), span(limits.answer), span(limits.answer));
  return connection;
}

// An idle connection with something to read was closed by the other side.
Connection Transport::Pool::take() {
  const std::lock_guard lock(mutex_);
  while (!idle_.empty()) {
    Connection connection = std::move(idle_.back());
    idle_.pop_back();
    if (steady_clock::now() - connection.last_used > kLongestIdle) continue;
    try {
      if (connection.session->connected() &&
          !connection.session->socket().poll(Poco::Timespan(0), Poco::Net::Socket::SELECT_READ))
        return connection;
    } catch (const Poco::Exception&) {
      continue;  // broken: the next one, or a new one
    }
  }
  return connect_later();
}

void Transport::Pool::give_back(Connection connection) {
  connection.last_used = steady_clock::now();
  const std::lock_guard lock(mutex_);
  if (idle_.size() < kMostIdle) idle_.push_back(std::move(connection));
}

namespace {

// One request and its answer on one connection.
class Exchange {
 public:
  Exchange(HTTPClientSession& session, const Transport::Limits& limits, std::stop_token stop)
      : session_(session),
        limits_(limits),
        stop_(std::move(stop)),
        deadline_(steady_clock::now() + limits.connect + limits.answer) {}

  Response run(const Outgoing& request) {
    Response response;
    try {
      send(request, response);
      wait_for_answer();
      receive(response);
    } catch (const Poco::Exception& error) {
      no_answer(response, trouble_of(error));
    } catch (const std::exception& error) {
      no_answer(response, error.what());
    }
    return response;
  }
  bool can_be_used_again() const { return whole_ && !closing_; }

 private:
  void send(const Outgoing& request, Response& response) {
    using Poco::Net::HTTPRequest;
    HTTPRequest http(request.method, request.target, HTTPRequest::HTTP_1_1);
    http.setKeepAlive(true);
    for (const auto& [name, value] : request.headers) http.set(name, value);
    if (!request.body.empty() || request.method != "GET")
      http.setContentLength64(static_cast<Poco::Int64>(request.body.size()));
    // This connects. When it throws, the request was not handed over whole.
    std::ostream& out = session_.sendRequest(http);
    response.maybe_sent = true;
    out.write(request.body.data(), static_cast<std::streamsize>(request.body.size()));
    out.flush();
    if (const auto* trouble = session_.networkException(); trouble != nullptr && !out.good())
      trouble->rethrow();
  }

  // In small steps, so that a stop is noticed; a write gets some grace for its answer.
  void wait_for_answer() {
    auto until = deadline_;
    bool stopping = false;
    while (!readable()) {
      const auto now = steady_clock::now();
      if (!stopping && stop_.stop_requested()) {
        stopping = true;
        until = std::min(until, now + limits_.grace);
      }
      if (now >= until)
        throw Poco::TimeoutException(stopping ? "stopped before the answer came"
                                              : "no answer in time");
    }
  }

  bool readable() {
    return session_.socket().poll(span(kLookForStop), Poco::Net::Socket::SELECT_READ);
  }

  void receive(Response& response) {
    Poco::Net::HTTPResponse http;
    std::istream& in = session_.receiveResponse(http);
    response.status = http.getStatus();
    for (const auto& [name, value] : http) response.headers[base::ascii_lower(name)] = value;
    closing_ = !http.getKeepAlive() || response.status == 503;
    if (base::ascii_lower(http.get("Content-Encoding", "")) == "gzip") {
      Poco::InflatingInputStream unpacked(in, Poco::InflatingStreamBuf::STREAM_GZIP);
      read_all(unpacked, response.body);
      whole_ = false;  // what follows the packed data has not been read
      in.ignore(std::numeric_limits<std::streamsize>::max());
    } else {
      read_all(in, response.body);
    }
    check_length(http, response);
    whole_ = true;
  }

  void read_all(std::istream& in, std::string& body) {
    std::array<char, 16384> chunk{};
    do {
      in.read(chunk.data(), chunk.size());
      body.append(chunk.data(), static_cast<std::size_t>(in.gcount()));
      if (body.size() > limits_.body_bytes) throw Poco::DataException("the answer is too long");
      if (steady_clock::now() > deadline_) throw Poco::TimeoutException("the answer is too slow");
    } while (in.good());
    if (const auto* trouble = session_.networkException()) trouble->rethrow();
    if (in.bad()) throw Poco::DataException("the answer is broken");
  }

  // Poco takes a connection that was closed early for the end of the body.
  static void check_length(const Poco::Net::HTTPResponse& http, const Response& response) {
    const bool packed = response.headers.contains("content-encoding");
    if (packed || !http.hasContentLength()) return;
    if (http.getContentLength64() != static_cast<Poco::Int64>(response.body.size()))
      throw Poco::DataException("the answer is cut off");
  }

  void no_answer(Response& response, const std::string& why) {
    whole_ = false;
    response.status = 0;
    response.headers.clear();
    response.body.clear();
    response.trouble = why;
    session_.reset();
  }

  HTTPClientSession& session_;
  const Transport::Limits& limits_;
  std::stop_token stop_;
  steady_clock::time_point deadline_;
  bool whole_ = false;
  bool closing_ = false;
};

}  // namespace

Transport::Transport(std::unique_ptr<Pool> pool) : pool_(std::move(pool)) {}
Transport::~Transport() = default;

base::Result<std::unique_ptr<Transport>> Transport::open(const std::string& endpoint,
                                                         const std::filesystem::path& ca_file) {
  return open(endpoint, ca_file, Limits());
}

base::Result<std::unique_ptr<Transport>> Transport::open(const std::string& endpoint,
                                                         const std::filesystem::path& ca_file,
                                                         const Limits& limits) {
  auto pool = std::make_unique<Pool>();
  pool->limits = limits;
  try {
    const Poco::URI uri(endpoint);
    const std::string path = uri.getPathEtc();
    if (uri.getHost().empty() || !uri.getUserInfo().empty() || (path != "" && path != "/"))
      return bad_endpoint(endpoint, "is not scheme, host and port",
                          "write it as https://graph.microsoft.com");
    pool->host = uri.getHost();
    pool->port = uri.getPort();
    if (uri.getScheme() == "https")
      pool->context = make_context(ca_file.string());
    else if (uri.getScheme() != "http" || !is_near(pool->host, limits.of_this_machine))
      return bad_endpoint(endpoint, "is not https", "plain http is for this machine itself only");
  } catch (const Poco::Net::SSLContextException& error) {
    return base::fail(ErrorKind::invalid_argument,
                      "the authorities in " + ca_file.string() + " cannot be used",
                      "ca_file must be a readable PEM file: " + error.displayText());
  } catch (const Poco::Exception& error) {
    return bad_endpoint(endpoint, "cannot be used: " + error.displayText(),
                        "write it as https://graph.microsoft.com");
  }
  return std::unique_ptr<Transport>(new Transport(std::move(pool)));
}

Response Transport::send(const Outgoing& request, std::stop_token stop) {
  Connection connection = pool_->take();
  Exchange exchange(*connection.session, pool_->limits, std::move(stop));
  Response response = exchange.run(request);
  if (exchange.can_be_used_again()) pool_->give_back(std::move(connection));
  return response;
}

}  // namespace entrad::graph
