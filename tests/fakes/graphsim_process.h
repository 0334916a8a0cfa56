// GraphsimProcess: the real Graph simulator as a child process of a test, with its control
// interface. Header-only; link a library that brings Poco::Net (entrad_graph does).
//
// The program is `graphsim` in ENTRAD_BINARY_DIR. It is started on a free port, waited for through
// its ready file, and ended with the object. Failures to start throw.
// Thread safety: control calls may come from any thread.
#pragma once

#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/StreamCopier.h>
#include <Poco/URI.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "graph/tenant.h"

namespace entrad::fakes {

// A directory that goes with the object.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "entrad-test-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make " + pattern);
    path_ = pattern;
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

struct GraphsimOptions {
  std::vector<std::string> tenants{"aurora:users=100,seed=7,lag=0"};  // as --tenant takes them
  double time_scale = 1;
  std::filesystem::path quotas;  // empty: no quotas
  std::filesystem::path log;     // empty: none
  bool https = false;
};

class GraphsimProcess {
 public:
  explicit GraphsimProcess(const GraphsimOptions& options = {}) {
    start(arguments(options));
    try {
      read_ready_file();
      tenants_ = get("/_control/tenants").at("tenants");
    } catch (...) {
      end();
      throw;
    }
  }
  ~GraphsimProcess() { end(); }
  GraphsimProcess(const GraphsimProcess&) = delete;
  GraphsimProcess& operator=(const GraphsimProcess&) = delete;

  const std::string& http() const { return http_; }
  const std::string& https() const { return https_; }
  std::filesystem::path ca_file() const { return directory_.path() / "ca.pem"; }
  pid_t pid() const { return pid_; }

  // Control calls: `path` with its query. Throw when the answer is none of 2xx.
  nlohmann::json get(const std::string& path) const { return call("GET", path, nullptr); }
  nlohmann::json post(const std::string& path, const nlohmann::json& body) const {
    return call("POST", path, body);
  }
  nlohmann::json put(const std::string& path, const nlohmann::json& body) const {
    return call("PUT", path, body);
  }
  nlohmann::json remove(const std::string& path) const { return call("DELETE", path, nullptr); }

  nlohmann::json dump(const std::string& tenant, bool ids = true) const {
    return get("/_control/tenants/" + tenant + "/dump" + (ids ? "" : "?ids=false"));
  }
  // Lets `count` requests that match meet a fault; see the simulator's page for both objects.
  void fault(nlohmann::json fault) const {
    post("/_control/faults", {{"faults", nlohmann::json::array({std::move(fault)})}, {"seed", 1}});
  }

  // What `GET /_control/tenants` says about one tenant.
  const nlohmann::json& described(const std::string& tenant) const {
    for (const auto& row : tenants_)
      if (row.at("name") == tenant) return row;
    throw std::runtime_error("the simulator has no tenant " + tenant);
  }
  const nlohmann::json& app(const std::string& tenant, const std::string& name) const {
    for (const auto& row : described(tenant).at("apps"))
      if (row.at("name") == name) return row;
    throw std::runtime_error("tenant " + tenant + " has no app " + name);
  }

  // The tenant as the daemon's configuration would give it, secrets in files of ours.
  graph::Tenant tenant(const std::string& name) const {
    graph::Tenant out;
    out.name = name;
    out.tenant_id = described(name).at("tenantId").get<std::string>();
    out.endpoints = {http_, http_};
    out.backup = credential(name, "backup");
    out.restore = credential(name, "restore");
    return out;
  }

 private:
  std::filesystem::path ready_file() const { return directory_.path() / "ready.json"; }

  std::vector<std::string> arguments(const GraphsimOptions& options) const {
    std::vector<std::string> out{std::string(ENTRAD_BINARY_DIR) + "/graphsim", "--http", "0",
                                 "--ready-file", ready_file().string()};
    const auto add = [&](const char* option, const std::string& value) {
      out.emplace_back(option);
      out.push_back(value);
    };
    if (options.https) {
      add("--https", "0");
      add("--ca-out", ca_file().string());
    }
    for (const auto& tenant : options.tenants) add("--tenant", tenant);
    if (options.time_scale != 1) add("--time-scale", std::to_string(options.time_scale));
    if (!options.quotas.empty()) add("--quotas", options.quotas.string());
    if (!options.log.empty()) add("--log", options.log.string());
    return out;
  }

  void start(std::vector<std::string> arguments) {
    std::vector<char*> raw;
    for (auto& argument : arguments) raw.push_back(argument.data());
    raw.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    const int failed = posix_spawn(&pid_, raw[0], &actions, nullptr, raw.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) throw std::runtime_error("cannot start " + arguments[0]);
  }

  // There is no event to wait for before the file is there: this polls, for at most a minute.
  void read_ready_file() {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (!std::filesystem::exists(ready_file())) {
      if (waitpid(pid_, nullptr, WNOHANG) == pid_) {
        pid_ = -1;
        throw std::runtime_error("graphsim ended before it was ready");
      }
      if (std::chrono::steady_clock::now() > deadline)
        throw std::runtime_error("graphsim was not ready in a minute");
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    std::ifstream file(ready_file());
    const auto ready = nlohmann::json::parse(file);
    http_ = ready.at("http").get<std::string>();
    https_ = ready.value("https", std::string());
  }

  void end() {
    if (pid_ <= 0) return;
    kill(pid_, SIGTERM);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (waitpid(pid_, nullptr, WNOHANG) == 0) {
      if (std::chrono::steady_clock::now() > deadline) kill(pid_, SIGKILL);
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    pid_ = -1;
  }

  nlohmann::json call(const std::string& method, const std::string& path,
                      const nlohmann::json& body) const {
    const Poco::URI uri(http_);
    Poco::Net::HTTPClientSession session(uri.getHost(), uri.getPort());
    session.setTimeout(Poco::Timespan(120, 0));
    Poco::Net::HTTPRequest request(method, path, Poco::Net::HTTPMessage::HTTP_1_1);
    const std::string text = body.is_null() ? "" : body.dump();
    request.setContentType("application/json");
    request.setContentLength(static_cast<std::streamsize>(text.size()));
    session.sendRequest(request) << text;
    Poco::Net::HTTPResponse response;
    std::string answer;
    Poco::StreamCopier::copyToString(session.receiveResponse(response), answer);
    if (response.getStatus() / 100 != 2)
      throw std::runtime_error(method + " " + path + ": " + std::to_string(response.getStatus()) +
                               " " + answer);
    return answer.empty() ? nlohmann::json() : nlohmann::json::parse(answer);
  }

  graph::Credential credential(const std::string& tenant_name, const std::string& app_name) const {
    const auto& row = app(tenant_name, app_name);
    const auto file = directory_.path() / (tenant_name + "-" + app_name + ".secret");
    std::ofstream(file) << row.at("secret").get<std::string>();
    std::filesystem::permissions(
        file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    return {row.at("clientId").get<std::string>(), file, {}};
  }

  TemporaryDirectory directory_;
  pid_t pid_ = -1;
  std::string http_;
  std::string https_;
  nlohmann::json tenants_;
};

}  // namespace entrad::fakes
