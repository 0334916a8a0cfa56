#include "graph/throttle_bucket.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace entrad::graph {
namespace {

using base::Duration;
using base::SteadyTime;
using Seconds = std::chrono::duration<double>;

// Neighbours in time share an entry, so that a window never holds more than this many.
constexpr std::int64_t kEntries = 2048;
constexpr double kRampStart = 0.25;
constexpr double kFirstClosure = 2;
constexpr double kLongestClosure = 120;
constexpr double kShortestClosure = 1;

Duration duration(double seconds) { return std::chrono::duration_cast<Duration>(Seconds(seconds)); }

}  // namespace

ThrottleBucket::ThrottleBucket(Duration window, std::uint64_t limit)
    : window_(window), limit_(limit) {}

void ThrottleBucket::forget_until(SteadyTime now) {
  while (!spent_.empty() && spent_.front().runs_out <= now) {
    used_ -= spent_.front().units;
    spent_.pop_front();
  }
}

std::uint64_t ThrottleBucket::used_at(SteadyTime now) const {
  std::uint64_t used = used_;
  for (const Spent& spent : spent_) {
    if (spent.runs_out > now) break;
    used -= spent.units;
  }
  return used;
}

std::optional<SteadyTime> ThrottleBucket::window_has_room_at(std::uint64_t units,
                                                             SteadyTime now) const {
  const std::uint64_t room_for = std::min(units, limit_);
  std::uint64_t used = used_;
  if (used + room_for <= limit_) return now;
  for (const Spent& spent : spent_) {
    used -= spent.units;
    if (used + room_for <= limit_) return spent.runs_out;
  }
  return std::nullopt;
}

// The ramp has given rate/4 * (2^t - 1) / ln 2 units by t seconds after the opening; the next ones
// may go when that has caught up with what was taken.
SteadyTime ThrottleBucket::ramp_allows_at(SteadyTime now) const {
  if (!ramping_ || now >= closed_until_ + kRampLength) return now;
  const double rate = static_cast<double>(limit_) / Seconds(window_).count();
  const double after = std::log2(1 + ramp_taken_ * std::numbers::ln2 / (kRampStart * rate));
  const Duration wait = std::min(duration(after), kRampLength);
  return std::max(now, closed_until_ + wait);
}

std::optional<SteadyTime> ThrottleBucket::ready_at(std::uint64_t units, SteadyTime now) {
  forget_until(now);
  const auto room = window_has_room_at(units, now);
  if (!room) return std::nullopt;
  return std::max({*room, closed_until_, ramp_allows_at(now)});
}

void ThrottleBucket::take(std::uint64_t units, SteadyTime now) {
  used_ += units;
  if (now >= closed_until_ + kRampLength) ramping_ = false;
  if (ramping_) ramp_taken_ += static_cast<double>(units);
}

void ThrottleBucket::answered(std::uint64_t units, SteadyTime now) {
  if (now >= closed_until_) closures_in_a_row_ = 0;
  const SteadyTime runs_out = now + window_;
  const Duration grain = window_ / kEntries;
  if (spent_.empty() || runs_out > spent_.back().runs_out) {
    // Rounded up: an entry may count for a grain too long, never too short.
    spent_.push_back({runs_out + grain, units});
    return;
  }
  spent_.back().units += units;
}

void ThrottleBucket::give_back(std::uint64_t units) {
  used_ -= units;
  if (ramping_) ramp_taken_ = std::max(0.0, ramp_taken_ - static_cast<double>(units));
}

void ThrottleBucket::close(SteadyTime now, std::optional<Duration> retry_after, double jitter) {
  ++times_throttled_;
  const bool still_closed = now < closed_until_;
  if (!retry_after && still_closed) return;  // a straggler of the same refusal
  Duration wait;
  if (retry_after) {
    wait = *retry_after;
  } else {
    const double most = std::min(kLongestClosure, kFirstClosure * std::exp2(closures_in_a_row_++));
    wait = duration(kShortestClosure + (most - kShortestClosure) * jitter);
  }
  closed_until_ = std::max(closed_until_, now + wait);
  ramping_ = true;
  ramp_taken_ = 0;
}

}  // namespace entrad::graph
