// Parts: buckets, order of waiters, status.
#include "graph/governor_state.h"

#include <algorithm>

namespace entrad::graph {
namespace {

using base::Duration;
using base::SteadyTime;

// A wait whose end nobody knows is ended by a notification; this only bounds a mistake.
constexpr Duration kUnknown = std::chrono::hours(1);

}  // namespace

std::uint64_t Governor::State::limit_of(const Bucket& bucket, const std::string& tenant) const {
  const auto size = size_classes.find(tenant);
  if (size == size_classes.end()) return bucket.limit;
  const auto limit = bucket.limit_by_size.find(size->second);
  return limit == bucket.limit_by_size.end() ? bucket.limit : limit->second;
}

ThrottleBucket* Governor::State::bucket(const Key& key) {
  const auto found = buckets.find(key);
  if (found != buckets.end()) return &found->second;
  const Bucket& quota = *quotas.find(std::get<2>(key));
  ThrottleBucket& made =
      buckets.try_emplace(key, quota.window, limit_of(quota, std::get<0>(key))).first->second;
  made.set_pledging(pledging);
  return &made;
}

Governor::State::Takes Governor::State::takes(const std::string& tenant, const std::string& app,
                                              const std::vector<Charge>& charges) {
  Takes result;
  for (const Charge& charge : charges) {
    const Bucket* quota = quotas.find(charge.bucket);
    if (quota == nullptr || charge.units == 0) continue;
    ThrottleBucket* found = bucket({tenant, quota->per_app ? app : "", charge.bucket});
    result.push_back({found, charge.units, quota->name});
  }
  return result;
}

Lane Governor::State::lane_by_now(const Waiter& waiter, SteadyTime now) {
  const bool patient = waiter.lane != Lane::background || now - waiter.since < kPatience;
  return patient ? waiter.lane : Lane::normal;
}

bool Governor::State::is_closed(const Takes& takes, SteadyTime now) {
  return std::any_of(takes.begin(), takes.end(),
                     [now](const Take& take) { return take.bucket->closed_until() > now; });
}

std::uint64_t Governor::State::ahead_of(const Queue& queue, const Waiter& waiter,
                                        const ThrottleBucket* bucket, SteadyTime now) {
  const Lane lane = lane_by_now(waiter, now);
  std::uint64_t units = 0;
  bool came_earlier = true;
  for (const Waiter* other : queue.waiters) {
    if (other == &waiter) {
      came_earlier = false;
      continue;
    }
    const Lane theirs = lane_by_now(*other, now);
    if (theirs < lane || (theirs == lane && !came_earlier)) continue;
    for (const Take& take : other->takes)
      if (take.bucket == bucket) units += take.units;
  }
  return units;
}

std::optional<SteadyTime> Governor::State::ready_at(const Queue& queue, const Waiter& waiter,
                                                    SteadyTime now) {
  SteadyTime latest = now;
  bool unknown = false;
  for (const Take& take : waiter.takes) {
    if (!take.bucket->pledge_allows(take.units)) {
      save_wanted = true;
      worth_saving.notify_all();
    }
    const auto ready = take.bucket->ready_at(
        {take.units, ahead_of(queue, waiter, take.bucket, now), waiter.lane == Lane::break_glass},
        now);
    if (ready)
      latest = std::max(latest, *ready);
    else
      unknown = true;
  }
  if (unknown) return std::nullopt;
  return latest;
}

std::optional<SteadyTime> Governor::State::ready_if_alone(const Waiter& waiter, SteadyTime now) {
  SteadyTime latest = now;
  for (const Take& take : waiter.takes) {
    const auto ready =
        take.bucket->ready_at({take.units, 0, waiter.lane == Lane::break_glass}, now);
    if (!ready) return std::nullopt;
    latest = std::max(latest, *ready);
  }
  return latest;
}

SteadyTime Governor::State::next_look(const Waiter& waiter, std::optional<SteadyTime> ready,
                                      SteadyTime now) const {
  SteadyTime look = ready ? *ready : now + kUnknown;
  const SteadyTime rises = waiter.since + kPatience;
  if (waiter.lane == Lane::background && rises > now) look = std::min(look, rises);
  return look;
}

void Governor::State::count_change(const Takes& takes) {
  changed_since_save = true;
  const bool low = std::any_of(takes.begin(), takes.end(),
                               [](const Take& take) { return take.bucket->pledge_runs_low(); });
  if (!low) return;
  save_wanted = true;
  worth_saving.notify_all();
}

std::array<std::uint64_t, kLaneNames.size()> Governor::State::waiting_for(
    const std::string& tenant, const ThrottleBucket* bucket) const {
  std::array<std::uint64_t, kLaneNames.size()> counts{};
  const auto queue = queues.find(tenant);
  if (queue == queues.end()) return counts;
  for (const Waiter* waiter : queue->second.waiters)
    for (const Take& take : waiter->takes)
      if (take.bucket == bucket) ++counts.at(static_cast<std::size_t>(waiter->lane));
  return counts;
}

std::vector<api::BucketStatus> Governor::status() const {
  const State& state = *state_;
  const std::lock_guard lock(state.mutex);
  const SteadyTime now = state.clock.steady();
  std::vector<api::BucketStatus> rows;
  for (const auto& [key, bucket] : state.buckets) {
    api::BucketStatus row;
    std::tie(row.tenant, row.app, row.bucket) = key;
    row.used = bucket.used_at(now);
    row.limit = bucket.limit();
    row.window_seconds = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::seconds>(bucket.window()).count());
    row.throttled = bucket.times_throttled();
    if (bucket.closed_until() > now) {
      row.closed_until = state.clock.wall() +
                         std::chrono::ceil<std::chrono::milliseconds>(bucket.closed_until() - now);
      row.reason = bucket.why_closed();
    }
    const auto counts = state.waiting_for(row.tenant, &bucket);
    for (std::size_t lane = 0; lane < counts.size(); ++lane)
      row.waiting[std::string(kLaneNames.at(lane))] = counts.at(lane);
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace entrad::graph
