// Client: a Connection runs each asynchronous operation to its end on the caller's thread, looking
// at Ctrl-C in between; Client puts requests and streams together from those.
#include "ctl/client.h"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <optional>
#include <thread>

#include "api/error_table.h"
#include "base/json.h"

namespace entrad::ctl {
namespace {

namespace http = boost::beast::http;
using base::ErrorKind;
using boost::system::error_code;
using nlohmann::json;

constexpr std::chrono::milliseconds kTick(100);
constexpr std::uint64_t kMaxAnswer = std::uint64_t{256} << 20;

std::string owner_of(const struct stat& file) {
  const passwd* user = getpwuid(file.st_uid);
  const group* group = getgrgid(file.st_gid);
  return (user != nullptr ? user->pw_name : std::to_string(file.st_uid)) + std::string(":") +
         (group != nullptr ? group->gr_name : std::to_string(file.st_gid));
}

base::unexpected<base::Error> not_allowed(const std::string& socket) {
  struct stat file {};
  const bool seen = stat(socket.c_str(), &file) == 0;
  const passwd* me = getpwuid(geteuid());
  const std::string name = me != nullptr ? me->pw_name : std::to_string(geteuid());
  return base::fail(ErrorKind::permission_denied,
                    "you (" + name + ") may not open " + socket +
                        (seen ? ", which belongs to " + owner_of(file) : ""),
                    "group entrad may read, entrad-operator may restore; an administrator adds "
                    "you with `usermod -aG entrad-operator " +
                        name + "`, then log in again");
}

base::unexpected<base::Error> unreachable(const std::string& socket, const error_code& error) {
  if (error == boost::system::errc::permission_denied) return not_allowed(socket);
  return base::fail(ErrorKind::unreachable,
                    "the daemon does not answer on " + socket + ": " + error.message(),
                    "is entrad running? `systemctl status entrad`; another socket is named with "
                    "--socket or ENTRAD_SOCKET");
}

base::unexpected<base::Error> interrupted() {
  return base::fail(ErrorKind::cancelled, "interrupted");
}

class Connection {
 public:
  explicit Connection(const Interrupt& interrupt) : interrupt_(interrupt), socket_(io_) {}

  error_code open(const std::string& path) {
    if (path.size() > 107) return make_error_code(boost::system::errc::filename_too_long);
    return wait([&](auto done) { socket_.async_connect({path}, done); });
  }
  error_code send(const http::request<http::string_body>& request) {
    return wait([&](auto done) { http::async_write(socket_, request, done); });
  }
  template <typename Parser>
  error_code read(Parser& parser) {
    return wait([&](auto done) { http::async_read(socket_, buffer_, parser, done); });
  }
  template <typename Parser>
  error_code read_header(Parser& parser) {
    return wait([&](auto done) { http::async_read_header(socket_, buffer_, parser, done); });
  }
  template <typename Parser>
  error_code read_some(Parser& parser) {
    return wait([&](auto done) { http::async_read_some(socket_, buffer_, parser, done); });
  }
  void on_tick(std::function<void()> tick) { tick_ = std::move(tick); }

 private:
  // Runs one operation to its end. At Ctrl-C it is cancelled, and still run to its end: its
  // handler refers to this frame.
  template <typename Start>
  error_code wait(Start start) {
    std::optional<error_code> result;
    start([&result](const error_code& error, auto...) { result = error; });
    while (!result.has_value()) {
      io_.restart();
      io_.run_one_for(kTick);
      if (tick_) tick_();
      if (interrupt_.requested()) {
        error_code ignored;
        socket_.close(ignored);
      }
    }
    return *result;
  }

