// Random pools of app registrations in random numbers of tenants, under random limits of all three
// scopes, on a test clock. The judge holds every sliding window of every scope against its limit,
// and the time that all work took against the least that the narrowest scope allows.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <random>
#include <thread>

#include "governor_rig.h"

namespace entrad::graph {
namespace {

using base::Duration;
using base::SteadyTime;
using std::chrono::seconds;

constexpr std::size_t kThreadsOfATenant = 4;

struct Estate {
  std::size_t tenants = 0;
  std::size_t apps = 0;  // the same in each tenant
  std::uint64_t of_one = 0, of_tenant = 0, of_app = 0;
  Duration window{};
  std::uint64_t largest = 0;
  // What may go out in one window, all together, and for one tenant.
  std::uint64_t capacity() const {
    return std::min({tenants * apps * of_one, tenants * of_tenant, apps * of_app});
  }
};

Estate random_estate(unsigned seed) {
  std::mt19937 random(seed);
  Estate estate;
  estate.tenants = 1 + random() % 3;
  estate.apps = 1 + random() % 3;
  estate.of_one = 600 + random() % 2400;
  // Each of the wider limits is sometimes the narrowest.
  const auto part = [&](std::uint64_t whole) { return whole * (60 + random() % 80) / 100; };
  estate.of_tenant = part(estate.of_one * estate.apps);
  estate.of_app = part(estate.of_one * estate.tenants);
  estate.window = seconds(10 + random() % 140);
  estate.largest = estate.of_one / 150;
  return estate;
}

Quotas quotas_of(const Estate& estate) {
  const auto bucket = [&](std::uint64_t limit, const char* scope) {
    return nlohmann::json{
        {"windowSeconds", estate.window / seconds(1)}, {"limit", limit}, {"scope", scope}};
  };
  return Quotas::parse({{"buckets",
                         {{"w", bucket(estate.of_one, "appTenant")},
                          {"w.tenant", bucket(estate.of_tenant, "tenant")},
                          {"w.app", bucket(estate.of_app, "app")}}},
                        {"sizeClasses", nlohmann::json::object()},
                        {"costs", nlohmann::json::array()},
                        {"modifiers", nlohmann::json::object()}},
                       "the test")
      .value();
}

struct Seen {
  SteadyTime asked;
  SteadyTime at;
  std::size_t tenant;
  std::size_t app;
  std::uint64_t units;
};

class Play {
 public:
  Play(const Estate& estate, unsigned seed)
      : estate_(estate),
        seed_(seed),
        governor_(quotas_of(estate), clock_),
        left_(estate.tenants, estate.capacity() * 3 / estate.tenants),
        active_(estate.tenants * kThreadsOfATenant) {}

