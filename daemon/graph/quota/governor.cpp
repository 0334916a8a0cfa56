// Parts: permits, asking for one, what Graph says about its limits.
#include "graph/quota/governor.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "graph/quota/governor_state.h"

namespace entrad::graph {
namespace {

using base::Duration;
using base::SteadyTime;

constexpr Duration kWorthTelling = std::chrono::seconds(1);
// What Graph sees must differ by so much of the limit from what we see.
constexpr double kClearly = 0.1;

}  // namespace

struct Governor::Permit::Holding {
  std::shared_ptr<State> state;
  State::Queue* of_tenant;
  State::Queue* of_app;
  State::Takes takes;

  enum class End { as_priced, as_billed, free };
  void finish(End end, const std::vector<Charge>& bill = {}) {
    const std::lock_guard lock(state->mutex);
    const SteadyTime now = state->clock.steady();
    for (const State::Take& take : takes) {
      const std::uint64_t charged = end == End::as_billed ? billed(take.name, bill) : take.units;
      if (end == End::free)
        take.bucket->give_back(take.units);
      else
        take.bucket->answered(take.units, charged, now);
    }
    state->changed_since_save = true;
    State::wake(*of_tenant, of_app);
  }

 private:
  static std::uint64_t billed(std::string_view bucket, const std::vector<Charge>& bill) {
    for (const Charge& charge : bill)
      if (charge.bucket == bucket) return charge.units;
    return 0;
  }
};

Governor::Permit::Permit(Permit&&) noexcept = default;
Governor::Permit& Governor::Permit::operator=(Permit&& other) noexcept {
  Permit old(std::move(*this));
  holding_ = std::move(other.holding_);
  return *this;
}

Governor::Permit::~Permit() {
  if (holding_) holding_->finish(Holding::End::free);
}

void Governor::Permit::answered() {
  if (const auto holding = std::move(holding_)) holding->finish(Holding::End::as_priced);
}

void Governor::Permit::answered(const std::vector<Charge>& bill) {
  if (const auto holding = std::move(holding_)) holding->finish(Holding::End::as_billed, bill);
}

void Governor::Permit::free_of_charge() {
  if (const auto holding = std::move(holding_)) holding->finish(Holding::End::free);
}

Governor::Governor(Quotas quotas, base::Clock& clock)
    : state_(std::make_shared<State>(std::move(quotas), clock)) {}
Governor::~Governor() = default;

const Quotas& Governor::quotas() const { return state_->quotas; }
PriceBook& Governor::prices() { return state_->prices; }

void Governor::set_size(const std::string& tenant, std::uint64_t users) {
  const std::lock_guard lock(state_->mutex);
  state_->size_classes[tenant] = state_->quotas.size_class(users);
  for (auto& [key, bucket] : state_->buckets) {
    if (std::get<0>(key) != tenant) continue;
    bucket.set_limit(state_->limit_of(*state_->quotas.find(std::get<2>(key)), tenant));
  }
  state_->changed_since_save = true;
  state_->queues[tenant].changed.notify_all();
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
                                                 std::stop_token stop, const WaitListener& on_wait,
                                                 Lane lane) {
  State& state = *state_;
  Told told(on_wait);
  std::unique_lock lock(state.mutex);
  State::Waiter waiter = state.waiter(tenant, app, charges, lane);
  Permit permit;
  {
    const State::Place place(waiter);
    while (!stop.stop_requested()) {
      const SteadyTime now = state.clock.steady();
      const auto ready = state.ready_at(waiter, now);
      if (ready == now) {
        for (const State::Take& take : waiter.takes) take.bucket->take(take.units, now);
        permit.holding_ = std::make_unique<Permit::Holding>(
            Permit::Holding{state_, waiter.of_tenant, waiter.of_app, waiter.takes});
        state.count_change(waiter.takes);
        break;
      }
      const auto likely = ready ? ready : state.ready_if_alone(waiter, now);
      if (told.wants(likely, now)) {
        const std::string reason = reason_of(State::is_closed(waiter.takes, now));
        const State::Unlocked unlocked(lock);
        told.begin(*likely - now, reason);
        continue;
      }
      waiter.stuck = !ready;
      state.clock.wait_on(waiter.of_tenant->changed, lock, state.next_look(waiter, ready, now),
                          stop);
    }
  }
  lock.unlock();
  told.end();
  if (!permit.holding_)
    return base::fail(base::ErrorKind::cancelled, "stopped while waiting for Graph's quota");
  return permit;
}

void Governor::throttled(const std::string& tenant, const std::string& app,
                         const std::vector<Charge>& charges, std::optional<Duration> retry_after,
                         const std::string& why) {
  State& state = *state_;
  const std::lock_guard lock(state.mutex);
  const SteadyTime now = state.clock.steady();
  const std::string words =
      (why.empty() ? "429" : "429 " + why) + (retry_after ? "" : ", without Retry-After");
  // One draw for all buckets of the request: they are opened together.
  const double jitter = std::uniform_real_distribution<double>(0.0, 1.0)(state.random);
  const State::Waiter refused = state.waiter(tenant, app, charges, Lane::normal);
  for (const State::Take& take : refused.takes) take.bucket->close(now, retry_after, jitter, words);
  state.changed_since_save = true;
  state.save_wanted = true;
  state.worth_saving.notify_all();
  State::wake(*refused.of_tenant, refused.of_app);
}

bool Governor::near_limit(const std::string& tenant, const std::string& app,
                          const std::vector<Charge>& charges, double share) {
  State& state = *state_;
  const std::lock_guard lock(state.mutex);
  const SteadyTime now = state.clock.steady();
  bool counted = false;
  for (const State::Take& take : state.takes(tenant, app, charges)) {
    const Bucket& quota = *state.quotas.find(take.name);
    // The share is that of the fullest window, which is the narrowest.
    if (!quota.resource_units || quota.scope != Bucket::Scope::app_tenant) continue;
    const auto limit = static_cast<double>(take.bucket->limit());
    const double more = share - static_cast<double>(take.bucket->used_at(now)) / limit;
    if (!std::isfinite(more) || more < kClearly) continue;
    take.bucket->count_others(static_cast<std::uint64_t>(std::min(more, 1.0) * limit), now);
    counted = state.changed_since_save = true;
  }
  return counted;
}

}  // namespace entrad::graph