  const Interrupt& interrupt_;
  boost::asio::io_context io_;
  boost::asio::local::stream_protocol::socket socket_;
  boost::beast::flat_buffer buffer_;
  std::function<void()> tick_;
};

http::request<http::string_body> make_request(http::verb verb, const std::string& target) {
  http::request<http::string_body> request(verb, target, 11);
  request.set(http::field::host, "localhost");
  request.set(http::field::user_agent, "entractl/" ENTRAD_VERSION);
  request.set(http::field::accept, "application/json");
  request.keep_alive(false);
  return request;
}

base::Result<json> read_answer(unsigned status, const std::string& body) {
  json answer = base::parse_json(body);
  if (status >= 400) return base::unexpected<base::Error>(api::error_from_json(answer));
  if (answer.is_object()) return answer;
  return base::fail(ErrorKind::internal, "the daemon's answer is no JSON object",
                    "does another program listen on the socket?");
}

base::Result<json> exchange(const std::string& socket, const Interrupt& interrupt,
                            const http::request<http::string_body>& request) {
  Connection connection(interrupt);
  http::response_parser<http::string_body> parser;
  parser.body_limit(kMaxAnswer);
  error_code error = connection.open(socket);
  if (!error) error = connection.send(request);
  // A refusal may be answered, and the connection closed, before the whole body was sent.
  const bool refused_early = error == boost::system::errc::broken_pipe;
  if (!error || refused_early) error = connection.read(parser);
  if (interrupt.requested()) return interrupted();
  if (error) return unreachable(socket, error);
  return read_answer(parser.get().result_int(), parser.get().body());
}

// Hands the pieces of a body on as they come, until its end or until `on_piece` returns false.
error_code read_pieces(Connection& connection, http::response_parser<http::buffer_body>& parser,
                       const std::function<bool(std::string_view)>& on_piece) {
  std::array<char, 16384> piece{};
  bool wanted = true;
  while (wanted && !parser.is_done()) {
    parser.get().body().data = piece.data();
    parser.get().body().size = piece.size();
    const error_code error = connection.read_some(parser);
    if (error && error != http::error::need_buffer) return error;
    wanted = on_piece({piece.data(), piece.size() - parser.get().body().size});
  }
  return {};
}

error_code read_events(Connection& connection, http::response_parser<http::buffer_body>& parser,
                       const std::function<bool(const StreamEvent&)>& on_event) {
  bool wanted = true;
  EventStream events([&](const StreamEvent& event) { wanted = wanted && on_event(event); });
  return read_pieces(connection, parser, [&](std::string_view piece) {
    events.feed(piece);
    return wanted;
  });
}

}  // namespace

Client::Client(std::string socket, const Interrupt& interrupt)
    : socket_(std::move(socket)), interrupt_(interrupt) {}

base::Result<json> Client::get(const std::string& target) {
  const auto request = make_request(http::verb::get, target);
  for (std::chrono::milliseconds left = kPatience;; left -= kBetweenTries) {
    auto answer = exchange(socket_, interrupt_, request);
    const bool away = !answer && answer.error().kind == ErrorKind::unreachable;
    if (!away) answered_ = true;
    if (!away || !answered_ || left.count() <= 0) return answer;
    if (!pause(kBetweenTries)) return interrupted();
  }
}

base::Result<json> Client::post(const std::string& target, const json& body) {
  auto request = make_request(http::verb::post, target);
  request.set(http::field::content_type, "application/json");
  request.body() = base::json_text(body);
  request.prepare_payload();
  auto answer = exchange(socket_, interrupt_, request);
  if (answer || answer.error().kind != ErrorKind::unreachable) answered_ = true;
  return answer;
}

base::Result<json> Client::remove(const std::string& target) {
  auto answer = exchange(socket_, interrupt_, make_request(http::verb::delete_, target));
  if (answer || answer.error().kind != ErrorKind::unreachable) answered_ = true;
  return answer;
}

base::Result<void> Client::stream(const std::string& target, const std::string& after,
                                  const std::function<bool(const StreamEvent&)>& on_event,
                                  const std::function<void()>& on_tick) {
  Connection connection(interrupt_);
  connection.on_tick(on_tick);
  auto request = make_request(http::verb::get, target);
  request.set(http::field::accept, "text/event-stream");
  if (!after.empty()) request.set("Last-Event-ID", after);
  http::response_parser<http::buffer_body> parser;
  parser.body_limit(boost::none);
  error_code error = connection.open(socket_);
  if (!error) error = connection.send(request);
  if (!error) error = connection.read_header(parser);
  const bool refused = !error && parser.get().result_int() >= 400;
  std::string refusal;
  if (refused)
    error = read_pieces(connection, parser, [&](std::string_view piece) {
      refusal += piece;
      return refusal.size() <= kMaxBody;
    });
  else if (!error)
    error = read_events(connection, parser, on_event);
  if (interrupt_.requested()) return interrupted();
  if (error) return unreachable(socket_, error);
  if (!refused) return {};
  auto answer = read_answer(parser.get().result_int(), refusal);
  return base::pass(answer);
}

bool Client::pause(std::chrono::milliseconds time) const {
  for (; time.count() > 0 && !interrupt_.requested(); time -= kTick)
    std::this_thread::sleep_for(std::min(time, kTick));
  return !interrupt_.requested();
}

}  // namespace entrad::ctl
