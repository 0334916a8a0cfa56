// The inside of the governor: buckets, sizes, and who waits; for governor*.cpp only.
// Thread safety: `mutex` guards all that is not constant.
#pragma once

#include <array>
#include <condition_variable>
#include <list>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "graph/quota/governor.h"
#include "graph/quota/throttle_bucket.h"

namespace entrad::graph {

struct Governor::State {
  State(Quotas given, base::Clock& time) : quotas(std::move(given)), prices(quotas), clock(time) {}

  // Tenant, app, bucket; the tenant or the app is empty where all of them share the bucket.
  using Key = std::tuple<std::string, std::string, std::string>;
  struct Queue;
  struct Take {
    ThrottleBucket* bucket;
    std::uint64_t units;
    std::string_view name;  // of the quota
    const Queue* queue;     // those who may wait for this bucket
  };
  using Takes = std::vector<Take>;
  struct Waiter {
    Takes takes;
    Lane lane = Lane::normal;
    base::SteadyTime since{};
    Queue* of_tenant = nullptr;  // where it sleeps
    Queue* of_app = nullptr;     // null: it takes from no bucket of the app over all tenants
    bool stuck = false;          // nobody can tell until when it has to wait
  };
  // Those who wait for the buckets of one tenant, or for those of one app over all tenants.
  struct Queue {
    std::list<const Waiter*> waiters;     // in order of arrival
    std::condition_variable_any changed;  // of a tenant only
  };

  const Quotas quotas;
  PriceBook prices;
  base::Clock& clock;
  mutable std::mutex mutex;                 // guards everything below
  std::map<Key, ThrottleBucket> buckets;    // never erased: permits point into it
  std::map<std::string, Queue> queues;      // by tenant; never erased
  std::map<std::string, Queue> app_queues;  // by app; never erased
  std::map<std::string, std::string> size_classes;
  std::minstd_rand random{std::random_device{}()};

  // For whoever writes the state down.
  std::condition_variable_any worth_saving;
  bool pledging = false;
  bool changed_since_save = false;
  bool save_wanted = false;

  // A place in the queue; made and ended with the mutex locked.
  struct Place {
    explicit Place(const Waiter& one) : waiter(one) {
      for (Queue* queue : {waiter.of_tenant, waiter.of_app})
        if (queue != nullptr) queue->waiters.push_back(&waiter);
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() {
      for (Queue* queue : {waiter.of_tenant, waiter.of_app})
        if (queue != nullptr) queue->waiters.remove(&waiter);
      wake(*waiter.of_tenant, waiter.of_app);
    }
    const Waiter& waiter;
  };
  // Something has changed for those who wait for a tenant's buckets, and for the app's. Of another
  // tenant's only those are woken who do not know when to look again.
  static void wake(Queue& of_tenant, const Queue* of_app);
  // The lock let go while a listener is told.
  struct Unlocked {
    explicit Unlocked(std::unique_lock<std::mutex>& held) : lock(held) { lock.unlock(); }
    Unlocked(const Unlocked&) = delete;
    Unlocked& operator=(const Unlocked&) = delete;
    ~Unlocked() { lock.lock(); }
    std::unique_lock<std::mutex>& lock;
  };

  static Key key_of(const Bucket& quota, const std::string& tenant, const std::string& app);
  ThrottleBucket* bucket(const Key& key);
  std::uint64_t limit_of(const Bucket& bucket, const std::string& tenant) const;
  Takes takes(const std::string& tenant, const std::string& app,
              const std::vector<Charge>& charges);
  Waiter waiter(const std::string& tenant, const std::string& app,
                const std::vector<Charge>& charges, Lane lane);

  static Lane lane_by_now(const Waiter& waiter, base::SteadyTime now);
  static bool is_closed(const Takes& takes, base::SteadyTime now);
  // What goes first of `bucket` before `waiter`.
  static std::uint64_t ahead_of(const Take& take, const Waiter& waiter, base::SteadyTime now);
  // nullopt: it hangs on answers that have not come, on others, or on a pledge.
  std::optional<base::SteadyTime> ready_at(const Waiter& waiter, base::SteadyTime now);
  std::optional<base::SteadyTime> ready_if_alone(const Waiter& waiter, base::SteadyTime now);
  // When to look again.
  base::SteadyTime next_look(const Waiter& waiter, std::optional<base::SteadyTime> ready,
                             base::SteadyTime now) const;
  void count_change(const Takes& takes);
  std::array<std::uint64_t, kLaneNames.size()> waiting_for(const Key& key,
                                                           const ThrottleBucket* bucket) const;
};

// A background call that has waited for so long goes with the normal ones, in order of arrival: it
// goes before whatever normal call came later. Nothing makes it break-glass, whose calls are few.
constexpr base::Duration kPatience = std::chrono::seconds(10);

}  // namespace entrad::graph
