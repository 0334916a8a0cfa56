// entrad, the daemon: options, then app.
#include <malloc.h>
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "api/error_table.h"
#include "app/app.h"
#include "app/logging.h"

namespace {

int report(const entrad::base::Error& error) {
  std::fprintf(stderr, "entrad: %s\n", error.message.c_str());
  if (!error.hint.empty()) std::fprintf(stderr, "entrad: hint: %s\n", error.hint.c_str());
  return entrad::api::error_row(error.kind).exit_code;
}

// Every job runs on a thread of its own, and glibc gives threads arenas of their own, whose scraps
// no other can use: over a day that doubles the memory (tests/e2e/soak_test.py). Two are fast
// enough.
void keep_memory_together() { mallopt(M_ARENA_MAX, 2); }

int start(const std::string& file, bool only_check, double time_scale) {
  auto config = entrad::app::load_config(file);
  if (!config) return report(config.error());
  if (only_check) {
    std::printf("%s: good, %zu tenant(s)\n", file.c_str(), config->tenants.size());
    return 0;
  }
  entrad::app::set_up_logging(config->log_level);
  const auto ended = entrad::app::run({std::move(*config), ENTRAD_VERSION, time_scale});
  return ended ? 0 : report(ended.error());
}

}  // namespace

int main(int argc, char** argv) {
  keep_memory_together();
  CLI::App options("entrad backs up Microsoft Entra ID users and restores them.", "entrad");
  std::string file = "/etc/entrad/entrad.toml";
  bool only_check = false;
  double time_scale = 1.0;
  options.add_option("--config", file, "configuration file")->capture_default_str();
  options.add_flag("--check-config", only_check, "read the configuration, say what is wrong, exit");
  options
      .add_option("--time-scale", time_scale,
                  "run quotas and waits this many times faster; only against a simulator")
      ->check(CLI::Range(1.0, 10000.0));
  options.set_version_flag("--version", "entrad " ENTRAD_VERSION);
  try {
    options.parse(argc, argv);
  } catch (const CLI::ParseError& wrong) {
    return options.exit(wrong) == 0 ? 0 : entrad::api::exit_usage;
  }
  try {
    return start(file, only_check, time_scale);
  } catch (const std::exception& broken) {
    std::fprintf(stderr,
                 "entrad: %s\nentrad: hint: this is a mistake in entrad: please report it\n",
                 broken.what());
    return entrad::api::exit_failed;
  }
}
