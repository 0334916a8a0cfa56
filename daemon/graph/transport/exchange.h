// Exchange: one request and its answer on one connection, within one deadline.
//
// Thread safety: for one thread.
#pragma once

#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPResponse.h>

#include <chrono>
#include <iosfwd>
#include <stop_token>
#include <string>

#include "graph/transport/transport.h"
#include "graph/transport/watchdog.h"

namespace entrad::graph {

class Exchange {
 public:
  // All must outlive it.
  Exchange(Poco::Net::HTTPClientSession& session, Watchdog& watchdog,
           const Transport::Limits& limits, std::stop_token stop);

  // Status 0 and the trouble in words where there is no whole answer; the connection is closed
  // then.
  Response run(const Outgoing& request);
  // The answer is whole, and neither side wants to close the connection.
  bool can_be_used_again() const { return whole_ && !closing_; }

 private:
  void send(const Outgoing& request, Response& response);
  void wait_for_answer();
  bool readable();
  void receive(Response& response);
  void read_all(std::istream& in, std::string& body);
  void no_answer(Response& response, const std::string& why);

  Poco::Net::HTTPClientSession& session_;
  Watchdog& watchdog_;
  const Transport::Limits& limits_;
  std::stop_token stop_;
  std::chrono::steady_clock::time_point deadline_;
  bool too_slow_ = false;
  bool whole_ = false;
  bool closing_ = false;
};

}  // namespace entrad::graph
