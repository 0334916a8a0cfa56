// Parts: buckets, order of waiters, the outlook, status.
#include "graph/quota/governor_state.h"

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

Governor::State::Key Governor::State::key_of(const Bucket& quota, const std::string& tenant,
                                             const std::string& app) {
  return {quota.scope == Bucket::Scope::app ? "" : tenant,
          quota.scope == Bucket::Scope::tenant ? "" : app, quota.name};
}

Governor::State::Takes Governor::State::takes(const std::string& tenant, const std::string& app,
                                              const std::vector<Charge>& charges) {
  Takes result;
  for (const Charge& charge : charges) {
    const Bucket* quota = quotas.find(charge.bucket);
    if (quota == nullptr || charge.units == 0) continue;
    const Queue& queue = quota->scope == Bucket::Scope::app ? app_queues[app] : queues[tenant];
    result.push_back({bucket(key_of(*quota, tenant, app)), charge.units, quota->name, &queue});
  }
  return result;
}

Governor::State::Waiter Governor::State::waiter(const std::string& tenant, const std::string& app,
                                                const std::vector<Charge>& charges, Lane lane) {
  Waiter made{takes(tenant, app, charges), lane, clock.steady(), &queues[tenant], nullptr, false};
  Queue& over_all = app_queues[app];
  const bool shares = std::any_of(made.takes.begin(), made.takes.end(),
                                  [&](const Take& take) { return take.queue == &over_all; });
  if (shares) made.of_app = &over_all;
  return made;
}

void Governor::State::wake(Queue& of_tenant, const Queue* of_app) {
  if (!of_tenant.waiters.empty()) of_tenant.changed.notify_all();
  if (of_app == nullptr) return;
  for (const Waiter* waiter : of_app->waiters)
    if (waiter->stuck && waiter->of_tenant != &of_tenant) waiter->of_tenant->changed.notify_all();
}

Lane Governor::State::lane_by_now(const Waiter& waiter, SteadyTime now) {
  const bool patient = waiter.lane != Lane::background || now - waiter.since < kPatience;
  return patient ? waiter.lane : Lane::normal;
}

bool Governor::State::is_closed(const Takes& takes, SteadyTime now) {
  return std::any_of(takes.begin(), takes.end(),
                     [now](const Take& take) { return take.bucket->closed_until() > now; });
}

std::uint64_t Governor::State::ahead_of(const Take& wanted, const Waiter& waiter, SteadyTime now) {
  const Lane lane = lane_by_now(waiter, now);
  std::uint64_t units = 0;
  bool came_earlier = true;
  for (const Waiter* other : wanted.queue->waiters) {
    if (other == &waiter) {
      came_earlier = false;
      continue;
    }
    const Lane theirs = lane_by_now(*other, now);
    if (theirs < lane || (theirs == lane && !came_earlier)) continue;
    for (const Take& take : other->takes)
      if (take.bucket == wanted.bucket) units += take.units;
  }
  return units;
}

std::optional<SteadyTime> Governor::State::ready_at(const Waiter& waiter, SteadyTime now) {
  SteadyTime latest = now;
  bool unknown = false;
  for (const Take& take : waiter.takes) {
    if (!take.bucket->pledge_allows(take.units)) {
      save_wanted = true;
      worth_saving.notify_all();
    }
    const auto ready = take.bucket->ready_at(
        {take.units, ahead_of(take, waiter, now), waiter.lane == Lane::break_glass}, now);
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
    const Key& key, const ThrottleBucket* bucket) const {
  std::array<std::uint64_t, kLaneNames.size()> counts{};
  const auto& [tenant, app, name] = key;
  const auto& among = tenant.empty() ? app_queues : queues;
  const auto queue = among.find(tenant.empty() ? app : tenant);
  if (queue == among.end()) return counts;
  for (const Waiter* waiter : queue->second.waiters)
    for (const Take& take : waiter->takes)
      if (take.bucket == bucket) ++counts.at(static_cast<std::size_t>(waiter->lane));
  return counts;
}

Governor::Outlook Governor::outlook(const std::string& tenant, const std::string& app,
                                    const std::vector<Charge>& charges, Lane lane) {
  State& state = *state_;
  const std::lock_guard lock(state.mutex);
  const State::Waiter waiter = state.waiter(tenant, app, charges, lane);
  const SteadyTime now = state.clock.steady();
  Outlook outlook;
  Duration longest{};
  for (const State::Take& take : waiter.takes) {
    const auto limit = static_cast<double>(take.bucket->limit());
    const std::uint64_t taken =
        take.bucket->used_at(now) + state.ahead_of(take, waiter, now) + take.units;
    outlook.load = std::max(outlook.load, static_cast<double>(taken) / limit);
    longest = std::max(longest, take.bucket->window());
  }
  const auto ready = state.ready_at(waiter, now);
  outlook.wait = ready ? *ready - now : longest;
  return outlook;
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
    const auto counts = state.waiting_for(key, &bucket);
    for (std::size_t lane = 0; lane < counts.size(); ++lane)
      row.waiting[std::string(kLaneNames.at(lane))] = counts.at(lane);
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace entrad::graph
