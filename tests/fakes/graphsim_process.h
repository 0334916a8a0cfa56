// GraphsimProcess: the real Graph simulator as a child process of a test, with its control
// interface.
//
// The program is `graphsim` in binary_folder(). It is started on a free port, waited for through
// its ready file, and ended with the object. Failures to start throw.
// Thread safety: control calls may come from any thread.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "fakes/temporary_directory.h"
#include "graph/tenant.h"

namespace entrad::fakes {

struct GraphsimOptions {
  std::vector<std::string> tenants{"aurora:users=100,seed=7,lag=0"};  // as --tenant takes them
  double time_scale = 1;
  std::filesystem::path quotas;  // empty: no quotas
  std::filesystem::path log;     // empty: none
  bool https = false;
};

class GraphsimProcess {
 public:
  explicit GraphsimProcess(const GraphsimOptions& options = {});
  ~GraphsimProcess();
  GraphsimProcess(const GraphsimProcess&) = delete;
  GraphsimProcess& operator=(const GraphsimProcess&) = delete;

  const std::string& http() const { return http_; }
  const std::string& https() const { return https_; }
  std::filesystem::path ca_file() const { return directory_.path() / "ca.pem"; }
  pid_t pid() const { return pid_; }

  // Control calls: `path` with its query. Throw when the answer is none of 2xx.
  nlohmann::json get(const std::string& path) const;
  nlohmann::json post(const std::string& path, const nlohmann::json& body) const;
  nlohmann::json put(const std::string& path, const nlohmann::json& body) const;
  nlohmann::json remove(const std::string& path) const;

  // One more app registration, with the secret and permissions of `like`.
  void add_app(const std::string& tenant, const std::string& name, const std::string& like);

  nlohmann::json dump(const std::string& tenant, bool ids = true) const;
  // Lets `count` requests that match meet a fault; see the simulator's page for both objects.
  void fault(nlohmann::json fault) const;

  // What `GET /_control/tenants` says about one tenant.
  const nlohmann::json& described(const std::string& tenant) const;
  const nlohmann::json& app(const std::string& tenant, const std::string& name) const;

  // The tenant as the daemon's configuration would give it, secrets in files of ours.
  graph::Tenant tenant(const std::string& name) const;

 private:
  std::filesystem::path ready_file() const { return directory_.path() / "ready.json"; }
  std::vector<std::string> arguments(const GraphsimOptions& options) const;
  void start(std::vector<std::string> arguments);
  void read_ready_file();
  void end();
  nlohmann::json call(const std::string& method, const std::string& path,
                      const nlohmann::json& body) const;
  graph::Credential credential(const std::string& tenant_name, const std::string& app_name) const;

  TemporaryDirectory directory_;
  pid_t pid_ = -1;
  std::string http_;
  std::string https_;
  nlohmann::json tenants_;
};

}  // namespace entrad::fakes
