// LoopbackServer: a small real HTTP server on 127.0.0.1 whose answers a function makes.
// Thread safety: the function is called from the server's threads, one request at a time; seen()
// may be called from any thread.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace entrad::fakes {

struct Asked {
  std::string method;
  std::string path;
  std::map<std::string, std::string> query;    // decoded
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;

  std::string header(const std::string& name) const;  // "" where there is none
  std::string parameter(const std::string& name) const;
  std::map<std::string, std::string> form() const;  // of a form's body, decoded
};

struct Answered {
  int status = 200;
  std::string body;
  std::map<std::string, std::string> headers = {};  // a Date of one's own replaces the server's
};

class LoopbackServer {
 public:
  using Respond = std::function<Answered(const Asked&)>;

  explicit LoopbackServer(Respond respond);
  ~LoopbackServer();
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  std::string origin() const;  // "http://127.0.0.1:PORT"
  std::vector<Asked> seen() const;

 private:
  struct Inside;
  const std::unique_ptr<Inside> inside_;
};

}  // namespace entrad::fakes
