// Watchdog: tells systemd that the daemon lives, as often as WatchdogSec= of the unit asks, and
// only while what it looks at makes progress. A daemon whose I/O thread or store writer hangs is
// killed by systemd and started again; its queue goes on where it was. Thread safety: belongs to
// the main thread; it looks on a thread of its own.
#pragma once

#include <functional>
#include <thread>

namespace entrad::app {

class Watchdog {
 public:
  // `look` returns when all is well, however long that takes. Without a watchdog in the unit
  // nothing is done.
  explicit Watchdog(std::function<void()> look);
  ~Watchdog();  // as stop()
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  // Waits for a look that has begun. systemd asks for no sign of life while it stops a unit.
  void stop();

 private:
  std::jthread thread_;
};

}  // namespace entrad::app
