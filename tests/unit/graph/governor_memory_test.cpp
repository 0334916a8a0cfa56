// What the governor remembers over a restart, and what it assumes after a crash.
#include <gtest/gtest.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <thread>

#include "governor_rig.h"

namespace entrad::graph {
namespace {

using nlohmann::json;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

class GovernorMemory : public GovernorRig {
 protected:
  GovernorMemory() : GovernorRig(1000, 100) { clock_.auto_advance(1); }

  std::uint64_t used(const Governor& governor, const std::string& bucket = "a") const {
    return status(governor, bucket).used;
  }
  // Saved, and known to be written.
  json save(bool clean = false) {
    json saved = governor_.save(clean);
    governor_.saved(true);
    return saved;
  }
  base::Duration wait_in(Governor& governor, std::uint64_t units) {
    const auto before = clock_.steady();
    governor.acquire("aurora", "app", {{"a", units}}, {})->answered();
    return clock_.steady() - before;
  }

  Governor next_{small_quotas(1000, 100), clock_};  // of the process after it
};

TEST_F(GovernorMemory, ACleanStopIsRememberedAsItWas) {
  spend("a", 600);
  clock_.advance(seconds(10));
  spend("a", 200);
  const json saved = save(/*clean=*/true);
  clock_.advance(seconds(5));
  ASSERT_TRUE(next_.load(saved));
  EXPECT_EQ(used(next_), 800U);
  const auto wait = wait_in(next_, 700);
  EXPECT_GE(wait, seconds(85));
  EXPECT_LE(wait, seconds(88));  // kept in steps of a fiftieth of the window
}

TEST_F(GovernorMemory, WhatRanOutMeanwhileIsForgotten) {
  spend("a", 600);
  const json saved = save(/*clean=*/true);
  clock_.advance(seconds(103));
  ASSERT_TRUE(next_.load(saved));
  EXPECT_EQ(used(next_), 0U);
}

TEST_F(GovernorMemory, ACrashCountsThePledgeAsTaken) {
  spend("a", 600);
  const json saved = save();
  spend("a", 125);  // nobody wrote this down
  ASSERT_TRUE(next_.load(saved));
  EXPECT_EQ(used(next_), 725U);
  clock_.advance(seconds(99));
  EXPECT_EQ(used(next_), 725U);
  clock_.advance(seconds(4));
  EXPECT_EQ(used(next_), 0U);
}

TEST_F(GovernorMemory, ThePledgeOfAFullBucketIsItsRoom) {
  spend("a", 1000, "app", Lane::break_glass);
  ASSERT_TRUE(next_.load(save()));
  EXPECT_EQ(used(next_), 1000U);
}

TEST_F(GovernorMemory, WhatWasUnderWayCountsFromTheLoad) {
  auto permit = ask({{"a", 300}});
  const json saved = save(/*clean=*/true);
  clock_.advance(seconds(60));
  ASSERT_TRUE(next_.load(saved));
  clock_.advance(seconds(90));
  EXPECT_EQ(used(next_), 300U);
}

TEST_F(GovernorMemory, NoMoreThanThePledgeGoesOutBeforeItIsWrittenDown) {
  clock_.auto_advance(0);
  spend("a", 1);
  const json saved = save();
  for (int i = 0; i < 5; ++i) spend("a", 25);
  std::atomic<bool> went = false;
  std::jthread more([&] {
    spend("a", 1);
    went = true;
  });
  until_waiting(1);
  EXPECT_FALSE(went);
  // Nobody lost a unit by a crash now.
  ASSERT_TRUE(next_.load(saved));
  EXPECT_GE(used(next_), used(governor_));
  save();
  more.join();
  EXPECT_TRUE(went);
}

TEST_F(GovernorMemory, ABucketThatNoDocumentHasIsWrittenDownFirst) {
  clock_.auto_advance(0);
  save();
  std::jthread first([&] { spend("a", 1); });
  until_waiting(1);
  EXPECT_TRUE(governor_.wait_until_worth_saving(hours(1), {}));
  save();
}

TEST_F(GovernorMemory, NobodyWaitsForAStoreThatCannotWrite) {
  save();
  governor_.saved(false);
  for (int i = 0; i < 9; ++i) EXPECT_EQ(wait_for("a", 100), seconds(0));
}

TEST_F(GovernorMemory, IsWorthSavingWhenThePledgeRunsLowOrAfterAWhile) {
  spend("a", 1);
  save();
  spend("a", 10);
  const auto before = clock_.steady();
  EXPECT_TRUE(governor_.wait_until_worth_saving(seconds(5), {}));
  EXPECT_EQ(clock_.steady() - before, seconds(5));
  save();
  spend("a", 70);
  EXPECT_TRUE(governor_.wait_until_worth_saving(seconds(5), {}));
  EXPECT_EQ(clock_.steady() - before, seconds(5));
}

TEST_F(GovernorMemory, IsNotWorthSavingWhenNothingChanges) {
  clock_.auto_advance(0);
  spend("a", 1);
  save();
  std::stop_source stop;
  std::jthread keeper(
      [&] { EXPECT_FALSE(governor_.wait_until_worth_saving(seconds(5), stop.get_token())); });
  for (int i = 0; i < 5; ++i) {
    until_waiting(1);
    clock_.advance(seconds(6));
  }
  until_waiting(1);
  stop.request_stop();
}

TEST_F(GovernorMemory, AClockThatWentBackBlocksForNoMoreThanAWindow) {
  spend("a", 900);
  governor_.throttled("aurora", "app", {{"a", 1}}, hours(5));
  const json saved = save(/*clean=*/true);
  clock_.set_wall(clock_.wall() - hours(24 * 300));
  ASSERT_TRUE(next_.load(saved));
  const auto wait = wait_in(next_, 900);
  EXPECT_GE(wait, seconds(99));
  EXPECT_LE(wait, seconds(100));
}

TEST_F(GovernorMemory, AClockThatWentForwardBlocksNobody) {
  spend("a", 900);
  governor_.throttled("aurora", "app", {{"a", 1}}, hours(5));
  const json saved = save(/*clean=*/true);
  clock_.set_wall(clock_.wall() + hours(24 * 300));
  ASSERT_TRUE(next_.load(saved));
  EXPECT_EQ(wait_in(next_, 1), seconds(0));
}

TEST_F(GovernorMemory, FasterSteadyTimeIsAllowedFor) {
  spend("a", 900);
  const json saved = save(/*clean=*/true);
  clock_.advance(seconds(1));  // of wall time; 120 s of the steady time that runs so fast
  ASSERT_TRUE(next_.load(saved, 120));
  EXPECT_EQ(used(next_), 0U);
}

TEST_F(GovernorMemory, AClosureIsKeptWithItsReasonAndOpensGradually) {
  governor_.throttled("aurora", "app", {{"a", 1}}, seconds(30), "WriteLimitExceeded");
  const json saved = save(/*clean=*/true);
  clock_.advance(seconds(10));
  ASSERT_TRUE(next_.load(saved));
  EXPECT_EQ(status(next_, "a").reason, "429 WriteLimitExceeded");
  EXPECT_EQ(wait_in(next_, 20), seconds(20));
  EXPECT_GT(wait_in(next_, 20), seconds(1));  // ten a second at first, then faster
}

TEST_F(GovernorMemory, SizesAndPricesAreKept) {
  governor_.set_size("aurora", 5000);
  spend("sized", 1);
  governor_.prices().learn("GET", "/users", 9);
  ASSERT_TRUE(next_.load(save(/*clean=*/true)));
  EXPECT_EQ(status(next_, "sized").limit, 2000U);
  EXPECT_EQ(next_.save(true).at("prices"), governor_.save(true).at("prices"));
}

TEST_F(GovernorMemory, TheDocumentStaysSmall) {
  for (int i = 0; i < 900; ++i) {
    spend("a", 1);
    clock_.advance(milliseconds(100));
  }
  EXPECT_LE(save().at("buckets").at(0).at("spent").size(), 52U);
}

TEST_F(GovernorMemory, ADocumentThatMakesNoSenseIsIgnored) {
  spend("a", 900);
  const json good = save(/*clean=*/true);
  const auto with = [&](const json::json_pointer& place, const json& value) {
    json bad = good;
    bad[place] = value;
    return bad;
  };
  using Pointer = json::json_pointer;
  for (const json& bad :
       {json(nullptr), json::array(), json("x"), json::object(), with(Pointer("/savedAt"), "x"),
        with(Pointer("/buckets"), 1), with(Pointer("/buckets/0/spent/0"), json::array({1})),
        with(Pointer("/buckets/0/spent/0/0"), -5), with(Pointer("/sizes"), 1),
        with(Pointer("/buckets/0/spent/0/0"), std::int64_t{1} << 62)}) {
    EXPECT_FALSE(next_.load(bad)) << bad;
    EXPECT_TRUE(next_.status().empty());
  }
  // A bucket that the quotas do not have any more, and more than there is room for.
  EXPECT_TRUE(next_.load(with(Pointer("/buckets/0/bucket"), "old")));
  EXPECT_TRUE(next_.status().empty());
  EXPECT_TRUE(next_.load(with(Pointer("/buckets/0/spent/0/1"), ~std::uint64_t{0})));
  EXPECT_EQ(used(next_), 1000U);
}

}  // namespace
}  // namespace entrad::graph
