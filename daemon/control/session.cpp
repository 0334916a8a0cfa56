// In the order of a request's life: waiting, reading, asking, answering, closing; then the timer.
#include "control/session.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <utility>

#include "control/event_stream.h"
#include "control/requests.h"

namespace entrad::control {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using base::ErrorKind;
using boost::system::error_code;

namespace {

constexpr std::size_t kFirstBytes = 4096;
constexpr std::chrono::milliseconds kLinger{1000};
constexpr std::string_view kGoOn = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

Session::Session(Edge& edge, Socket socket, Peer peer)
    : edge_(edge), socket_(std::move(socket)), timer_(edge.io), peer_(std::move(peer)) {}

void Session::open() { await_request(); }

void Session::turn_away() {
  base::Error error;
  error.kind = ErrorKind::conflict;
  error.message = "the daemon already has " + std::to_string(edge_.limits.sessions) +
                  " connections, which is the most it takes";
  error.hint = "close other clients (`ss -xp` shows them), or try again in a minute";
  refuse(error);
}

// The first byte is awaited apart from the rest: until it is there the peer is idle, afterwards it
// is slow.
void Session::await_request() {
  phase_ = Phase::idle;
  if (buffer_.size() > 0) return read_header();
  arm(edge_.limits.idle, &Session::close);
  socket_.async_read_some(buffer_.prepare(kFirstBytes),
                          [self = shared_from_this()](const error_code& error, std::size_t bytes) {
                            if (error) return self->close();
                            self->buffer_.commit(bytes);
                            self->read_header();
                          });
}

void Session::read_header() {
  if (!socket_.is_open()) return;
  phase_ = Phase::reading;
  is_expired_ = false;
  parser_.emplace();
  parser_->header_limit(edge_.limits.header);
  parser_->body_limit(edge_.limits.body);
  arm(edge_.limits.half_sent, &Session::too_slow);
  http::async_read_header(socket_, buffer_, *parser_,
                          [self = shared_from_this()](const error_code& error, std::size_t) {
                            self->header_read(error);
                          });
}

void Session::header_read(const error_code& error) {
  if (error || is_expired_) return refuse_unreadable(error);
  if (const auto objection = objection_to(parser_->get())) return refuse(*objection);
  if (wants_to_be_asked_for_body(parser_->get())) return ask_for_body();
  read_body();
}

void Session::ask_for_body() {
  asio::async_write(socket_, asio::buffer(kGoOn),
                    [self = shared_from_this()](const error_code& error, std::size_t) {
                      if (error) return self->refuse_unreadable(error);
                      self->read_body();
                    });
}

void Session::read_body() {
  http::async_read(socket_, buffer_, *parser_,
                   [self = shared_from_this()](const error_code& error, std::size_t) {
                     self->body_read(error);
                   });
}

void Session::body_read(const error_code& error) {
  if (error || is_expired_) return refuse_unreadable(error);
  disarm();
  ask();
}

void Session::ask() {
  phase_ = Phase::answering;
  Question asked = question_of(parser_->get());
  auto& pool = Dispatcher::speed_of(asked) == Speed::slow ? edge_.slow : edge_.quick;
  asio::post(pool, [self = shared_from_this(), asked = std::move(asked)]() mutable {
    if (self->peer_.name.empty()) self->peer_.name = name_of(self->peer_.uid);
    asked.peer = self->peer_;
    Answer answer = self->edge_.dispatcher.answer(std::move(asked));
    asio::post(self->edge_.io,
               [self, answer = std::move(answer)]() mutable { self->answered(std::move(answer)); });
  });
}

void Session::answered(Answer answer) {
  if (answer.stream) return become_stream(*answer.stream);
  write(answer, parser_->get().keep_alive() && !is_finishing_);
}

void Session::become_stream(const StreamStart& start) {
  const bool is_chunked = parser_->get().version() >= 11;
  auto stream = std::make_shared<EventStream>(edge_, std::move(socket_), start, is_chunked);
  edge_.enter(stream);
  edge_.leave(shared_from_this());
  stream->open();
  if (is_finishing_) stream->finish();
}

void Session::write(const Answer& answer, bool stays_open) {
  response_ = response_of(answer);
  response_.keep_alive(stays_open);
  arm(edge_.limits.answer, &Session::close);
  http::async_write(socket_, response_,
                    [self = shared_from_this()](const error_code& error, std::size_t) {
                      if (error) return self->close();
                      self->written();
                    });
}

void Session::written() {
  disarm();
  if (phase_ == Phase::lingering) return linger();
  if (!response_.keep_alive() || is_finishing_) return close();
  await_request();
}

// Whatever the peer still sends is not understood any more: the connection ends with this answer.
void Session::refuse(const base::Error& error, int status) {
  phase_ = Phase::lingering;
  Answer answer = answer_of(error);
  if (status != 0) answer.status = status;
  write(answer, false);
}

void Session::refuse_unreadable(const error_code& error) {
  if (is_expired_) {
    base::Error late;
    late.kind = ErrorKind::timed_out;
    late.message = "the request was not complete within " +
                   std::to_string(edge_.limits.half_sent.count()) + " ms";
    late.hint = "send requests whole";
    return refuse(late, 408);
  }
  const auto refusal = refusal_of(error, edge_.limits);
  if (!refusal) return close();  // the peer has gone
  refuse(refusal->error, refusal->status);
}

// Closing while the peer still sends would make it lose our answer: it is let finish for a moment.
void Session::linger() {
  error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
  arm(kLinger, &Session::close);
  drain();
}

void Session::drain() {
  socket_.async_read_some(asio::buffer(ignored_),
                          [self = shared_from_this()](const error_code& error, std::size_t) {
                            if (error) return self->close();
                            self->drain();
                          });
}

void Session::finish() {
  is_finishing_ = true;
  if (phase_ == Phase::idle || phase_ == Phase::reading) close();
}

void Session::close() {
  if (!socket_.is_open()) return;
  disarm();
  error_code ignored;
  socket_.close(ignored);
  edge_.leave(shared_from_this());
}

// An expired timer's handler may already be queued when the timer is set anew: the number tells.
void Session::arm(std::chrono::milliseconds time, void (Session::*on_expiry)()) {
  timer_.expires_after(time);
  timer_.async_wait([self = shared_from_this(), on_expiry, armed = ++armed_](const error_code& e) {
    if (!e && armed == self->armed_) (self.get()->*on_expiry)();
  });
}

void Session::disarm() {
  ++armed_;
  timer_.cancel();
}

void Session::too_slow() {
  is_expired_ = true;
  error_code ignored;
  socket_.cancel(ignored);
}

}  // namespace entrad::control
