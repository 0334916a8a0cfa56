// One quota of Graph as we see it: a sliding window, the closure after a 429, and the slow
// re-opening after that.
//
// The window: units count from the moment they are taken; when the answer has come, they run out
// one window later. Graph counts a request somewhere between the two, so that Graph's window is
// never fuller than ours.
// The reserve: a full sliding window has no room until its oldest entries run out, which takes up
// to a window. So all but the urgent leave kReservePerMille of it free. What the urgent have taken
// of it is left free again before anyone else goes on.
// The ramp: when a closed bucket opens, it first gives its even rate (limit divided by window),
// twice as much after each second, and after kRampLength only the window counts again. Without it,
// everyone who waited would go at once and be refused at once; slower, a 429 every few seconds that
// somebody else's load has brought about would keep us below the quota for ever.
// The pledge: how much may be taken before what was taken is written down (see Governor::save).
// Thread safety: none; the governor's lock guards it.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"

namespace entrad::graph {

class ThrottleBucket {
 public:
  static constexpr base::Duration kRampLength = std::chrono::seconds(4);
  static constexpr std::uint64_t kReservePerMille = 9;

  ThrottleBucket(base::Duration window, std::uint64_t limit);

  void set_limit(std::uint64_t limit) { limit_ = limit; }
  std::uint64_t limit() const { return limit_; }
  static constexpr std::uint64_t reserve_of(std::uint64_t limit) {
    return limit * kReservePerMille / 1000;
  }
  std::uint64_t reserve() const { return reserve_of(limit_); }
  base::Duration window() const { return window_; }
  base::SteadyTime closed_until() const { return closed_until_; }
  const std::string& why_closed() const { return why_closed_; }
  std::uint64_t times_throttled() const { return times_throttled_; }
  std::uint64_t used_at(base::SteadyTime now) const;

  struct Ask {
    std::uint64_t units = 0;
    std::uint64_t ahead = 0;  // what those who go first will take
    bool urgent = false;      // may use the reserve
  };
  // When it can be granted: `now`, a later time, or nullopt when that depends on answers that have
  // not come, on those who go first, or on the pledge. More units than there is room for at all go
  // when the window is empty and nobody goes first.
  std::optional<base::SteadyTime> ready_at(const Ask& ask, base::SteadyTime now);

  void take(std::uint64_t units, base::SteadyTime now);
  // `charged`: what Graph counted of the `taken`.
  void answered(std::uint64_t taken, std::uint64_t charged, base::SteadyTime now);
  void give_back(std::uint64_t units);
  // Graph counts more than we do: somebody else uses the quota too. Half of it at most.
  void count_others(std::uint64_t units, base::SteadyTime now);
  // A 429: closed for `retry_after`; without one, for a time that doubles from 2 s to at most
  // 120 s with each closure that no answer has interrupted, of which `jitter` (0 to 1) chooses a
  // part, at least a second.
  void close(base::SteadyTime now, std::optional<base::Duration> retry_after, double jitter,
             const std::string& why);

  // What may be taken beyond what is written down; nothing before the bucket itself is.
  std::uint64_t pledge() const;
  bool pledge_allows(std::uint64_t units) const;
  bool pledge_runs_low() const;
  void mark();     // what is remembered now ...
  void written();  // ... has been written down
  void set_pledging(bool pledging) { pledging_ = pledging; }

  // What is worth keeping, in times from now on.
  struct Memory {
    struct Share {
      base::Duration left{};
      std::uint64_t units = 0;
    };
    std::vector<Share> spent;
    std::uint64_t under_way = 0;
    base::Duration closed{};
    std::string why_closed;
    bool ramping = false;
  };
  Memory remember(base::SteadyTime now) const;
  // Of a bucket that was remembered `elapsed` ago. Nothing counts for longer than a window. What
  // was under way may have arrived at any time until now.
  void recall(const Memory& memory, base::Duration elapsed, base::SteadyTime now);
  // What could have been taken after that: the pledge.
  void assume_pledge_taken(base::SteadyTime now);

 private:
  struct Spent {
    base::SteadyTime runs_out;
    std::uint64_t units;
  };

  void forget_until(base::SteadyTime now);
  std::optional<base::SteadyTime> window_has_room_at(const Ask& ask, base::SteadyTime now) const;
  base::SteadyTime ramp_allows_at(std::uint64_t ahead, base::SteadyTime now) const;
  void spend(std::uint64_t units, base::SteadyTime runs_out);

  base::Duration window_;
  std::uint64_t limit_;
  std::deque<Spent> spent_;  // in order of running out
  std::uint64_t used_ = 0;   // under way and spent
  base::SteadyTime closed_until_{};
  std::string why_closed_;
  bool ramping_ = false;       // since closed_until_
  double ramp_taken_ = 0;      // units since then
  int closures_in_a_row_ = 0;  // without Retry-After
  std::uint64_t times_throttled_ = 0;
  std::uint64_t taken_ = 0;  // ever
  std::optional<std::uint64_t> marked_;
  std::optional<std::uint64_t> written_;  // nullopt: no document has it
  bool pledging_ = false;                 // false: nobody writes down
};

}  // namespace entrad::graph
