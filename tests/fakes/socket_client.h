// SocketClient: the smallest HTTP client over a Unix socket that can misbehave: it sends exactly
// the bytes that it is given and hands out exactly what comes back.
//
// Every wait ends after 20 s with an exception, so that a daemon that does not answer fails a test
// instead of stopping it. Thread safety: belongs to one thread.
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace entrad::fakes {

struct SocketAnswer {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
  nlohmann::json json() const;
  std::string error_kind() const { return json().at("error").at("kind").get<std::string>(); }
  std::string message() const { return json().at("error").at("message").get<std::string>(); }
  std::string hint() const { return json().at("error").value("hint", ""); }
};

struct StreamedEvent {
  std::string name;
  std::string id;
  std::string data;
  nlohmann::json json() const;
};

class SocketClient {
 public:
  explicit SocketClient(const std::filesystem::path& path);
  ~SocketClient();
  SocketClient(SocketClient&& other) noexcept;
  SocketClient& operator=(SocketClient&& other) noexcept;

  // False: the daemon has closed the connection.
  bool send(std::string_view bytes) const;

  static std::string text(const std::string& method, const std::string& target,
                          const std::string& body = {}, const std::string& headers = {});
  SocketAnswer ask(const std::string& method, const std::string& target,
                   const std::string& body = {}, const std::string& headers = {});

  SocketAnswer read_answer();
  // The status line and headers only; the body's bytes follow.
  SocketAnswer read_head();

  // The next event of a chunked stream; comments are counted and skipped. nullopt: the stream has
  // ended, properly or not; see ended_properly().
  std::optional<StreamedEvent> event();
  const std::vector<std::string>& comments() const { return comments_; }
  bool ended_properly() const { return has_last_chunk_; }

  // Waits until the daemon closes the connection. False: it sent something instead.
  bool is_closed() { return rest_.empty() && !fill(); }

 private:
  // Reads more into rest_. False: end of the stream.
  bool fill();
  std::string take(std::size_t bytes);
  std::string line();
  bool read_chunk();
  std::optional<std::string> event_line();

  int descriptor_;
  std::string rest_;    // received, not yet given out
  std::string events_;  // chunks put together
  std::vector<std::string> comments_;
  bool has_last_chunk_ = false;
};

}  // namespace entrad::fakes
