#include "fakes/socket_client.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "base/json.h"

namespace entrad::fakes {

nlohmann::json SocketAnswer::json() const { return base::read_json(body); }
nlohmann::json StreamedEvent::json() const { return base::read_json(data); }

SocketClient::SocketClient(const std::filesystem::path& path)
    : descriptor_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.native().copy(static_cast<char*>(address.sun_path), sizeof(address.sun_path) - 1);
  if (connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    close(descriptor_);
    throw std::runtime_error("cannot connect to " + path.string() + ": " + std::strerror(errno));
  }
}

SocketClient::~SocketClient() {
  if (descriptor_ >= 0) close(descriptor_);
}

SocketClient::SocketClient(SocketClient&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), rest_(std::move(other.rest_)) {}
SocketClient& SocketClient::operator=(SocketClient&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(rest_, other.rest_);
  return *this;
}

// False: the daemon has closed the connection.
bool SocketClient::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::string SocketClient::text(const std::string& method, const std::string& target,
                               const std::string& body, const std::string& headers) {
  std::string out = method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n" + headers;
  if (!body.empty()) out += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  return out + "\r\n" + body;
}

SocketAnswer SocketClient::ask(const std::string& method, const std::string& target,
                               const std::string& body, const std::string& headers) {
  send(text(method, target, body, headers));
  return read_answer();
}

SocketAnswer SocketClient::read_answer() {
  SocketAnswer answer = read_head();
  const auto length = answer.headers.find("content-length");
  if (length != answer.headers.end()) answer.body = take(std::stoul(length->second));
  return answer;
}

// The status line and headers only; the body's bytes follow.
SocketAnswer SocketClient::read_head() {
  SocketAnswer answer;
  answer.status = std::stoi(line().substr(9, 3));
  for (std::string header = line(); !header.empty(); header = line()) {
    const std::size_t colon = header.find(": ");
    std::string name = header.substr(0, colon);
    for (char& c : name)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    answer.headers[name] = header.substr(colon + 2);
  }
  return answer;
}

// The next event of a chunked stream; comments are counted and skipped. nullopt: the stream has
// ended, properly or not; see ended_properly().
std::optional<StreamedEvent> SocketClient::event() {
  StreamedEvent event;
  while (true) {
    const auto next = event_line();
    if (!next) return std::nullopt;
    if (next->empty()) {
      if (!event.name.empty()) return event;
    } else if (next->starts_with(":")) {
      comments_.push_back(*next);
    } else if (const std::size_t colon = next->find(": "); colon != std::string::npos) {
      const std::string value = next->substr(colon + 2);
      if (next->starts_with("event")) event.name = value;
      if (next->starts_with("id")) event.id = value;
      if (next->starts_with("data")) event.data = value;
    }
  }
}

// Reads more into rest_. False: end of the stream.
bool SocketClient::fill() {
  pollfd wanted{descriptor_, POLLIN, 0};
  if (poll(&wanted, 1, 20'000) != 1) throw std::runtime_error("nothing came for 20 s");
  char bytes[16384];
  const ssize_t got = recv(descriptor_, bytes, sizeof(bytes), 0);
  if (got <= 0) return false;
  rest_.append(bytes, static_cast<std::size_t>(got));
  return true;
}

std::string SocketClient::take(std::size_t bytes) {
  while (rest_.size() < bytes)
    if (!fill()) throw std::runtime_error("the connection ended in the middle of an answer");
  std::string out = rest_.substr(0, bytes);
  rest_.erase(0, bytes);
  return out;
}

std::string SocketClient::line() {
  std::size_t end = rest_.find("\r\n");
  for (; end == std::string::npos; end = rest_.find("\r\n"))
    if (!fill()) throw std::runtime_error("the connection ended without an answer");
  std::string out = rest_.substr(0, end);
  rest_.erase(0, end + 2);
  return out;
}

bool SocketClient::read_chunk() {
  while (rest_.find("\r\n") == std::string::npos)
    if (!fill()) return false;
  const std::size_t size = std::stoul(line(), nullptr, 16);
  events_ += take(size);
  take(2);
  has_last_chunk_ = size == 0;
  return !has_last_chunk_;
}

std::optional<std::string> SocketClient::event_line() {
  std::size_t end = events_.find('\n');
  for (; end == std::string::npos; end = events_.find('\n'))
    if (has_last_chunk_ || !read_chunk()) return std::nullopt;
  std::string out = events_.substr(0, end);
  events_.erase(0, end + 1);
  return out;
}

}  // namespace entrad::fakes
