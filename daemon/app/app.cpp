#include "app/app.h"

#include <spdlog/spdlog.h>
#include <systemd/sd-daemon.h>

#include <csignal>

#include "app/quota_keeper.h"
#include "app/watchdog.h"
#include "control/server.h"
#include "graph/quota/governor.h"
#include "graph/session.h"
#include "jobs/queue.h"
#include "store/store.h"

namespace entrad::app {
namespace {

// Blocked before any thread starts, so that only wait_for_stop() sees them.
sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return signals;
}

void wait_for_stop(const sigset_t& signals) {
  for (;;) {
    int signal = 0;
    sigwait(&signals, &signal);
    if (signal == SIGTERM || signal == SIGINT) return;
    spdlog::info("SIGHUP: the configuration is read at start only; restart to apply changes");
  }
}

base::Result<graph::Quotas> load_quotas(const Config& config) {
  if (config.quotas_file.empty()) return graph::Quotas::published();
  return graph::Quotas::load(config.quotas_file);
}

}  // namespace

base::Result<void> run(const Options& options) {
  const Config& config = options.config;
  const sigset_t signals = block_signals();
  base::SystemClock clock(options.time_scale);
  auto quotas = load_quotas(config);
  if (!quotas) return base::pass(quotas);
  store::Options place{.directory = config.state_directory};
  place.say = [](const std::string& words) { spdlog::info("{}", words); };
  auto store = store::Store::open(place, clock);
  if (!store) return base::pass(store);
  graph::Governor governor(std::move(*quotas), clock);
  QuotaKeeper quota_keeper(**store, governor, options.time_scale);
  graph::Sessions sessions(config.tenants, governor, clock);
  jobs::Queue queue(**store, sessions, clock, config.retentions, config.limits);
  auto server = control::Server::listen(
      config.socket, control::Services{**store, queue, sessions, clock, options.version});
  if (!server) return base::pass(server);

  queue.start();
  (*server)->start();
  spdlog::info("entrad {} serves {} tenant(s) on {}", options.version, config.tenants.size(),
               config.socket.string());
  sd_notify(0, "READY=1\nSTATUS=serving");
  Watchdog watchdog([&] {
    (*server)->wait_for_io();
    (*store)->wait_for_writer();
  });

  wait_for_stop(signals);
  spdlog::info("stopping: running jobs go on at the next start");
  sd_notify(0, "STOPPING=1\nSTATUS=stopping");
  watchdog.stop();
  (*server)->stop();
  queue.stop();
  quota_keeper.stop();
  spdlog::info("stopped");
  return {};
}

}  // namespace entrad::app
