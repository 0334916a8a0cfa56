// App: the daemon put together. Start order: store, governor, its keeper, sessions, socket, queue,
// READY.
// Stop order: socket, queue (running jobs stop at their next safe point), keeper, store.
// Thread safety: run() belongs to the main thread; it blocks the signals it waits for in all
// threads.
#pragma once

#include <string>

#include "app/config.h"
#include "base/result.h"

namespace entrad::app {

struct Options {
  Config config;
  std::string version;
  double time_scale = 1.0;  // of steady time; more than 1 only against a simulator
};

// Returns after SIGTERM or SIGINT. Errors: everything that keeps the daemon from starting.
base::Result<void> run(const Options& options);

}  // namespace entrad::app
