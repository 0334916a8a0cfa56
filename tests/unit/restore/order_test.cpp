// What waits for what in a restore, seen from the journal's steps.
#include <algorithm>
#include <map>
#include <set>

#include "tenant_story.h"

namespace entrad::restore {
namespace {

class Order : public TenantStory {
 protected:
  void restore_everybody_purged(const std::string& tenant = "aurora:users=120,seed=7,lag=0",
                                const api::RestoreRequest& request = everything()) {
    begin(tenant);
    back_up();
    disaster({{"purge", 1000}});
    const api::Job job = restore(request);
    steps_ = store_->journal().steps(job.id, 0, 100000);
    for (const store::Step& step : steps_)
      if (step.kind == "role") first_role_.try_emplace(step.items[0], step.seq);
  }
  bool gets_roles(const store::Step& step) const { return first_role_.contains(step.items[0]); }
  // In the order in which they were sent.
  template <typename Is>
  std::vector<std::uint64_t> sent(const Is& is) const {
    std::vector<std::uint64_t> seqs;
    for (const store::Step& step : steps_)
      if (is(step)) seqs.push_back(step.seq);
    return seqs;
  }

  std::vector<store::Step> steps_;
  std::map<std::uint64_t, std::uint64_t> first_role_;  // of an item -> step
};

// A unit takes one user a write, one write at a time: a thousand users of one begin at once, or
// everything else is written and they are not.
TEST_F(Order, WhatTakesTheMostWritesBeginsFirst) {
  restore_everybody_purged("aurora:users=120,seed=7,lag=0,groups=200");
  std::map<std::string, std::size_t> began;  // path of a unit -> after how many links
  std::size_t links = 0;
  for (const store::Step& step : steps_) {
    if (step.kind == "unit") began.try_emplace(step.path, links);
    if (step.kind == "unit" || step.kind == "members") ++links;
  }
  ASSERT_GT(links, 120U);
  ASSERT_EQ(began.size(), 8U);
  for (const auto& [unit, after] : began) EXPECT_LT(after, 40U) << unit;
}

// Alone at the end, a unit would leave most of the quota unused.
TEST_F(Order, WhatGoesSideBySideDoesNotRunAheadOfTheLongestQueue) {
  api::RestoreRequest request = everything();
  request.with_auth_methods = false;
  restore_everybody_purged("aurora:users=600,seed=7,lag=0,groups=10", request);
  std::map<std::string, std::vector<std::uint64_t>> units;
  for (const store::Step& step : steps_)
    if (step.kind == "unit") units[step.path].push_back(step.seq);
  const auto longest = std::max_element(
      units.begin(), units.end(),
      [](const auto& a, const auto& b) { return a.second.size() < b.second.size(); });
  ASSERT_NE(longest, units.end());
  const std::uint64_t half = longest->second[longest->second.size() / 2];
  const auto managers = sent([](const store::Step& step) { return step.kind == "manager"; });
  ASSERT_GT(managers.size(), 300U);
  const auto before = std::lower_bound(managers.begin(), managers.end(), half) - managers.begin();
  EXPECT_LT(static_cast<double>(before), 0.7 * static_cast<double>(managers.size()));
  EXPECT_GT(static_cast<double>(before), 0.3 * static_cast<double>(managers.size()));
}

// Their quota is so small that those of thousands of users take hours.
TEST_F(Order, NobodysLinksWaitForSignInMethods) {
  restore_everybody_purged();
  const auto methods =
      sent([this](const store::Step& step) { return step.kind == "method" && !gets_roles(step); });
  const auto others = sent([](const store::Step& step) { return step.kind != "method"; });
  ASSERT_GT(methods.size(), 50U);
  ASSERT_GT(others.size(), 250U);
  EXPECT_LT(others.back(), methods.front());
}

// Whoever holds an admin role can no longer be changed by an ordinary app.
TEST_F(Order, AnAdminsMethodsGoBeforeTheRoles) {
  restore_everybody_purged();
  std::set<std::uint64_t> admins;
  for (const store::Step& step : steps_) {
    if (step.kind != "method" || !gets_roles(step)) continue;
    admins.insert(step.items[0]);
    EXPECT_LT(step.seq, first_role_.at(step.items[0])) << step.path;
  }
  EXPECT_EQ(admins.size(), 2U);
}

}  // namespace
}  // namespace entrad::restore
