// A governor over a few small buckets on a test clock: what tests of the governor start from.
// Thread safety: as its parts.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "fakes/test_clock.h"
#include "graph/quota/governor.h"

namespace entrad::graph {

// "a" counts resource units, "b" is shared by a tenant's apps, "c" by the tenants of an app,
// "sized" depends on the tenant.
inline Quotas small_quotas(std::uint64_t limit, int window_seconds) {
  return Quotas::parse(
             {{"buckets",
               {{"a",
                 {{"windowSeconds", window_seconds}, {"limit", limit}, {"unit", "resourceUnits"}}},
                {"b", {{"windowSeconds", window_seconds}, {"limit", limit}, {"scope", "tenant"}}},
                {"c", {{"windowSeconds", window_seconds}, {"limit", limit}, {"scope", "app"}}},
                {"sized",
                 {{"windowSeconds", window_seconds},
                  {"limitBySize", {{"S", limit}, {"L", 2 * limit}}}}}}},
              {"sizeClasses", {{"S", {{"maxUsers", 49}}}, {"L", nlohmann::json::object()}}},
              {"costs", nlohmann::json::array()},
              {"modifiers", nlohmann::json::object()}},
             "the test")
      .value();
}

class GovernorRig : public testing::Test {
 protected:
  explicit GovernorRig(std::uint64_t limit = 10, int window_seconds = 10)
      : governor_(small_quotas(limit, window_seconds), clock_) {}

  base::Result<Governor::Permit> ask(const std::vector<Charge>& charges, Lane lane = Lane::normal,
                                     const std::string& app = "app") {
    return governor_.acquire("aurora", app, charges, {}, nullptr, lane);
  }
  // A permit that was used and answered at once.
  void spend(const std::string& bucket, std::uint64_t units, const std::string& app = "app",
             Lane lane = Lane::normal) {
    auto permit = ask({{bucket, units}}, lane, app);
    ASSERT_TRUE(permit);
    permit->answered();
  }
  base::Duration wait_for(const std::string& bucket, std::uint64_t units,
                          const std::string& app = "app", Lane lane = Lane::normal) {
    const base::SteadyTime before = clock_.steady();
    spend(bucket, units, app, lane);
    return clock_.steady() - before;
  }
  void until_waiting(std::size_t threads) const {
    while (clock_.waiting() < threads) std::this_thread::yield();
  }
  static api::BucketStatus status(const Governor& governor, const std::string& bucket) {
    for (const auto& row : governor.status())
      if (row.bucket == bucket) return row;
    return {};
  }
  api::BucketStatus status(const std::string& bucket) const { return status(governor_, bucket); }

  fakes::TestClock clock_;
  Governor governor_;
};

}  // namespace entrad::graph
