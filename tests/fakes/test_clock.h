// TestClock: a base::Clock whose time a test moves.
//
// It stands still until advance() is called. With auto_advance(n) it moves by itself to the
// earliest deadline as soon as `n` threads wait in it at once, so that hours of waiting pass in
// moments. Steady and wall time move together.
// Thread safety: every member may be called from any thread. Waits look at the clock every 100
// microseconds of real time, so that nobody has to know whose condition variable to notify.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <set>

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
    ++moves_;
  }
  // 0: only advance() moves it.
  void auto_advance(std::size_t threads) {
    const std::lock_guard lock(mutex_);
    threads_ = threads;
  }
  // How many threads wait at this moment.
  std::size_t waiting() const {
    const std::lock_guard lock(mutex_);
    return deadlines_.size();
  }

  bool wait_until(base::SteadyTime deadline, std::stop_token stop) override {
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any never;
    while (!stop.stop_requested() && steady() < deadline) wait_on(never, lock, deadline, stop);
    return !stop.stop_requested();
  }

  void wait_on(std::condition_variable_any& changed, std::unique_lock<std::mutex>& lock,
               base::SteadyTime deadline, std::stop_token stop) override {
    const Waiting waiting(*this, deadline);
    while (!stop.stop_requested() && steady() < deadline) {
      const auto moves = this->moves();
      if (changed.wait_for(lock, kLook) == std::cv_status::no_timeout) return;
      jump_if_all_wait(moves);
    }
  }

 private:
  static constexpr base::SteadyTime kStart{std::chrono::hours(1)};
  static constexpr auto kLook = std::chrono::microseconds(100);

  struct Waiting {
    Waiting(TestClock& of, base::SteadyTime deadline) : clock(of) {
      const std::lock_guard lock(clock.mutex_);
      at = clock.deadlines_.insert(deadline);
      ++clock.moves_;
    }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;
    ~Waiting() {
      const std::lock_guard lock(clock.mutex_);
      clock.deadlines_.erase(at);
      ++clock.moves_;
    }
    TestClock& clock;
    std::multiset<base::SteadyTime>::iterator at;
  };

  std::uint64_t moves() const {
    const std::lock_guard lock(mutex_);
    return moves_;
  }

  // Only when nothing has happened for a whole look: a thread that was just notified may not have
  // got up yet.
  void jump_if_all_wait(std::uint64_t moves_before) {
    const std::lock_guard lock(mutex_);
    if (threads_ == 0 || deadlines_.size() < threads_ || moves_ != moves_before) return;
    now_ = std::max(now_, *deadlines_.begin());
    ++moves_;
  }

  mutable std::mutex mutex_;  // guards everything below
  base::SteadyTime now_ = kStart;
  base::WallTime wall_{std::chrono::sys_days(std::chrono::year(2026) / 11 / 23)};
  std::size_t threads_ = 0;
  std::uint64_t moves_ = 0;  // counts what has happened
  std::multiset<base::SteadyTime> deadlines_;
};

}  // namespace entrad::fakes