  std::vector<Seen> run() {
    clock_.auto_advance(active_);
    {
      std::vector<std::jthread> threads;
      for (std::size_t who = 0; who < estate_.tenants * kThreadsOfATenant; ++who)
        threads.emplace_back([this, who] { work(who); });
    }
    std::sort(seen_.begin(), seen_.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
    return std::move(seen_);
  }

 private:
  void work(std::size_t who) {
    std::mt19937 random(seed_ * 100 + static_cast<unsigned>(who));
    const std::size_t tenant = who % estate_.tenants;
    while (const std::uint64_t units = next(tenant, random)) send(tenant, units, random);
  }

  std::uint64_t next(std::size_t tenant, std::mt19937& random) {
    const std::lock_guard lock(mutex_);
    const auto wanted = std::uniform_int_distribution<std::uint64_t>(1, estate_.largest)(random);
    const std::uint64_t units = std::min(wanted, left_[tenant]);
    left_[tenant] -= units;
    if (units == 0) clock_.auto_advance(--active_);  // whoever has ended no longer waits
    return units;
  }

  static std::string name(const char* kind, std::size_t number) {
    return kind + std::to_string(number);
  }

  std::size_t soonest(std::size_t tenant, const std::vector<Charge>& charges) {
    std::size_t best = 0;
    Governor::Outlook best_outlook;
    for (std::size_t app = 0; app < estate_.apps; ++app) {
      const auto outlook =
          governor_.outlook(name("tenant", tenant), name("app", app), charges, Lane::normal);
      if (app > 0 && !(outlook < best_outlook)) continue;
      best = app;
      best_outlook = outlook;
    }
    return best;
  }

  void send(std::size_t tenant, std::uint64_t units, std::mt19937& random) {
    // The threads of a tenant are enough for one app; for several, answers come so much sooner.
    const Duration longest = estate_.window / (1000 * static_cast<std::int64_t>(estate_.apps));
    const auto latency = [&] {
      return Duration(std::uniform_int_distribution<std::int64_t>(0, longest.count())(random));
    };
    const std::vector<Charge> charges{{"w", units}, {"w.tenant", units}, {"w.app", units}};
    const std::size_t app = soonest(tenant, charges);
    auto permit = governor_.acquire(name("tenant", tenant), name("app", app), charges, {});
    const SteadyTime asked = clock_.steady();
    clock_.wait_for(latency(), {});
    {
      const std::lock_guard lock(mutex_);
      seen_.push_back({asked, clock_.steady(), tenant, app, units});
    }
    clock_.wait_for(latency(), {});
    permit->answered();
  }

  const Estate estate_;
  const unsigned seed_;
  fakes::TestClock clock_;
  Governor governor_;
  std::mutex mutex_;  // guards all below
  std::vector<std::uint64_t> left_;
  std::size_t active_;
  std::vector<Seen> seen_;
};

// The fullest that any window of any of those was who share a limit.
template <typename Sharers>
std::uint64_t fullest(const std::vector<Seen>& seen, Duration window, Sharers sharers) {
  std::map<std::size_t, std::vector<Seen>> by_sharers;
  for (const Seen& one : seen) by_sharers[sharers(one)].push_back(one);
  std::uint64_t most = 0;
  for (const auto& [who, theirs] : by_sharers) {
    std::uint64_t in_window = 0;
    std::size_t oldest = 0;
    for (const Seen& one : theirs) {
      in_window += one.units;
      while (theirs[oldest].at <= one.at - window) in_window -= theirs[oldest++].units;
      most = std::max(most, in_window);
    }
  }
  return most;
}

SteadyTime time_of(std::uint64_t units, const std::vector<Seen>& seen) {
  std::uint64_t sent = 0;
  for (const Seen& one : seen)
    if ((sent += one.units) >= units) return one.at;
  throw std::logic_error("the story is too short");
}

class ScopesProperty : public testing::TestWithParam<unsigned> {};

TEST_P(ScopesProperty, NoWindowIsOverrunAndTheNarrowestIsUsed) {
  const Estate estate = random_estate(GetParam());
  const std::vector<Seen> seen = Play(estate, GetParam()).run();
  EXPECT_LE(fullest(seen, estate.window, [](const Seen& s) { return s.tenant * 10 + s.app; }),
            estate.of_one);
  EXPECT_LE(fullest(seen, estate.window, [](const Seen& s) { return s.tenant; }), estate.of_tenant);
  EXPECT_LE(fullest(seen, estate.window, [](const Seen& s) { return s.app; }), estate.of_app);

  // At the very end no work is waiting, so that only two windows and a half are looked at.
  const std::uint64_t measured = estate.capacity() * 5 / 2;
  const std::chrono::duration<double> took = time_of(measured, seen) - seen.front().asked;
  const std::chrono::duration<double> least = estate.window * 2;
  EXPECT_GE(least / took, 0.97) << estate.tenants << " tenants, " << estate.apps << " apps, "
                                << estate.of_one << " " << estate.of_tenant << " " << estate.of_app;
}

INSTANTIATE_TEST_SUITE_P(Governor, ScopesProperty, testing::Range(1U, 21U));

}  // namespace
}  // namespace entrad::graph
