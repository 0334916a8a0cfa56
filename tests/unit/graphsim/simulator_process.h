// Starts the real graphsim program and talks to it over real sockets.
// Thread safety: one thread. The process ends with the object.
#pragma once

#include <gtest/gtest.h>
#include <sys/types.h>

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace graphsim_test {

using Json = nlohmann::json;
using HeaderMap = std::map<std::string, std::string>;

struct Reply {
  unsigned status = 0;  ///< 0: the connection was closed without an answer
  HeaderMap headers;    ///< names in lower case
  std::string text;
  Json json;

  std::string code() const { return json.at("error").at("code"); }
  std::string message() const { return json.at("error").at("message"); }
};

/// One keep-alive connection to http://127.0.0.1:port, opened when first needed.
class Connection {
 public:
  explicit Connection(unsigned short port);
  ~Connection();
  Reply send(const std::string& method, const std::string& target, const std::string& body,
             const HeaderMap& headers);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

class SimulatorProcess {
 public:
  explicit SimulatorProcess(std::vector<std::string> arguments);
  ~SimulatorProcess();
  const Json& ready() const { return ready_; }
  unsigned short port() const;
  /// SIGTERM, then the exit code.
  int stop();

 private:
  pid_t pid_ = -1;
  Json ready_;
};

/// A simulator with tenant "aurora" (200 users, no lag unless said otherwise), and tokens of its
/// apps.
class SimulatorTest : public testing::Test {
 protected:
  void start(const std::string& tenant = "aurora:users=200,seed=7,lag=0",
             std::vector<std::string> more = {});
  Reply send(const std::string& method, const std::string& target, const Json& body = nullptr,
             HeaderMap headers = {});
  /// Graph calls as the restore app, or as another app named with `as`.
  Reply graph(const std::string& method, const std::string& path, const Json& body = nullptr,
              HeaderMap headers = {});
  Reply get(const std::string& path, HeaderMap headers = {}) {
    return graph("GET", path, nullptr, std::move(headers));
  }
  void as(const std::string& app);
  Reply request_token(const std::map<std::string, std::string>& form, HeaderMap headers = {});
  Json app(const std::string& name);
  Json control(const std::string& method, const std::string& path, const Json& body = nullptr);
  std::string link(const std::string& id) const;
  /// All items of a collection over all pages.
  std::vector<Json> all(const std::string& path, HeaderMap headers = {});
  Json users();
  /// A cloud-only, enabled member without roles.
  Json plain_user(std::size_t skip = 0);
  /// First group of a kind: "security", "microsoft365", "dynamic", "mail", "synced", "role".
  Json group(const std::string& kind);
  std::string create(const std::string& name);

  std::unique_ptr<SimulatorProcess> process_;
  std::unique_ptr<Connection> connection_;
  Json tenant_;
  std::string token_;
};

std::string form_encoded(const std::map<std::string, std::string>& form);

}  // namespace graphsim_test
