#include "fakes/graphsim_process.h"

#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/StreamCopier.h>
#include <Poco/URI.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "base/json.h"
#include "fakes/places.h"

namespace entrad::fakes {

using nlohmann::json;

GraphsimProcess::GraphsimProcess(const GraphsimOptions& options) {
  start(arguments(options));
  try {
    read_ready_file();
    tenants_ = get("/_control/tenants").at("tenants");
  } catch (...) {
    end();
    throw;
  }
}

GraphsimProcess::~GraphsimProcess() { end(); }

json GraphsimProcess::get(const std::string& path) const { return call("GET", path, nullptr); }
json GraphsimProcess::post(const std::string& path, const json& body) const {
  return call("POST", path, body);
}
json GraphsimProcess::put(const std::string& path, const json& body) const {
  return call("PUT", path, body);
}
json GraphsimProcess::remove(const std::string& path) const {
  return call("DELETE", path, nullptr);
}

void GraphsimProcess::add_app(const std::string& tenant, const std::string& name,
                              const std::string& like) {
  post("/_control/tenants/" + tenant + "/apps", {{"name", name}, {"like", like}});
  tenants_ = get("/_control/tenants").at("tenants");
}

json GraphsimProcess::dump(const std::string& tenant, bool ids) const {
  return get("/_control/tenants/" + tenant + "/dump" + (ids ? "" : "?ids=false"));
}

void GraphsimProcess::fault(json fault) const {
  post("/_control/faults", {{"faults", json::array({std::move(fault)})}, {"seed", 1}});
}

const json& GraphsimProcess::described(const std::string& tenant) const {
  for (const auto& row : tenants_)
    if (row.at("name") == tenant) return row;
  throw std::runtime_error("the simulator has no tenant " + tenant);
}
const json& GraphsimProcess::app(const std::string& tenant, const std::string& name) const {
  for (const auto& row : described(tenant).at("apps"))
    if (row.at("name") == name) return row;
  throw std::runtime_error("tenant " + tenant + " has no app " + name);
}

graph::Tenant GraphsimProcess::tenant(const std::string& name) const {
  graph::Tenant out;
  out.name = name;
  out.tenant_id = described(name).at("tenantId").get<std::string>();
  out.endpoints = {http_, http_};
  out.backup = credential(name, "backup");
  out.restore = credential(name, "restore");
  for (const auto& row : described(name).at("apps")) {
    const std::string app = row.at("name");
    if (app.starts_with("backup-")) out.backup_pool.push_back(credential(name, app));
    if (app.starts_with("restore-")) out.restore_pool.push_back(credential(name, app));
  }
  return out;
}

std::vector<std::string> GraphsimProcess::arguments(const GraphsimOptions& options) const {
  std::vector<std::string> out{fakes::binary_folder() / "graphsim", "--http", "0", "--ready-file",
                               ready_file().string()};
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

void GraphsimProcess::start(std::vector<std::string> arguments) {
  std::vector<char*> raw;
  for (auto& argument : arguments) raw.push_back(argument.data());
  raw.push_back(nullptr);
  pid_ = fork();
  if (pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that crashes must not leave its output open
    dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO);
    execv(raw[0], raw.data());
    _exit(127);
  }
  if (pid_ < 0) throw std::runtime_error("cannot start " + arguments[0]);
}

// There is no event to wait for before the file is there: this polls, for at most a minute.
void GraphsimProcess::read_ready_file() {
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
  const auto ready = base::read_json(std::string(std::istreambuf_iterator<char>(file), {}));
  http_ = ready.at("http").get<std::string>();
  https_ = ready.value("https", std::string());
}

void GraphsimProcess::end() {
  if (pid_ <= 0) return;
  kill(pid_, SIGTERM);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (waitpid(pid_, nullptr, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() > deadline) kill(pid_, SIGKILL);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  pid_ = -1;
}

json GraphsimProcess::call(const std::string& method, const std::string& path,
                           const json& body) const {
  const Poco::URI uri(http_);
  Poco::Net::HTTPClientSession session(uri.getHost(), uri.getPort());
  session.setTimeout(Poco::Timespan(120, 0));
  Poco::Net::HTTPRequest request(method, path, Poco::Net::HTTPMessage::HTTP_1_1);
  const std::string text = body.is_null() ? "" : base::json_text(body);
  request.setContentType("application/json");
  request.setContentLength(static_cast<std::streamsize>(text.size()));
  session.sendRequest(request) << text;
  Poco::Net::HTTPResponse response;
  std::string answer;
  Poco::StreamCopier::copyToString(session.receiveResponse(response), answer);
  if (response.getStatus() / 100 != 2)
    throw std::runtime_error(method + " " + path + ": " + std::to_string(response.getStatus()) +
                             " " + answer);
  return answer.empty() ? json() : base::read_json(answer);
}

graph::Credential GraphsimProcess::credential(const std::string& tenant_name,
                                              const std::string& app_name) const {
  const auto& row = app(tenant_name, app_name);
  const auto file = directory_.path() / (tenant_name + "-" + app_name + ".secret");
  std::ofstream(file) << row.at("secret").get<std::string>();
  std::filesystem::permissions(
      file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  graph::Credential out;
  out.client_id = row.at("clientId").get<std::string>();
  out.client_secret_file = file;
  return out;
}

}  // namespace entrad::fakes
