// Parts: one bucket (window, closure, ramp), permits, the queue of waiters.
#include "graph/governor.h"

#include <algorithm>
#include <cmath>
#include <list>
#include <optional>
#include <random>
#include <utility>

#include "graph/throttle_bucket.h"

namespace entrad::graph {
namespace {

using base::Duration;
using base::SteadyTime;
using Key = std::tuple<std::string, std::string, std::string>;  // tenant, app, bucket

constexpr Duration kWorthTelling = std::chrono::seconds(1);
// A wait whose end nobody knows is ended by a notification; this only bounds a mistake.
constexpr Duration kUnknown = std::chrono::hours(1);

}  // namespace

struct Governor::State {
  State(Quotas given, base::Clock& time) : quotas(std::move(given)), clock(time) {}

  struct Take {
    ThrottleBucket* bucket;
    std::uint64_t units;
  };
  using Takes = std::vector<Take>;

  Quotas quotas;
  base::Clock& clock;
  mutable std::mutex mutex;  // guards everything below
  std::condition_variable_any changed;
  std::map<Key, ThrottleBucket> buckets;  // never erased: permits point into it
  std::map<std::string, std::string> size_classes;
  std::list<const Takes*> waiters;  // in order of arrival
  std::minstd_rand random{std::random_device{}()};

  ThrottleBucket* bucket(const std::string& tenant, const std::string& app,
                         const std::string& name);
  std::uint64_t limit_of(const Bucket& bucket, const std::string& tenant) const;
  Takes takes(const std::string& tenant, const std::string& app,
              const std::vector<Charge>& charges);
  // A place in the queue; held with the mutex locked at both ends.
  struct Place {
    Place(State& of, const Takes& takes)
        : state(of), at(of.waiters.insert(of.waiters.end(), &takes)) {}
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() {
      state.waiters.erase(at);
      if (!state.waiters.empty()) state.changed.notify_all();
    }
    State& state;
    std::list<const Takes*>::iterator at;
  };
  // The lock let go while a listener is told.
  struct Unlocked {
    explicit Unlocked(std::unique_lock<std::mutex>& held) : lock(held) { lock.unlock(); }
    Unlocked(const Unlocked&) = delete;
    Unlocked& operator=(const Unlocked&) = delete;
    ~Unlocked() { lock.lock(); }
    std::unique_lock<std::mutex>& lock;
  };

  bool has_its_turn(const Takes& mine) const;
  bool is_closed(const Takes& mine, SteadyTime now) const;
  std::optional<SteadyTime> ready_at(const Takes& mine, SteadyTime now);
};

struct Governor::Permit::Holding {
  std::shared_ptr<State> state;
  State::Takes takes;

