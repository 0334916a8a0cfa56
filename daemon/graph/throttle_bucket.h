// One quota of Graph as we see it: a sliding window, the closure after a 429, and the slow
// re-opening after that.
//
// The window: units count from the moment they are taken; when the answer has come, they run out
// one window later. Graph counts a request somewhere between the two, so that Graph's window is
// never fuller than ours.
// The ramp: when a closed bucket opens, it first gives a quarter of its even rate (limit divided by
// window), twice as much after each second, and after kRampLength only the window counts again.
// Without it, everyone who waited would go at once and be refused at once.
// Thread safety: none; the governor's lock guards it.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "base/clock.h"

namespace entrad::graph {

class ThrottleBucket {
 public:
  static constexpr base::Duration kRampLength = std::chrono::seconds(6);

  ThrottleBucket(base::Duration window, std::uint64_t limit);

  void set_limit(std::uint64_t limit) { limit_ = limit; }
  std::uint64_t limit() const { return limit_; }
  base::Duration window() const { return window_; }
  base::SteadyTime closed_until() const { return closed_until_; }
  std::uint64_t times_throttled() const { return times_throttled_; }
  std::uint64_t used_at(base::SteadyTime now) const;

  // When `units` can be taken: `now`, a later time, or nullopt when that depends on answers that
  // have not come. More units than the limit go when the window is empty.
  std::optional<base::SteadyTime> ready_at(std::uint64_t units, base::SteadyTime now);

  void take(std::uint64_t units, base::SteadyTime now);
  void answered(std::uint64_t units, base::SteadyTime now);
  void give_back(std::uint64_t units);
  // A 429: closed for `retry_after`; without one, for a time that doubles from 2 s to at most
  // 120 s with each closure that no answer has interrupted, of which `jitter` (0 to 1) chooses a
  // part, at least a second.
  void close(base::SteadyTime now, std::optional<base::Duration> retry_after, double jitter);

 private:
  struct Spent {
    base::SteadyTime runs_out;
    std::uint64_t units;
  };

  void forget_until(base::SteadyTime now);
  std::optional<base::SteadyTime> window_has_room_at(std::uint64_t units,
                                                     base::SteadyTime now) const;
  base::SteadyTime ramp_allows_at(base::SteadyTime now) const;

  base::Duration window_;
  std::uint64_t limit_;
  std::deque<Spent> spent_;  // in order of running out
  std::uint64_t used_ = 0;   // under way and spent
  base::SteadyTime closed_until_{};
  bool ramping_ = false;       // since closed_until_
  double ramp_taken_ = 0;      // units since then
  int closures_in_a_row_ = 0;  // without Retry-After
  std::uint64_t times_throttled_ = 0;
};

}  // namespace entrad::graph
