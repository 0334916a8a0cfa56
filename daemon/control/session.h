// Session: one connection that asks questions, one after the other.
//
// Waits for a request (at most Limits::idle), reads it (at most Limits::half_sent), has it answered
// on a pool, writes the answer, and starts again. A request that is malformed, too large, too slow
// or comes from a web page is refused and the connection closed. A question for events turns the
// connection into an EventStream.
// Thread safety: belongs to the I/O thread, but for `peer_`, which belongs to the pool's thread
// while a question is being answered.
#pragma once

#include <array>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <memory>
#include <optional>
#include <string>

#include "control/edge.h"

namespace entrad::control {

class Session final : public Connection, public std::enable_shared_from_this<Session> {
 public:
  using Socket = boost::asio::local::stream_protocol::socket;

  Session(Edge& edge, Socket socket, Peer peer);

  void open();
  // Tells the peer that there are too many connections.
  void turn_away();
  void finish() override;
  bool takes_place() const override { return phase_ != Phase::lingering; }

 private:
  enum class Phase { idle, reading, answering, lingering };
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
  using Response = boost::beast::http::response<boost::beast::http::string_body>;

  void await_request();
  void read_header();
  void header_read(const boost::system::error_code& error);
  void ask_for_body();
  void read_body();
  void body_read(const boost::system::error_code& error);
  void ask();
  void answered(Answer answer);
  void become_stream(const StreamStart& start);
  void write(const Answer& answer, bool stays_open);
  void written();
  void refuse(const base::Error& error, int status = 0);
  void refuse_unreadable(const boost::system::error_code& error);
  void linger();
  void drain();
  void close();

  void arm(std::chrono::milliseconds time, void (Session::*on_expiry)());
  void disarm();
  void too_slow();

  Edge& edge_;
  Socket socket_;
  boost::asio::steady_timer timer_;
  std::uint64_t armed_ = 0;  // counts the times that the timer was set or stopped
  Peer peer_;
  Phase phase_ = Phase::idle;
  bool is_expired_ = false;    // the request did not come in time
  bool is_finishing_ = false;  // closes after the present answer
  boost::beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  Response response_;
  std::array<char, 4096> ignored_{};
};

}  // namespace entrad::control
