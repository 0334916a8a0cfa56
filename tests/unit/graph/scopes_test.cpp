// Limits that the tenants of one app share, and the choice among the apps of one tenant.
#include <gtest/gtest.h>

#include <future>
#include <mutex>
#include <nlohmann/json.hpp>

#include "governor_rig.h"

namespace entrad::graph {
namespace {

using base::Duration;
using base::SteadyTime;
using std::chrono::seconds;

class Scopes : public GovernorRig {
 protected:
  Duration wait_as(const std::string& tenant, const std::string& app, std::uint64_t units) {
    const SteadyTime before = clock_.steady();
    governor_.acquire(tenant, app, {{"c", units}}, {})->answered();
    return clock_.steady() - before;
  }
};

TEST_F(Scopes, AnAppsLimitOverAllTenantsIsSharedByThemAndByNoOtherApp) {
  clock_.auto_advance(1);
  EXPECT_EQ(wait_as("aurora", "app", 6), seconds(0));
  EXPECT_EQ(wait_as("borealis", "other", 10), seconds(0));
  EXPECT_GE(wait_as("borealis", "app", 6), seconds(10));
  EXPECT_EQ(status("c").tenant, "");
  EXPECT_EQ(status("c").app, "app");
}

TEST_F(Scopes, WhoCameFirstGoesFirstAmongAllTenants) {
  EXPECT_EQ(wait_as("aurora", "app", 10), seconds(0));
  const auto begins = [this](const std::string& tenant, std::uint64_t units) {
    auto wait = std::async(std::launch::async,
                           [this, tenant, units] { return wait_as(tenant, "app", units); });
    return wait;
  };
  auto first = begins("borealis", 8);
  until_waiting(1);
  auto second = begins("aurora", 5);  // would fit beside nothing but itself
  until_waiting(2);
  EXPECT_EQ(status("c").waiting["normal"], 2U);
  clock_.auto_advance(2);
  EXPECT_LT(first.get(), seconds(11));
  clock_.auto_advance(1);
  EXPECT_GE(second.get(), seconds(20));
}

TEST_F(Scopes, TheUrgentOfOneTenantGoBeforeTheOthersOfAnother) {
  EXPECT_EQ(wait_as("aurora", "app", 10), seconds(0));
  auto normal = std::async(std::launch::async, [this] { return wait_as("aurora", "app", 8); });
  until_waiting(1);
  auto urgent = std::async(std::launch::async, [this] {
    const SteadyTime before = clock_.steady();
    governor_.acquire("borealis", "app", {{"c", 5}}, {}, nullptr, Lane::break_glass)->answered();
    return clock_.steady() - before;
  });
  until_waiting(2);
  clock_.auto_advance(2);
  EXPECT_LT(urgent.get(), seconds(11));
  clock_.auto_advance(1);
  EXPECT_GE(normal.get(), seconds(20));
}

TEST_F(Scopes, AreRememberedOverARestart) {
  clock_.auto_advance(1);
  wait_as("aurora", "app", 7);
  Governor next(small_quotas(10, 10), clock_);
  ASSERT_TRUE(next.load(governor_.save(/*clean_stop=*/true)));
  EXPECT_EQ(status(next, "c").used, 7U);
  EXPECT_EQ(status(next, "c").tenant, "");
}

// The machine's clock: the test's looks again by itself, and needs nobody to wake it.
TEST_F(Scopes, OneWhoHangsOnAnotherTenantsAnswerIsWokenByIt) {
  base::SystemClock clock;
  Governor governor(small_quotas(10, 10), clock);
  auto held = governor.acquire("aurora", "app", {{"c", 10}}, {});
  std::stop_source stop;
  auto waiting = std::async(std::launch::async, [&] {
    return governor.acquire("borealis", "app", {{"c", 1}}, stop.get_token()).has_value();
  });
  while (status(governor, "c").waiting["normal"] == 0) std::this_thread::yield();
  held->free_of_charge();
  EXPECT_EQ(waiting.wait_for(seconds(20)), std::future_status::ready);
  stop.request_stop();
  EXPECT_TRUE(waiting.get());
}

class Outlook : public GovernorRig {
 protected:
  Governor::Outlook of(const std::string& app, std::uint64_t units = 1) {
    return governor_.outlook("aurora", app, {{"a", units}}, Lane::normal);
  }
};

TEST_F(Outlook, TellsTheWaitForRoom) {
  spend("a", 8);
  clock_.advance(seconds(4));
  EXPECT_EQ(of("app", 2).wait, seconds(0));
  EXPECT_GE(of("app", 3).wait, seconds(6));
  EXPECT_LT(of("app", 3).wait, seconds(7));
  EXPECT_LT(of("other", 3), of("app", 3));
}

TEST_F(Outlook, OfTwoThatAreFreeTheEmptierIsBetter) {
  spend("a", 3, "app");
  spend("a", 4, "other");
  EXPECT_LT(of("app"), of("other"));
  EXPECT_FALSE(of("other") < of("app"));
}

TEST_F(Outlook, AClosedBucketIsWorseThanAFullOne) {
  spend("a", 10, "full");
  governor_.throttled("aurora", "closed", {{"a", 1}}, seconds(40));
  EXPECT_LT(of("full"), of("closed"));
}

TEST_F(Outlook, WhoeverWaitsAlreadyCounts) {
  spend("a", 10, "app");
  spend("a", 10, "other");
  clock_.advance(seconds(1));
  spend("a", 0, "app");
  std::jthread waiting([this] { spend("a", 6, "app"); });
  until_waiting(1);
  EXPECT_LT(of("other", 6), of("app", 6));
  clock_.advance(seconds(20));
}

TEST_F(Outlook, AskingTakesNothing) {
  for (int i = 0; i < 50; ++i) of("app", 5);
  EXPECT_EQ(status("a").used, 0U);
}

}  // namespace
}  // namespace entrad::graph
