// Time, injected: every wait in the program goes through a Clock, so that a test can drive it.
//
// Two times: `wall()` for stamps that people read, `steady()` for durations, quotas and deadlines.
// SystemClock can run its steady time faster than real time, which is how a restore that takes
// hours under Graph's quotas is rehearsed in minutes against a simulator of the same scale.
// Thread safety: all members may be called from any thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace entrad::base {

using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;
using SteadyTime = std::chrono::time_point<std::chrono::steady_clock, std::chrono::nanoseconds>;
using Duration = std::chrono::nanoseconds;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual WallTime wall() const = 0;
  virtual SteadyTime steady() const = 0;

  // Waits until steady() >= `deadline` or a stop is requested. True: the deadline was reached.
  virtual bool wait_until(SteadyTime deadline, std::stop_token stop) = 0;
  bool wait_for(Duration duration, std::stop_token stop) {
    return wait_until(steady() + duration, std::move(stop));
  }

  // Waits on `changed` (with `lock` held) until notified, the deadline, or a spurious wake-up; the
  // caller checks its condition again. For queues that wake up on work or on time.
  virtual void wait_on(std::condition_variable_any& changed, std::unique_lock<std::mutex>& lock,
                       SteadyTime deadline, std::stop_token stop) = 0;
};

// The machine's clock. `scale` > 1 makes steady time, and only that, run `scale` times as fast.
class SystemClock final : public Clock {
 public:
  explicit SystemClock(double scale = 1.0);
  WallTime wall() const override;
  SteadyTime steady() const override;
  bool wait_until(SteadyTime deadline, std::stop_token stop) override;
  void wait_on(std::condition_variable_any& changed, std::unique_lock<std::mutex>& lock,
               SteadyTime deadline, std::stop_token stop) override;

 private:
  std::chrono::steady_clock::time_point real(SteadyTime scaled) const;

  double scale_;
  std::chrono::steady_clock::time_point origin_;
};

}  // namespace entrad::base
