// Which snapshots the rules of retention keep.
#include "store/pruning/retention.h"

#include <gtest/gtest.h>

#include "rig.h"

namespace entrad::store {
namespace {

using Numbers = std::vector<std::uint64_t>;

// One a day from Thursday 2026-01-01 on, at noon, numbered from 1.
std::vector<api::Snapshot> daily(std::uint64_t count) {
  std::vector<api::Snapshot> all(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    all[i].number = {i + 1};
    all[i].sealed_at = base::WallTime(std::chrono::hours(24 * (20'454 + i) + 12));
  }
  return all;
}

Numbers kept(const std::vector<api::Snapshot>& snapshots, const api::Retention& retention,
             const OtherReasons& others = {}) {
  Numbers numbers;
  for (const auto& verdict : judge(snapshots, retention, others, snapshots.back().sealed_at)) {
    EXPECT_EQ(verdict.kept, !verdict.why.empty());
    if (verdict.kept) numbers.push_back(verdict.snapshot.value);
  }
  return numbers;
}

TEST(Retention, KeepsAllWithoutARule) { EXPECT_EQ(kept(daily(3), {}), (Numbers{1, 2, 3})); }

TEST(Retention, CountsTheNewest) {
  api::Retention rules;
  rules.last = 2;
  EXPECT_EQ(kept(daily(5), rules), (Numbers{4, 5}));
}

TEST(Retention, KeepsWhatIsYounger) {
  api::Retention rules;
  rules.within_days = 3;
  EXPECT_EQ(kept(daily(6), rules), (Numbers{4, 5, 6}));
}

TEST(Retention, KeepsTheNewestOfEachPeriod) {
  api::Retention rules;
  rules.weekly = 3;  // Sundays are the 4th, 11th, ...; the 15th is a Thursday
  EXPECT_EQ(kept(daily(15), rules), (Numbers{4, 11, 15}));
  rules = {};
  rules.monthly = 2;
  EXPECT_EQ(kept(daily(45), rules), (Numbers{31, 45}));
  rules = {};
  rules.yearly = 2;
  EXPECT_EQ(kept(daily(400), rules), (Numbers{365, 400}));
  rules = {};
  rules.daily = 2;
  auto twice = daily(2);
  twice[1].sealed_at = twice[0].sealed_at;
  EXPECT_EQ(kept(twice, rules), (Numbers{2}));
}

TEST(Retention, NeverTakesTheNewestCompleteOneNorWhatElseIsNeeded) {
  auto all = daily(5);
  all[4].sections["roles"] = {api::Completeness::partial, "no permission"};
  api::Retention rules;
  rules.last = 1;
  EXPECT_EQ(kept(all, rules, {{{2}, "pinned"}}), (Numbers{2, 4, 5}));
}

}  // namespace
}  // namespace entrad::store
