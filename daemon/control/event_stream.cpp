// An EventStream alternates between reading a page (read_next -> got) and writing it (write ->
// written); pump() decides what comes next whenever neither is under way.
#include "control/event_stream.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <charconv>
#include <utility>

namespace entrad::control {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr const char* kLastChunk = "0\r\n\r\n";

}  // namespace

EventStream::EventStream(Edge& edge, Socket socket, StreamStart start, bool is_chunked)
    : edge_(edge),
      socket_(std::move(socket)),
      alive_timer_(edge.io),
      write_timer_(edge.io),
      start_(start),
      is_chunked_(is_chunked) {}

void EventStream::open() {
  await_hangup();
  stay_alive();
  is_busy_ = true;
  asio::post(edge_.quick, [self = shared_from_this()] {
    FirstPage first = first_page(self->start_, self->edge_.dispatcher.context());
    asio::post(self->edge_.io,
               [self, first = std::move(first)]() mutable { self->opened(std::move(first)); });
  });
}

void EventStream::opened(FirstPage first) {
  opened_at_ = first.page.newest;
  settled_at_ = first.settled_at;
  std::string head = std::string("HTTP/1.1 200 OK\r\n") +
                     "Content-Type: text/event-stream\r\nCache-Control: no-store\r\n" +
                     (is_chunked_ ? "Transfer-Encoding: chunked\r\n" : "") +
                     "Connection: close\r\n\r\n";
  take(first.page);
  write(head + framed(first.page.text));
}

void EventStream::read_next() {
  is_busy_ = true;
  asio::post(edge_.quick, [self = shared_from_this(), position = position_] {
    EventPage page = next_page(self->start_, position, self->edge_.dispatcher.context());
    asio::post(self->edge_.io,
               [self, page = std::move(page)]() mutable { self->got(std::move(page)); });
  });
}

void EventStream::got(EventPage page) {
  take(page);
  if (!page.text.empty()) return write(framed(page.text));
  is_busy_ = false;
  pump();
}

void EventStream::take(const EventPage& page) {
  position_ = page.position;
  newest_ = std::max(newest_, page.newest);
  const bool has_settled = settled_at_ && position_ >= *settled_at_;
  is_ending_ = is_ending_ || page.is_final || has_settled;
}

void EventStream::pump() {
  if (is_busy_ || is_over_ || !socket_.is_open()) return;
  if (is_slow_) return say_slow();
  if (is_ending_) return end();
  if (newest_ > position_) read_next();
}

void EventStream::say_slow() {
  is_over_ = true;
  write(framed(slow_text(edge_.limits.behind)) + (is_chunked_ ? kLastChunk : ""));
}

void EventStream::end() {
  is_over_ = true;
  if (!is_chunked_) return close();
  write(kLastChunk);
}

void EventStream::write(std::string text) {
  if (!socket_.is_open()) return;
  text_ = std::move(text);
  is_busy_ = true;
  is_writing_ = true;
  is_late_ = false;
  watch_write(edge_.limits.slow_after);
  asio::async_write(socket_, asio::buffer(text_),
                    [self = shared_from_this()](const error_code& error, std::size_t) {
                      if (error) return self->close();
                      self->written();
                    });
}

void EventStream::written() {
  ++watch_;
  write_timer_.cancel();
  is_writing_ = false;
  is_busy_ = false;
  if (is_over_) return close();
  pump();
}

// The timer may have expired already when it is cancelled: its handler then finds another number.
void EventStream::watch_write(std::chrono::milliseconds time) {
  write_timer_.expires_after(time);
  write_timer_.async_wait([self = shared_from_this(), watch = ++watch_](const error_code& error) {
    if (!error && watch == self->watch_) self->write_is_late();
  });
}

void EventStream::write_is_late() {
  if (is_late_) return close();
  is_late_ = true;
  is_slow_ = is_slow_ || is_far_behind();
  watch_write(edge_.limits.answer);
}

void EventStream::rung(base::EventNumber newest) {
  newest_ = std::max(newest_, newest);
  if (is_late_ && is_writing_ && is_far_behind()) is_slow_ = true;
  pump();
}

void EventStream::finish() {
  is_ending_ = true;
  pump();
}

void EventStream::stay_alive() {
  alive_timer_.expires_after(edge_.limits.alive);
  alive_timer_.async_wait([self = shared_from_this()](const error_code& error) {
    if (error || !self->socket_.is_open()) return;
    if (!self->is_busy_) self->write(self->framed(": alive\n\n"));
    self->stay_alive();
  });
}

// Nothing is expected from the peer any more but that it goes away.
void EventStream::await_hangup() {
  socket_.async_read_some(asio::buffer(ignored_),
                          [self = shared_from_this()](const error_code& error, std::size_t) {
                            if (error) return self->close();
                            self->await_hangup();
                          });
}

void EventStream::close() {
  if (!socket_.is_open()) return;
  error_code ignored;
  socket_.shutdown(Socket::shutdown_both, ignored);
  socket_.close(ignored);
  alive_timer_.cancel();
  write_timer_.cancel();
  edge_.leave(shared_from_this());
}

bool EventStream::is_far_behind() const {
  return newest_.value > std::max(position_, opened_at_).value + edge_.limits.behind;
}

std::string EventStream::framed(const std::string& text) const {
  if (!is_chunked_ || text.empty()) return text;
  std::array<char, 16> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), text.size(), 16);
  return std::string(digits.data(), end.ptr) + "\r\n" + text + "\r\n";
}

}  // namespace entrad::control
