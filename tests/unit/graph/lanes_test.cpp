// Who goes first, and what is kept free for whom.
#include <gtest/gtest.h>

#include <mutex>
#include <thread>

#include "governor_rig.h"

namespace entrad::graph {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class Lanes : public GovernorRig {
 protected:
  Lanes() : GovernorRig(1000, 10) {}

  // Who got a permit, in order.
  void ask_as(const std::string& who, const std::vector<Charge>& charges, Lane lane) {
    auto permit = ask(charges, lane);
    const std::lock_guard lock(mutex_);
    order_.push_back(who);
    permit->answered();
  }
  std::jthread asks(const std::string& who, const std::vector<Charge>& charges, Lane lane) {
    return std::jthread([this, who, charges, lane] { ask_as(who, charges, lane); });
  }

  void until_served(std::size_t count) {
    for (;; std::this_thread::yield()) {
      const std::lock_guard lock(mutex_);
      if (order_.size() >= count) return;
    }
  }

  std::mutex mutex_;
  std::vector<std::string> order_;
};

TEST_F(Lanes, LeaveAlmostAPercentForTheUrgent) {
  clock_.auto_advance(1);
  EXPECT_EQ(wait_for("a", 991), seconds(0));
  EXPECT_EQ(wait_for("a", 9, "app", Lane::break_glass), seconds(0));
  EXPECT_EQ(status("a").used, 1000U);
}

TEST_F(Lanes, NobodyElseGetsThat) {
  clock_.auto_advance(1);
  spend("a", 991);
  EXPECT_GE(wait_for("a", 1, "app", Lane::normal), seconds(10));
}

TEST_F(Lanes, LeaveItFreeAgainBeforeAnyoneElseGoesOn) {
  clock_.auto_advance(1);
  spend("a", 991);
  clock_.advance(seconds(5));
  spend("a", 9, "app", Lane::break_glass);
  EXPECT_GE(wait_for("a", 982), seconds(5));  // what ran out is lent again, but for the nine
  EXPECT_GE(wait_for("a", 1), seconds(4));
}

TEST_F(Lanes, SmallBucketsHaveNothingToLeave) {
  Governor small(small_quotas(5, 10), clock_);
  auto permit = small.acquire("aurora", "app", {{"a", 5}}, {});
  EXPECT_TRUE(permit);
  EXPECT_EQ(status(small, "a").used, 5U);
}

TEST_F(Lanes, TheHigherLaneGoesFirstThoughItCameLast) {
  spend("a", 1000, "app", Lane::break_glass);
  const auto background = asks("background", {{"a", 900}}, Lane::background);
  until_waiting(1);
  const auto normal = asks("normal", {{"a", 900}}, Lane::normal);
  until_waiting(2);
  const auto urgent = asks("urgent", {{"a", 900}}, Lane::break_glass);
  until_waiting(3);
  const auto row = status("a");
  EXPECT_EQ(row.waiting.at("background"), 1U);
  EXPECT_EQ(row.waiting.at("normal"), 1U);
  EXPECT_EQ(row.waiting.at("breakGlass"), 1U);
  for (std::size_t left = 3; left > 0; --left) {
    clock_.advance(milliseconds(10100));
    until_served(4 - left);
  }
  // When the second went the background call had waited for ten seconds, and had come first.
  EXPECT_EQ(order_, (std::vector<std::string>{"urgent", "background", "normal"}));
}

TEST_F(Lanes, ABackgroundCallIsOvertakenWhileItHasPatience) {
  spend("a", 500);
  clock_.advance(seconds(5));
  spend("a", 491);
  const auto background = asks("background", {{"a", 490}}, Lane::background);
  until_waiting(1);
  const auto normal = asks("normal", {{"a", 490}}, Lane::normal);
  until_waiting(2);
  clock_.advance(milliseconds(5100));  // half of the window runs out
  until_served(1);
  clock_.advance(milliseconds(10100));
  until_served(2);
  EXPECT_EQ(order_, (std::vector<std::string>{"normal", "background"}));
}

TEST_F(Lanes, ABackgroundCallThatHasWaitedGoesBeforeLaterNormalOnes) {
  governor_.throttled("aurora", "app", {{"a", 1}}, seconds(30));
  const auto background = asks("background", {{"a", 990}}, Lane::background);
  until_waiting(1);
  clock_.advance(seconds(11));
  const auto normal = asks("normal", {{"a", 990}}, Lane::normal);
  until_waiting(2);
  clock_.advance(seconds(20));
  until_served(1);
  clock_.advance(seconds(11));
  until_served(2);
  EXPECT_EQ(order_, (std::vector<std::string>{"background", "normal"}));
}

TEST_F(Lanes, WhoWaitsForWritesDoesNotHoldUpReads) {
  spend("b", 991);
  const auto writer = asks("writer", {{"a", 1}, {"b", 1}}, Lane::normal);
  until_waiting(1);
  ask_as("reader", {{"a", 990}}, Lane::background);  // would hang here
  EXPECT_EQ(order_, (std::vector<std::string>{"reader"}));
  clock_.advance(seconds(11));
}

TEST_F(Lanes, ButItsOwnShareOfTheReadsIsKeptForIt) {
  spend("b", 991);
  const auto writer = asks("writer", {{"a", 100}, {"b", 1}}, Lane::normal);
  until_waiting(1);
  const auto reader = asks("reader", {{"a", 900}}, Lane::normal);
  until_waiting(2);
  clock_.advance(milliseconds(10100));
  until_served(1);
  clock_.advance(milliseconds(10100));
  until_served(2);
  EXPECT_EQ(order_, (std::vector<std::string>{"writer", "reader"}));
}

TEST_F(Lanes, TenantsDoNotWaitForEachOther) {
  clock_.auto_advance(1);
  spend("a", 991);
  const auto before = clock_.steady();
  governor_.acquire("borealis", "app", {{"a", 991}, {"b", 991}}, {})->answered();
  EXPECT_EQ(clock_.steady(), before);
}

TEST(RestoreLane, IsUrgentForAFewUsers) {
  EXPECT_EQ(restore_lane(1), Lane::break_glass);
  EXPECT_EQ(restore_lane(20), Lane::break_glass);
  EXPECT_EQ(restore_lane(21), Lane::normal);
}

}  // namespace
}  // namespace entrad::graph
