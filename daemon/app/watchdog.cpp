#include "app/watchdog.h"

#include <systemd/sd-daemon.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <utility>

namespace entrad::app {

Watchdog::Watchdog(std::function<void()> look) {
  std::uint64_t limit = 0;  // microseconds
  if (sd_watchdog_enabled(/*unset_environment=*/1, &limit) <= 0) return;
  thread_ = std::jthread([look = std::move(look), period = std::chrono::microseconds(limit / 3)](
                             const std::stop_token& stop) {
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any never;
    while (!stop.stop_requested()) {
      look();
      sd_notify(0, "WATCHDOG=1");
      never.wait_for(lock, stop, period, [] { return false; });
    }
  });
}

Watchdog::~Watchdog() { stop(); }

void Watchdog::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
}

}  // namespace entrad::app
