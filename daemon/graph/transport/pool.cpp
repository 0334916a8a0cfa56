#include "graph/transport/pool.h"

#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SecureStreamSocket.h>

#include "graph/width.h"

namespace entrad::graph {
namespace {

using Poco::Net::HTTPClientSession;
using Poco::Net::HTTPSClientSession;
using Poco::Net::SecureStreamSocket;
using Poco::Net::StreamSocket;
using std::chrono::steady_clock;

// Idle connections are left sooner than servers and their balancers usually close them, so that a
// request seldom runs into a connection that is just being closed.
constexpr auto kLongestIdle = std::chrono::seconds(15);
// As many as a session's batches have under way at most, and a few for its other calls.
constexpr std::size_t kMostIdle = Width::kMost + 8;

// Connects by itself, so that the handshake has one deadline, not one a read.
class SecureSession final : public HTTPSClientSession {
 public:
  SecureSession(const Pool::Target& target, const Transport::Limits& limits, Watchdog& watchdog)
      : HTTPSClientSession(target.host, target.port, target.context),
        context_(target.context),
        limits_(limits),
        watchdog_(watchdog) {}

 private:
  void connect(const Poco::Net::SocketAddress& address) override {
    StreamSocket plain = getProxyHost().empty() ? direct(address) : proxyConnect();
    plain.setNoDelay(true);
    const auto watch =
        watchdog_.watch(plain.impl()->sockfd(), steady_clock::now() + limits_.connect);
    try {
      attachSocket(SecureStreamSocket::attach(plain, getHost(), context_));
    } catch (const Poco::Exception&) {
      if (watch.barked()) throw Poco::TimeoutException("the TLS handshake took too long");
      throw;
    }
    socket().setSendTimeout(span(limits_.answer));
    socket().setReceiveTimeout(span(limits_.answer));
  }

  StreamSocket direct(const Poco::Net::SocketAddress& address) const {
    StreamSocket plain;
    plain.connect(address, span(limits_.connect));
    return plain;
  }

  Poco::Net::Context::Ptr context_;
  const Transport::Limits& limits_;
  Watchdog& watchdog_;
};

HTTPClientSession::ProxyConfig config_of(const Proxy& proxy) {
  HTTPClientSession::ProxyConfig config;
  config.host = proxy.host;
  config.port = proxy.port;
  config.username = proxy.user;
  config.password = proxy.password;
  return config;
}

}  // namespace

Poco::Timespan span(std::chrono::milliseconds time) { return Poco::Timespan(time.count() * 1000); }

Pool::Pool(Target target, const Transport::Limits& limits)
    : target_(std::move(target)), limits_(limits) {}

Connection Pool::connect_later() {
  Connection connection;
  connection.generation = generation_;
  if (target_.context)
    connection.session = std::make_unique<SecureSession>(target_, limits_, watchdog_);
  else
    connection.session = std::make_unique<HTTPClientSession>(target_.host, target_.port);
  HTTPClientSession& session = *connection.session;
  session.setProxyConfig(target_.proxy ? config_of(*target_.proxy)
                                       : HTTPClientSession::ProxyConfig());
  session.setKeepAlive(true);
  session.setKeepAliveTimeout(span(kLongestIdle));
  session.setTimeout(span(limits_.connect), span(limits_.answer), span(limits_.answer));
  return connection;
}

// An idle connection with something to read was closed by the other side.
Connection Pool::take() {
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

void Pool::give_back(Connection connection) {
  connection.last_used = steady_clock::now();
  const std::lock_guard lock(mutex_);
  if (connection.generation == generation_ && idle_.size() < kMostIdle)
    idle_.push_back(std::move(connection));
}

void Pool::start_afresh() {
  std::vector<Connection> old;  // closed without the lock
  const std::lock_guard lock(mutex_);
  ++generation_;
  old.swap(idle_);
}

}  // namespace entrad::graph
