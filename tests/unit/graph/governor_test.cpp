#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <mutex>
#include <thread>

#include "governor_rig.h"

namespace entrad::graph {
namespace {

using base::Duration;
using base::SteadyTime;
using std::chrono::milliseconds;
using std::chrono::seconds;

using GovernorTest = GovernorRig;

TEST_F(GovernorTest, LetsTheWholeWindowOutAtOnceAndThenWaitsForIt) {
  clock_.auto_advance(1);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(wait_for("a", 1), seconds(0));
  const Duration wait = wait_for("a", 1);
  EXPECT_GE(wait, seconds(10));
  EXPECT_LE(wait, seconds(10) + milliseconds(10));
}

TEST_F(GovernorTest, TheWindowRunsFromTheAnswer) {
  clock_.auto_advance(1);
  auto permit = governor_.acquire("aurora", "app", {{"a", 10}}, {});
  clock_.advance(seconds(60));
  EXPECT_EQ(status("a").used, 10U);
  permit->answered();
  EXPECT_GE(wait_for("a", 1), seconds(10));
}

TEST_F(GovernorTest, APermitGivesBackWhatWasNotUsedOrNotCounted) {
  clock_.auto_advance(1);
  { auto unused = governor_.acquire("aurora", "app", {{"a", 10}}, {}); }
  governor_.acquire("aurora", "app", {{"a", 10}}, {})->free_of_charge();
  EXPECT_EQ(wait_for("a", 10), seconds(0));
}

TEST_F(GovernorTest, AppsHaveTheirOwnWindowsButShareTheTenants) {
  clock_.auto_advance(1);
  spend("a", 10, "one");
  EXPECT_EQ(wait_for("a", 10, "two"), seconds(0));
  spend("b", 10, "one");
  EXPECT_GE(wait_for("b", 1, "two"), seconds(9));
  EXPECT_EQ(status("b").app, "");
}

TEST_F(GovernorTest, ARequestBiggerThanTheWindowGoesWhenTheWindowIsEmpty) {
  clock_.auto_advance(1);
  spend("a", 1);
  EXPECT_GE(wait_for("a", 25), seconds(10));
}

TEST_F(GovernorTest, TheLimitGrowsWhenTheTenantsSizeIsKnown) {
  clock_.auto_advance(1);
  spend("sized", 10);
  governor_.set_size("aurora", 1000);
  EXPECT_EQ(wait_for("sized", 10), seconds(0));
  EXPECT_EQ(status("sized").limit, 20U);
}

TEST_F(GovernorTest, A429ClosesTheBucketForExactlyRetryAfter) {
  clock_.auto_advance(1);
  governor_.throttled("aurora", "app", {{"a", 1}}, milliseconds(7500));
  EXPECT_EQ(status("a").throttled, 1U);
  EXPECT_EQ(*status("a").closed_until - clock_.wall(), milliseconds(7500));
  EXPECT_EQ(wait_for("b", 1), seconds(0));  // the others stay open
  EXPECT_EQ(wait_for("a", 1), milliseconds(7500));
}

TEST_F(GovernorTest, AShorterRetryAfterDoesNotOpenABucketEarlier) {
  clock_.auto_advance(1);
  governor_.throttled("aurora", "app", {{"a", 1}}, seconds(9));
  governor_.throttled("aurora", "app", {{"a", 1}}, seconds(2));
  EXPECT_EQ(wait_for("a", 1), seconds(9));
}

TEST_F(GovernorTest, WithoutRetryAfterTheClosureGrowsUpToTwoMinutes) {
  clock_.auto_advance(1);
  Duration longest{};
  for (int round = 0; round < 12; ++round) {
    const SteadyTime before = clock_.steady();
    governor_.throttled("aurora", "app", {{"a", 1}}, std::nullopt);
    governor_.throttled("aurora", "app", {{"a", 1}}, std::nullopt);  // of the same refusal
    governor_.acquire("aurora", "app", {{"a", 1}}, {})->free_of_charge();
    const Duration wait = clock_.steady() - before;
    EXPECT_GE(wait, seconds(1));
    EXPECT_LE(wait, std::min<Duration>(seconds(2) * (1 << round), seconds(120)));
    longest = std::max(longest, wait);
  }
  EXPECT_GT(longest, seconds(4));
  spend("a", 1);  // an answer: the next closure is short again
  governor_.throttled("aurora", "app", {{"a", 1}}, std::nullopt);
  EXPECT_LE(wait_for("a", 1), seconds(2));
}

TEST_F(GovernorTest, OpensGraduallyAfterA429) {
  clock_.auto_advance(1);
  governor_.throttled("aurora", "app", {{"a", 1}}, seconds(5));
  EXPECT_EQ(wait_for("a", 1), seconds(5));         // the first goes at once
  EXPECT_GT(wait_for("a", 1), milliseconds(700));  // then 1 a second, and more and more
  Duration rest{};
  for (int i = 0; i < 8; ++i) rest += wait_for("a", 1);
  EXPECT_GT(rest, seconds(2));
  EXPECT_LT(rest, seconds(4));
}

TEST_F(GovernorTest, WhatGraphSeesBeyondOurCountIsOthers) {
  clock_.auto_advance(1);
  spend("a", 4);
  EXPECT_FALSE(governor_.near_limit("aurora", "app", {{"a", 1}}, 0.45));  // about what we see
  EXPECT_FALSE(governor_.near_limit("aurora", "app", {{"b", 1}}, 0.9));   // counts no units
  EXPECT_TRUE(governor_.near_limit("aurora", "app", {{"a", 1}}, 0.8));
  EXPECT_EQ(status("a").used, 8U);
  EXPECT_FALSE(governor_.near_limit("aurora", "app", {{"a", 1}}, 0.8));  // counted already
  EXPECT_TRUE(governor_.near_limit("aurora", "app", {{"sized", 1}, {"a", 1}}, 1e300));
  EXPECT_EQ(status("a").used, 13U);  // half the limit at most
  EXPECT_FALSE(governor_.near_limit("aurora", "app", {{"a", 1}}, std::nan("")));
  EXPECT_LE(wait_for("a", 1), seconds(11));
}

TEST_F(GovernorTest, ABillTakesThePlaceOfThePrice) {
  ask({{"a", 4}, {"b", 1}})->answered({{"a", 7}, {"b", 1}});
  EXPECT_EQ(status("a").used, 7U);
  ask({{"b", 4}})->answered({{"b", 0}});
  EXPECT_EQ(status("b").used, 1U);
}

TEST_F(GovernorTest, SaysWhyABucketIsClosed) {
  governor_.throttled("aurora", "app", {{"a", 1}}, seconds(5), "WriteLimitExceeded");
  governor_.throttled("aurora", "app", {{"b", 1}}, std::nullopt);
  EXPECT_EQ(status("a").reason, "429 WriteLimitExceeded");
  EXPECT_EQ(status("b").reason, "429, without Retry-After");
  clock_.advance(seconds(6));
  EXPECT_EQ(status("a").reason, "");
}

TEST_F(GovernorTest, StopEndsAWait) {
  std::stop_source stop;
  spend("a", 10);
  std::jthread waiter([&] {
    const auto permit = governor_.acquire("aurora", "app", {{"a", 1}}, stop.get_token());
    EXPECT_FALSE(permit);
    EXPECT_EQ(permit.error().kind, base::ErrorKind::cancelled);
  });
  while (clock_.waiting() == 0) std::this_thread::yield();
  stop.request_stop();
}

TEST_F(GovernorTest, SaysOnceThatItWaitsAndThatItGoesOn) {
  clock_.auto_advance(1);
  spend("a", 10);
  std::vector<std::pair<Duration, std::string>> told;
  const WaitListener listener = [&](Duration wait, const std::string& reason) {
    told.emplace_back(wait, reason);
  };
  governor_.acquire("aurora", "app", {{"a", 1}}, {}, listener)->answered();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_GE(told[0].first, seconds(9));
  EXPECT_THAT(told[0].second, testing::HasSubstr("quota"));
  EXPECT_EQ(told[1], std::make_pair(Duration::zero(), std::string()));
}

TEST_F(GovernorTest, AListenerThatThrowsLeavesNobodyInTheQueue) {
  clock_.auto_advance(1);
  spend("a", 10);
  const WaitListener broken = [](Duration, const std::string&) {
    throw std::runtime_error("broken");
  };
  EXPECT_THROW((void)governor_.acquire("aurora", "app", {{"a", 1}}, {}, broken),
               std::runtime_error);
  EXPECT_GE(wait_for("a", 1), seconds(9));
}

TEST_F(GovernorTest, ABigRequestIsNotOvertakenBySmallOnes) {
  spend("a", 6);
  std::mutex mutex;
  std::vector<int> order;
  const auto take = [&](int who, std::uint64_t units) {
    auto permit = governor_.acquire("aurora", "app", {{"a", units}}, {});
    const std::lock_guard lock(mutex);
    order.push_back(who);
    permit->answered();
  };
  std::jthread big(take, 1, 8);
  while (clock_.waiting() < 1) std::this_thread::yield();
  std::jthread small(take, 2, 3);  // there would be room for it now, and none beside the big one
  while (clock_.waiting() < 2) std::this_thread::yield();
  clock_.advance(seconds(11));
  big.join();
  clock_.advance(seconds(11));
  small.join();
  EXPECT_EQ(order, (std::vector<int>{1, 2}));
}

}  // namespace
}  // namespace entrad::graph
