// graph_bench: how well Graph's write quota is used, by entrad and by the plain script that an
// administrator would write: Microsoft's JavaScript client with its retry middleware, from npm.
//
// Both do the same work in turn, each against a simulator of its own under Graph's published quotas
// (3,000 writes in any 150 s), over TLS: they create users and then block each of them, 12,400
// writes, more than four windows full. entrad sends batches, the script eight requests at once. The
// simulator's time and both clients' waits run --time-scale times as fast as real time; Graph
// answers after --latency seconds of its time.
//
// How to read the table:
// - writes a window: accepted in the whole windows between the first and the last write, over the
//   number of these windows. 3,000 is all that there is; entrad leaves 27 free for urgent calls.
// - answers 429: requests that Graph refused because the quota was used up; each item of a batch is
//   a request. The script gives a request up after three.
// - CPU a write: user and system time of the client's process from start to end, over the writes
//   that Graph accepted. The simulator's time is in neither.
// Then one line a goal, NAME VALUE GOAL ok|short; the exit code is 1 when one falls short, and 77
// where npm's package cannot be had. A machine that is busy with other things makes the windows
// worse, hardly the CPU time; a smaller --time-scale helps.
#include <sys/wait.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "base/json.h"
#include "fakes/places.h"
#include "graph_bench_run.h"

namespace {

using entrad::bench::Measured;
using entrad::bench::Setup;
using nlohmann::json;

constexpr const char* kPackage = "@microsoft/microsoft-graph-client";
constexpr const char* kVersion = "3.0.7";

struct Goal {
  const char* name;
  double value;
  double bound;
  bool at_least;
  bool reached() const { return at_least ? value >= bound : value <= bound; }
};

double ratio(double ours, double theirs) { return theirs == 0 ? 0 : ours / theirs; }

std::vector<Goal> goals(const Measured& ours, const Measured& script) {
  return {{"graph_share_of_write_quota", ours.share_of_quota(), 0.97, true},
          {"graph_share_throttled", ours.share_throttled(), 0.001, false},
          {"graph_cpu_over_script", ratio(ours.cpu_microseconds_each, script.cpu_microseconds_each),
           1.0 / 3, false}};
}

struct Row {
  const char* name;
  const char* format;
  double ours;
  double script;
};

std::vector<Row> rows(const Measured& ours, const Measured& script) {
  const auto number = [](std::uint64_t count) { return static_cast<double>(count); };
  return {{"whole windows", "%.0f", number(ours.windows), number(script.windows)},
          {"writes a window", "%.0f", ours.writes_a_window, script.writes_a_window},
          {"  % of the quota", "%.1f", 100 * ours.share_of_quota(), 100 * script.share_of_quota()},
          {"requests", "%.0f", number(ours.requests), number(script.requests)},
          {"answers 429", "%.0f", number(ours.throttled), number(script.throttled)},
          {"  % of requests", "%.2f", 100 * ours.share_throttled(), 100 * script.share_throttled()},
          {"CPU a write, us", "%.0f", ours.cpu_microseconds_each, script.cpu_microseconds_each},
          {"users created", "%.0f", number(ours.created), number(script.created)},
          {"requests given up", "%.0f", number(ours.failed), number(script.failed)},
          {"took, s of Graph", "%.0f", ours.seconds, script.seconds}};
}

void print_table(const Measured& ours, const Measured& script) {
  std::printf("%-18s %12s %12s %8s\n", "", "entrad", "script", "ratio");
  for (const Row& row : rows(ours, script)) {
    char left[32];
    char right[32];
    std::snprintf(left, sizeof left, row.format, row.ours);
    std::snprintf(right, sizeof right, row.format, row.script);
    std::printf("%-18s %12s %12s", row.name, left, right);
    if (row.script == 0)
      std::printf(" %8s\n", "-");
    else
      std::printf(" %8.2f\n", row.ours / row.script);
  }
  if (!ours.why.empty()) std::printf("entrad gave up first: %s\n", ours.why.c_str());
  if (!script.why.empty()) std::printf("script gave up first: %s\n", script.why.c_str());
  for (const Goal& goal : goals(ours, script))
    std::printf("%s %.4f %.4f %s\n", goal.name, goal.value, goal.bound,
                goal.reached() ? "ok" : "short");
}

json json_of(const Measured& measured) {
  return {{"windows", measured.windows},
          {"writesAWindow", measured.writes_a_window},
          {"shareOfQuota", measured.share_of_quota()},
          {"writes", measured.writes},
          {"requests", measured.requests},
          {"throttled", measured.throttled},
          {"shareThrottled", measured.share_throttled()},
          {"cpuMicrosecondsAWrite", measured.cpu_microseconds_each},
          {"usersCreated", measured.created},
          {"givenUp", measured.failed},
          {"why", measured.why},
          {"seconds", measured.seconds}};
}

void print_json(const Setup& setup, const Measured& ours, const Measured& script) {
  json out = {{"users", setup.users},
              {"timeScale", setup.time_scale},
              {"entrad", json_of(ours)},
              {"script", json_of(script)},
              {"goals", json::array()}};
  for (const Goal& goal : goals(ours, script))
    out["goals"].push_back({{"name", goal.name},
                            {"value", goal.value},
                            {"goal", goal.bound},
                            {"reached", goal.reached()}});
  std::puts(entrad::base::json_text(out, 2).c_str());
}

// 0, or the exit code of what could not install it.
int install_script_client(const Setup& setup) {
  const std::string command = "python3 -B '" + setup.source_folder + "/tests/interop/npm.py' '" +
                              setup.modules + "' " + kPackage + " " + kVersion;
  const int status = std::system(command.c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int measure(const Setup& setup, bool as_json) {
  if (const int trouble = install_script_client(setup); trouble != 0) return trouble;
  const Measured ours = run_ours(setup);
  const Measured script = run_script(setup);
  if (as_json)
    print_json(setup, ours, script);
  else
    print_table(ours, script);
  for (const Goal& goal : goals(ours, script))
    if (!goal.reached()) return 1;
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Setup setup;
  setup.source_folder = entrad::fakes::source_folder();
  setup.binary_folder = entrad::fakes::binary_folder();
  setup.modules = setup.binary_folder + "/bench/graph-client";
  bool quick = false;
  bool as_json = false;
  CLI::App app("The use of Graph's write quota, by entrad and by a plain script", "graph_bench");
  app.add_flag("--quick", quick, "two windows at 60 times the speed: shows that it works");
  app.add_flag("--json", as_json, "JSON instead of the table");
  app.add_option("--users", setup.users, "to create and to block")->capture_default_str();
  app.add_option("--time-scale", setup.time_scale, "how fast time runs")->capture_default_str();
  app.add_option("--latency", setup.latency, "of Graph, in seconds of its time")
      ->capture_default_str();
  app.add_option("--at-once", setup.at_once, "requests of the script")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  if (quick) {
    setup.users = 3200;
    setup.time_scale = 60;
  }
  try {
    return measure(setup, as_json);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "graph_bench: %s\n", error.what());
    return 2;
  }
}