  void finish(bool charged) {
    const std::lock_guard lock(state->mutex);
    const SteadyTime now = state->clock.steady();
    for (const State::Take& take : takes)
      charged ? take.bucket->answered(take.units, now) : take.bucket->give_back(take.units);
    state->changed.notify_all();
  }
};

std::uint64_t Governor::State::limit_of(const Bucket& bucket, const std::string& tenant) const {
  const auto size = size_classes.find(tenant);
  if (size == size_classes.end()) return bucket.limit;
  const auto limit = bucket.limit_by_size.find(size->second);
  return limit == bucket.limit_by_size.end() ? bucket.limit : limit->second;
}

ThrottleBucket* Governor::State::bucket(const std::string& tenant, const std::string& app,
                                        const std::string& name) {
  const Bucket* quota = quotas.find(name);
  if (quota == nullptr) return nullptr;
  const Key key(tenant, quota->per_app ? app : "", name);
  const auto found = buckets.find(key);
  if (found != buckets.end()) return &found->second;
  return &buckets.try_emplace(key, quota->window, limit_of(*quota, tenant)).first->second;
}

Governor::State::Takes Governor::State::takes(const std::string& tenant, const std::string& app,
                                              const std::vector<Charge>& charges) {
  Takes result;
  for (const Charge& charge : charges) {
    ThrottleBucket* found = bucket(tenant, app, charge.bucket);
    if (found != nullptr && charge.units > 0) result.push_back({found, charge.units});
  }
  return result;
}

// First come, first served in each bucket: whoever shares a bucket with an earlier one waits for
// it, so that a big request is not overtaken by small ones for ever.
bool Governor::State::has_its_turn(const Takes& mine) const {
  for (const Takes* earlier : waiters) {
    if (earlier == &mine) return true;
    for (const Take& theirs : *earlier)
      for (const Take& take : mine)
        if (theirs.bucket == take.bucket) return false;
  }
  return true;
}

bool Governor::State::is_closed(const Takes& mine, SteadyTime now) const {
  return std::any_of(mine.begin(), mine.end(),
                     [now](const Take& take) { return take.bucket->closed_until() > now; });
}

// nullopt: it hangs on requests that are still under way.
std::optional<SteadyTime> Governor::State::ready_at(const Takes& mine, SteadyTime now) {
  SteadyTime latest = now;
  for (const Take& take : mine) {
    const auto ready = take.bucket->ready_at(take.units, now);
    if (!ready) return std::nullopt;
    latest = std::max(latest, *ready);
  }
  return latest;
}

Governor::Permit::Permit(Permit&&) noexcept = default;
Governor::Permit& Governor::Permit::operator=(Permit&& other) noexcept {
  Permit old(std::move(*this));
  holding_ = std::move(other.holding_);
  return *this;
}

Governor::Permit::~Permit() {
  if (holding_) holding_->finish(/*charged=*/false);
}

void Governor::Permit::answered() {
  if (const auto holding = std::move(holding_)) holding->finish(/*charged=*/true);
}

void Governor::Permit::free_of_charge() {
  if (const auto holding = std::move(holding_)) holding->finish(/*charged=*/false);
}

Governor::Governor(Quotas quotas, base::Clock& clock)
    : state_(std::make_shared<State>(std::move(quotas), clock)) {}
Governor::~Governor() = default;

const Quotas& Governor::quotas() const { return state_->quotas; }

void Governor::set_size(const std::string& tenant, std::uint64_t users) {
  const std::lock_guard lock(state_->mutex);
  state_->size_classes[tenant] = state_->quotas.size_class(users);
  for (auto& [key, bucket] : state_->buckets) {
    if (std::get<0>(key) != tenant) continue;
    bucket.set_limit(state_->limit_of(*state_->quotas.find(std::get<2>(key)), tenant));
  }
  state_->changed.notify_all();
}

namespace {

// Tells a listener about a wait once, and about its end.
class Told {
 public:
  explicit Told(const WaitListener& listener) : listener_(listener) {}
  bool wants(std::optional<SteadyTime> ready, SteadyTime now) const {
    return listener_ && !told_ && ready && *ready - now > kWorthTelling;
  }
  void begin(Duration wait, const std::string& reason) {
    told_ = true;
    listener_(wait, reason);
  }
  void end() {
    if (std::exchange(told_, false)) listener_(Duration::zero(), "");
  }

 private:
  const WaitListener& listener_;
  bool told_ = false;
};

std::string reason_of(bool closed) {
  return closed ? "Microsoft Graph asked to wait" : "Microsoft Graph's quota is used up";
}

}  // namespace

base::Result<Governor::Permit> Governor::acquire(const std::string& tenant, const std::string& app,
                                                 const std::vector<Charge>& charges,
                                                 std::stop_token stop,
                                                 const WaitListener& on_wait) {
  State& state = *state_;
  Told told(on_wait);
  std::unique_lock lock(state.mutex);
  const State::Takes mine = state.takes(tenant, app, charges);
  Permit permit;
  {
    const State::Place place(state, mine);
    while (!stop.stop_requested()) {
      const SteadyTime now = state.clock.steady();
      const auto ready = state.ready_at(mine, now);
      const bool my_turn = state.has_its_turn(mine);
      if (my_turn && ready == now) {
        for (const State::Take& take : mine) take.bucket->take(take.units, now);
        permit.holding_ = std::make_unique<Permit::Holding>(Permit::Holding{state_, mine});
        break;
      }
      if (told.wants(ready, now)) {
        const std::string reason = reason_of(state.is_closed(mine, now));
        const State::Unlocked unlocked(lock);
        told.begin(*ready - now, reason);
        continue;
      }
      const SteadyTime wake = my_turn && ready ? *ready : now + kUnknown;
      state.clock.wait_on(state.changed, lock, wake, stop);
    }
  }
  lock.unlock();
  told.end();
  if (!permit.holding_)
    return base::fail(base::ErrorKind::cancelled, "stopped while waiting for Graph's quota");
  return permit;
}

void Governor::throttled(const std::string& tenant, const std::string& app,
                         const std::vector<Charge>& charges, std::optional<Duration> retry_after) {
  State& state = *state_;
  const std::lock_guard lock(state.mutex);
  const SteadyTime now = state.clock.steady();
  // One draw for all buckets of the request: they are opened together.
  const double jitter = std::uniform_real_distribution<double>(0.0, 1.0)(state.random);
  for (const State::Take& take : state.takes(tenant, app, charges))
    take.bucket->close(now, retry_after, jitter);
  state.changed.notify_all();
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
    if (bucket.closed_until() > now)
      row.closed_until = state.clock.wall() +
                         std::chrono::ceil<std::chrono::milliseconds>(bucket.closed_until() - now);
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace entrad::graph
