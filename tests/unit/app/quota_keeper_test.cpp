#include "app/quota_keeper.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "fakes/temporary_directory.h"
#include "fakes/test_clock.h"
#include "store/own_state.h"

namespace entrad::app {
namespace {

using graph::Governor;
using graph::Quotas;
using std::chrono::seconds;

class QuotaKeeperTest : public testing::Test {
 protected:
  void open() {
    store_ = store::Store::open({.directory = directory_.path() / "state"}, clock_).value();
  }
  std::uint64_t used(const Governor& governor) const {
    for (const auto& row : governor.status())
      if (row.bucket == "directory.write") return row.used;
    return 0;
  }
  void write(Governor& governor, std::uint64_t units) const {
    auto permit = governor.acquire("aurora", "app", {{"directory.write", units}}, {});
    ASSERT_TRUE(permit);
    permit->answered();
  }
  nlohmann::json kept() const {
    return store_->own_state().kept("governor").value().value_or(nullptr);
  }

  fakes::TemporaryDirectory directory_;
  fakes::TestClock clock_;
  std::unique_ptr<store::Store> store_;
};

TEST_F(QuotaKeeperTest, AStopIsFollowedByAsMuchUse) {
  open();
  {
    Governor governor(Quotas::published(), clock_);
    QuotaKeeper keeper(*store_, governor, 1.0);
    write(governor, 1000);
    keeper.stop();
  }
  EXPECT_TRUE(kept().at("clean").get<bool>());
  Governor next(Quotas::published(), clock_);
  QuotaKeeper keeper(*store_, next, 1.0);
  EXPECT_EQ(used(next), 1000U);
  EXPECT_FALSE(kept().at("clean").get<bool>());  // a crash from here on is seen as one
}

TEST_F(QuotaKeeperTest, ACrashLosesNothingThatWasSent) {
  open();
  Governor governor(Quotas::published(), clock_);
  QuotaKeeper keeper(*store_, governor, 1.0);
  for (int i = 0; i < 100; ++i) {
    write(governor, 20);
    if (i % 10 != 0) continue;
    // As if the process ended here.
    Governor next(Quotas::published(), clock_);
    ASSERT_TRUE(next.load(kept()));
    EXPECT_GE(used(next), used(governor));
    EXPECT_LE(used(next), used(governor) + 375);
  }
}

TEST_F(QuotaKeeperTest, WritesAfterAWhileWhatHasChangedALittle) {
  open();
  Governor governor(Quotas::published(), clock_);
  QuotaKeeper keeper(*store_, governor, 1.0);
  write(governor, 1);
  while (kept().at("buckets").empty()) std::this_thread::yield();
  write(governor, 1);
  while (clock_.waiting() == 0) std::this_thread::yield();
  clock_.advance(seconds(6));
  const auto written = [this] {
    std::uint64_t units = 0;
    const nlohmann::json document = kept();
    for (const auto& share : document.at("buckets").at(0).at("spent"))
      units += share.at(1).get<std::uint64_t>();
    return units;
  };
  while (written() < 2) std::this_thread::yield();
}

TEST_F(QuotaKeeperTest, NonsenseInTheStoreIsForgotten) {
  open();
  ASSERT_TRUE(store_->own_state().keep("governor", {{"savedAt", "never"}}));
  Governor governor(Quotas::published(), clock_);
  QuotaKeeper keeper(*store_, governor, 1.0);
  EXPECT_TRUE(governor.status().empty());
  write(governor, 20);
}

}  // namespace
}  // namespace entrad::app
