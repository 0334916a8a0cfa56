// Parts: the window, the ramp, taking and settling, closing, memory.
#include "graph/quota/throttle_bucket.h"

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
// What is kept over a restart need not be so fine.
constexpr std::int64_t kRememberedShares = 50;
constexpr double kFirstClosure = 2;
constexpr double kLongestClosure = 120;
constexpr double kShortestClosure = 1;
// A full $batch goes out on one pledge.
constexpr std::uint64_t kLeastPledge = 20;
constexpr std::uint64_t kPledgeDivisor = 8;

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

std::optional<SteadyTime> ThrottleBucket::window_has_room_at(const Ask& ask, SteadyTime now) const {
  const std::uint64_t most = ask.urgent ? limit_ : limit_ - reserve();
  const std::uint64_t wanted = ask.ahead + std::min(ask.units, most);
  if (wanted > most) return std::nullopt;
  std::uint64_t used = used_;
  if (used + wanted <= most) return now;
  for (const Spent& spent : spent_) {
    used -= spent.units;
    if (used + wanted <= most) return spent.runs_out;
  }
  return std::nullopt;
}

// The ramp has given rate * (2^t - 1) / ln 2 units by t seconds after the opening; the next ones
// may go when that has caught up with what was taken.
SteadyTime ThrottleBucket::ramp_allows_at(std::uint64_t ahead, SteadyTime now) const {
  if (!ramping_ || now >= closed_until_ + kRampLength) return now;
  const double rate = static_cast<double>(limit_) / Seconds(window_).count();
  const double taken = ramp_taken_ + static_cast<double>(ahead);
  const double after = std::log2(1 + taken * std::numbers::ln2 / rate);
  const Duration wait = std::min(duration(after), kRampLength);
  return std::max(now, closed_until_ + wait);
}

std::optional<SteadyTime> ThrottleBucket::ready_at(const Ask& ask, SteadyTime now) {
  forget_until(now);
  const auto room = window_has_room_at(ask, now);
  if (!room) return std::nullopt;
  const SteadyTime ready = std::max({*room, closed_until_, ramp_allows_at(ask.ahead, now)});
  if (ready == now && !pledge_allows(ask.units)) return std::nullopt;
  return ready;
}

void ThrottleBucket::take(std::uint64_t units, SteadyTime now) {
  used_ += units;
  taken_ += units;
  if (now >= closed_until_ + kRampLength) ramping_ = false;
  if (ramping_) ramp_taken_ += static_cast<double>(units);
}

void ThrottleBucket::spend(std::uint64_t units, SteadyTime runs_out) {
  const Duration grain = window_ / kEntries;
  if (spent_.empty() || runs_out > spent_.back().runs_out) {
    // Rounded up: an entry may count for a grain too long, never too short.
    spent_.push_back({runs_out + grain, units});
    return;
  }
  spent_.back().units += units;
}

void ThrottleBucket::answered(std::uint64_t taken, std::uint64_t charged, SteadyTime now) {
  if (now >= closed_until_) closures_in_a_row_ = 0;
  used_ += charged;
  used_ -= taken;
  if (charged > 0) spend(charged, now + window_);
}

void ThrottleBucket::give_back(std::uint64_t units) {
  used_ -= units;
  if (ramping_) ramp_taken_ = std::max(0.0, ramp_taken_ - static_cast<double>(units));
}

void ThrottleBucket::count_others(std::uint64_t units, SteadyTime now) {
  const std::uint64_t counted = std::min(units, limit_ / 2);
  used_ += counted;
  spend(counted, now + window_);
}

void ThrottleBucket::close(SteadyTime now, std::optional<Duration> retry_after, double jitter,
                           const std::string& why) {
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
  why_closed_ = why;
  ramping_ = true;
  ramp_taken_ = 0;
}

std::uint64_t ThrottleBucket::pledge() const {
  return std::max(limit_ / kPledgeDivisor, std::min(limit_, kLeastPledge));
}

bool ThrottleBucket::pledge_allows(std::uint64_t units) const {
  if (!pledging_) return true;
  return written_ && (taken_ == *written_ || taken_ - *written_ + units <= pledge());
}

bool ThrottleBucket::pledge_runs_low() const {
  return pledging_ && (!written_ || taken_ - *written_ >= pledge() / 2);
}

void ThrottleBucket::mark() { marked_ = taken_; }
void ThrottleBucket::written() { written_ = marked_; }

ThrottleBucket::Memory ThrottleBucket::remember(SteadyTime now) const {
  Memory memory;
  const Duration step = window_ / kRememberedShares;
  memory.under_way = used_;
  for (const Spent& spent : spent_) {
    memory.under_way -= spent.units;
    if (spent.runs_out <= now) continue;
    // Rounded up to a whole step.
    const Duration left = step * ((spent.runs_out - now + step - Duration(1)) / step);
    if (!memory.spent.empty() && memory.spent.back().left == left)
      memory.spent.back().units += spent.units;
    else
      memory.spent.push_back({left, spent.units});
  }
  memory.closed = std::max(closed_until_ - now, Duration::zero());
  if (memory.closed > Duration::zero()) memory.why_closed = why_closed_;
  memory.ramping = ramping_ && now < closed_until_ + kRampLength;
  return memory;
}

void ThrottleBucket::recall(const Memory& memory, Duration elapsed, SteadyTime now) {
  const Duration passed = std::max(elapsed, Duration::zero());
  const Duration longest = window_ - window_ / kEntries;  // spend() rounds up
  for (const Memory::Share& share : memory.spent) {
    const Duration left = std::min(share.left, longest) - passed;
    if (left <= Duration::zero()) continue;
    const std::uint64_t units = std::min(share.units, limit_);
    used_ += units;
    spend(units, now + left);
  }
  if (const std::uint64_t units = std::min(memory.under_way, limit_); units > 0) {
    used_ += units;
    spend(units, now + longest);
  }
  // A clock that went back does not tell how much of the closure has passed.
  const bool went_back = elapsed < Duration::zero();
  const Duration closed = (went_back ? std::min(memory.closed, window_) : memory.closed) - passed;
  if (closed > Duration::zero()) why_closed_ = memory.why_closed;
  if (closed <= Duration::zero() && !memory.ramping) return;
  closed_until_ = now + std::max(closed, Duration::zero());
  ramping_ = true;
}

void ThrottleBucket::assume_pledge_taken(SteadyTime now) {
  const std::uint64_t units = std::min(pledge(), limit_ - std::min(limit_, used_));
  if (units == 0) return;
  used_ += units;
  spend(units, now + window_);
}

}  // namespace entrad::graph
