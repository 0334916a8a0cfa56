// TestClock: a base::Clock whose time a test moves.
//
// It stands still until advance() is called. With auto_advance(n) it moves by itself to the
// earliest deadline as soon as `n` threads wait in it at once, so that hours of waiting pass in
// moments. Steady and wall time move together.
// Thread safety: every member may be called from any thread. Waits end every 100 microseconds of
// real time for another look, so that nobody has to know whose condition variable to notify.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "base/clock.h"

namespace entrad::fakes {

class TestClock final : public base::Clock {
 public:
  base::WallTime wall() const override {
    const std::lock_guard lock(mutex_);
    return wall_ + std::chrono::duration_cast<std::chrono::milliseconds>(now_ - kStart);
  }
  base::SteadyTime steady() const override {
    const std::lock_guard lock(mutex_);
    return now_;
  }

  void set_wall(base::WallTime wall) {
    const std::lock_guard lock(mutex_);
    wall_ = wall - std::chrono::duration_cast<std::chrono::milliseconds>(now_ - kStart);
  }
  void advance(base::Duration time) {
    const std::lock_guard lock(mutex_);
    now_ += time;
    ++steps_;
  }
  // 0: only advance() moves it.
  void auto_advance(std::size_t threads) {
    const std::lock_guard lock(mutex_);
    threads_ = threads;
  }
  // How many threads wait at this moment.
  std::size_t waiting() const {
    const std::lock_guard lock(mutex_);
    return waits_.size();
  }

  bool wait_until(base::SteadyTime deadline, std::stop_token stop) override {
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any never;
    while (!stop.stop_requested() && steady() < deadline) wait_on(never, lock, deadline, stop);
    return !stop.stop_requested();
  }

  // Comes back after a look even when nothing has happened: the caller looks at its condition
  // again, so that a notification that met the end of a look is not lost.
  void wait_on(std::condition_variable_any& changed, std::unique_lock<std::mutex>& lock,
               base::SteadyTime deadline, std::stop_token stop) override {
    if (stop.stop_requested() || steady() >= deadline) return;
    const Waiting waiting(*this, {&changed, deadline});
    if (changed.wait_for(lock, kLook) == std::cv_status::timeout) jump_if_all_wait();
  }

 private:
  static constexpr base::SteadyTime kStart{std::chrono::hours(1)};
  static constexpr auto kLook = std::chrono::microseconds(100);

  // What a thread waits for, to tell a new wait from another look.
  using Aim = std::pair<const void*, base::SteadyTime>;

  struct Waiting {
    Waiting(TestClock& of, Aim aim) : clock(of) {
      const std::lock_guard lock(clock.mutex_);
      Aim& last = clock.last_aims_[std::this_thread::get_id()];
      if (last != aim) ++clock.steps_;  // the thread has done something in between
      last = aim;
      at = clock.waits_.emplace(aim.second, clock.steps_);
    }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;
    ~Waiting() {
      const std::lock_guard lock(clock.mutex_);
      clock.waits_.erase(at);
    }
    TestClock& clock;
    std::multimap<base::SteadyTime, std::uint64_t>::iterator at;
  };

  // Only when every thread has looked at its condition since the last step of any: one that was
  // just notified may not have got up yet.
  void jump_if_all_wait() {
    const std::lock_guard lock(mutex_);
    if (threads_ == 0 || waits_.size() < threads_) return;
    for (const auto& [deadline, looked_at] : waits_)
      if (looked_at != steps_) return;
    now_ = std::max(now_, waits_.begin()->first);
    ++steps_;
  }

  mutable std::mutex mutex_;  // guards everything below
  base::SteadyTime now_ = kStart;
  base::WallTime wall_{std::chrono::sys_days(std::chrono::year(2026) / 11 / 23)};
  std::size_t threads_ = 0;
  std::uint64_t steps_ = 0;  // counts what threads did and moves of the time
  std::map<std::thread::id, Aim> last_aims_;
  std::multimap<base::SteadyTime, std::uint64_t> waits_;  // deadline -> steps when it was looked at
};

}  // namespace entrad::fakes
