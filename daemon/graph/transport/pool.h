// Pool: keep-alive connections to one host, directly or through a proxy.
//
// TLS is 1.2 or newer, and the server's certificate and name are checked, whichever way the
// connection goes: the proxy sees only the host's name and what is encrypted.
// Source of the rule for 503: Microsoft Graph "Best practices", "always make new retry requests
// over a new HTTP connection".
// Thread safety: every member may be called from any thread; a connection belongs to one.
#pragma once

#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPClientSession.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "graph/transport/proxy.h"
#include "graph/transport/transport.h"
#include "graph/transport/watchdog.h"

namespace entrad::graph {

Poco::Timespan span(std::chrono::milliseconds time);

struct Connection {
  std::unique_ptr<Poco::Net::HTTPClientSession> session;
  std::chrono::steady_clock::time_point last_used = std::chrono::steady_clock::now();
  std::uint64_t generation = 0;
};

class Pool {
 public:
  struct Target {
    std::string host;
    std::uint16_t port = 0;
    Poco::Net::Context::Ptr context;  // null: plain http
    std::optional<Proxy> proxy;       // with a context only
  };
  Pool(Target target, const Transport::Limits& limits);

  // One that is idle and still open, or a new one, which connects when it is first used.
  Connection take();
  // Not for one that is broken.
  void give_back(Connection connection);
  // From now on only connections that are made from now on.
  void start_afresh();

  Watchdog& watchdog() { return watchdog_; }

 private:
  Connection connect_later();

  const Target target_;
  const Transport::Limits limits_;
  Watchdog watchdog_;  // outlives the sessions in idle_, which watch themselves connect
  std::mutex mutex_;   // guards what follows
  std::vector<Connection> idle_;
  std::uint64_t generation_ = 0;
};

}  // namespace entrad::graph
