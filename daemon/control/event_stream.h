// EventStream: one connection that has asked for /v1/events.
//
// It pulls pages from the journal and writes the next one only when the one before was taken, so
// that a reader of any speed costs one page of memory. A reader that leaves a write untaken while
// more than Limits::behind events wait is told (`event: slow`) and closed; it may resume.
// Thread safety: belongs to the I/O thread; pages are read on the pool of quick questions.
#pragma once

#include <array>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>

#include "control/edge.h"
#include "control/events.h"

namespace entrad::control {

class EventStream final : public Connection, public std::enable_shared_from_this<EventStream> {
 public:
  using Socket = boost::asio::local::stream_protocol::socket;

  // `is_chunked`: the peer speaks HTTP/1.1.
  EventStream(Edge& edge, Socket socket, StreamStart start, bool is_chunked);

  void open();
  void finish() override;
  void rung(base::EventNumber newest) override;

 private:
  void opened(FirstPage first);
  void read_next();
  void got(EventPage page);
  void take(const EventPage& page);
  void pump();
  void say_slow();
  void end();
  void write(std::string text);
  void written();
  void watch_write(std::chrono::milliseconds time);
  void write_is_late();
  void stay_alive();
  void await_hangup();
  void close();

  bool is_far_behind() const;
  std::string framed(const std::string& text) const;

  Edge& edge_;
  Socket socket_;
  boost::asio::steady_timer alive_timer_;
  boost::asio::steady_timer write_timer_;
  StreamStart start_;
  bool is_chunked_;

  base::EventNumber position_;   // everything up to here is written or not for this stream
  base::EventNumber newest_;     // the newest that we know of
  base::EventNumber opened_at_;  // catching up with what was there before is not being slow
  std::optional<base::EventNumber> settled_at_;
  bool is_busy_ = false;     // a page is being read or written
  bool is_writing_ = false;  // the peer has not taken everything yet
  bool is_late_ = false;     // and has taken longer than Limits::slow_after
  bool is_slow_ = false;
  bool is_ending_ = false;
  bool is_over_ = false;     // its last bytes are being written
  std::uint64_t watch_ = 0;  // counts the timers set for writes
  std::string text_;         // being written
  std::array<char, 256> ignored_{};
};

}  // namespace entrad::control
