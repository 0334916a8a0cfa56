// Parts: the work, the client as a child process, what the simulator counted.
#include "graph_bench_run.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "base/json.h"
#include "fakes/graphsim_process.h"

namespace entrad::bench {
namespace {

using nlohmann::json;

constexpr std::size_t kTenantUsers = 1000;

// What a restore puts into the POST that re-creates a user.
json user_to_create(std::size_t number, const std::string& domain) {
  char name[32];
  std::snprintf(name, sizeof name, "person%06zu", number);
  return {
      {"accountEnabled", true},
      {"displayName", "Person " + std::to_string(number)},
      {"mailNickname", name},
      {"userPrincipalName", std::string(name) + "@" + domain},
      {"givenName", "Person"},
      {"surname", "Number " + std::to_string(number)},
      {"jobTitle", "Analyst"},
      {"department", "Department " + std::to_string(number % 40)},
      {"officeLocation", std::to_string(number % 9) + "/" + std::to_string(number % 77)},
      {"city", "Oslo"},
      {"country", "Norway"},
      {"usageLocation", "NO"},
      {"passwordProfile",
       {{"password", "x7!" + std::string(name) + "Qz"}, {"forceChangePasswordNextSignIn", true}}}};
}

void write(const std::filesystem::path& file, const json& content) {
  std::ofstream(file) << base::json_text(content);
}

// A job and the users in files of a directory that goes with the object.
class Job {
 public:
  Job(const Setup& setup, const fakes::GraphsimProcess& sim) {
    json users = json::array();
    const std::string domain = sim.described("aurora").at("customDomain");
    for (std::size_t number = 0; number < setup.users; ++number)
      users.push_back(user_to_create(number, domain));
    write(directory_.path() / "users.json", users);
    const graph::Tenant tenant = sim.tenant("aurora");
    write(file(), {{"graph", sim.https()},
                   {"login", sim.https()},
                   {"caFile", sim.ca_file().string()},
                   {"tenantId", tenant.tenant_id},
                   {"clientId", tenant.restore->client_id},
                   {"secretFile", tenant.restore->client_secret_file.string()},
                   {"tenantUsers", kTenantUsers},
                   {"users", (directory_.path() / "users.json").string()},
                   {"timeScale", setup.time_scale},
                   {"quotas", setup.source_folder + "/config/quotas.json"},
                   {"modules", setup.modules},
                   {"scriptAtOnce", setup.at_once}});
  }
  std::string file() const { return (directory_.path() / "job.json").string(); }

 private:
  fakes::TemporaryDirectory directory_;
};

struct Ended {
  std::string said;
  double cpu_seconds = 0;
};

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

pid_t start(std::vector<std::string> command, const std::string& variable, int output) {
  std::vector<char*> arguments;
  for (std::string& word : command) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  std::string extra = variable;
  std::vector<char*> variables{extra.data()};
  for (char** each = environ; *each != nullptr; ++each) variables.push_back(*each);
  variables.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  pid_t pid = -1;
  const int failed =
      posix_spawnp(&pid, arguments[0], &actions, nullptr, arguments.data(), variables.data());
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw std::runtime_error("cannot start " + command[0]);
  return pid;
}

// `variable` is one more of the environment.
Ended run(const std::vector<std::string>& command, const std::string& variable) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  const pid_t pid = start(command, variable, ends[1]);
  close(ends[1]);
  Ended ended;
  char buffer[4096];
  for (ssize_t got = 0; (got = read(ends[0], buffer, sizeof buffer)) > 0;)
    ended.said.append(buffer, static_cast<std::size_t>(got));
  close(ends[0]);
  int status = 0;
  rusage usage{};
  wait4(pid, &status, 0, &usage);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    throw std::runtime_error(command[0] + " ended with an error");
  ended.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  return ended;
}

void count_windows(std::vector<double> times, Measured& out) {
  if (times.empty()) return;
  std::sort(times.begin(), times.end());
  const double first = times.front();
  out.seconds = times.back() - first;
  out.windows = static_cast<std::uint64_t>(out.seconds / kWindowSeconds);
  if (out.windows == 0) return;
  const auto windows = static_cast<double>(out.windows);
  const auto end = std::lower_bound(times.begin(), times.end(), first + windows * kWindowSeconds);
  out.writes_a_window = static_cast<double>(end - times.begin()) / windows;
}

Measured measured(const json& counters, const Ended& ended) {
  Measured out;
  const json said = base::read_json(ended.said);
  out.failed = said.at("failed");
  out.why = said.at("why");
  out.writes = counters.at("writes");
  out.requests = counters.at("requests");
  out.throttled = counters.at("throttled");
  out.created = counters.at("usersCreated");
  std::vector<double> times;
  for (const json& milliseconds : counters.at("writeTimesMs"))
    times.push_back(milliseconds.get<double>() / 1000);
  count_windows(std::move(times), out);
  if (out.writes > 0)
    out.cpu_microseconds_each = ended.cpu_seconds * 1e6 / static_cast<double>(out.writes);
  return out;
}

Measured run_client(const Setup& setup, std::vector<std::string> command) {
  fakes::GraphsimOptions options;
  options.tenants = {"aurora:users=" + std::to_string(kTenantUsers) + ",seed=7,lag=0"};
  options.time_scale = setup.time_scale;
  options.quotas = setup.source_folder + "/config/quotas.json";
  options.https = true;
  const fakes::GraphsimProcess sim(options);
  if (setup.latency > 0)
    sim.fault({{"match", json::object()}, {"action", "delay"}, {"seconds", setup.latency}});
  const Job job(setup, sim);
  command.push_back(job.file());
  const Ended ended = run(command, "NODE_EXTRA_CA_CERTS=" + sim.ca_file().string());
  return measured(sim.get("/_control/counters"), ended);
}

}  // namespace

double Measured::share_of_quota() const { return writes_a_window / kWindowWrites; }

double Measured::share_throttled() const {
  return requests == 0 ? 0 : static_cast<double>(throttled) / static_cast<double>(requests);
}

Measured run_ours(const Setup& setup) {
  return run_client(setup, {setup.binary_folder + "/graph_bench_ours"});
}

Measured run_script(const Setup& setup) {
  return run_client(setup, {"node", setup.source_folder + "/tests/bench/graph_bench_script.mjs"});
}

}  // namespace entrad::bench
