#include "restore/plan/price.h"

#include <gtest/gtest.h>

namespace entrad::restore {
namespace {

using base::Guid;
using directory::Link;

Todo member_of(const std::vector<Guid>& groups) {
  Todo todo;
  for (const Guid& group : groups) todo.links.push_back({group, api::ObjectKind::group});
  return todo;
}

TEST(Price, CoalescesTwentyMembershipsOfAGroupIntoOneWrite) {
  const Guid big = Guid::random();
  const Guid small = Guid::random();
  const graph::Quotas quotas = graph::Quotas::published();
  Price price(quotas);
  for (int i = 0; i < 41; ++i) price.add(member_of({big}));
  price.add(member_of({small}));
  EXPECT_EQ(price.writes(), 3U + 1U);
  api::Plan plan;
  price.enter_into(plan);
  EXPECT_EQ(plan.writes.at("directory.write"), 4U);
  EXPECT_EQ(plan.actions.at("group memberships added"), 42U);
}

TEST(Price, CountsEveryWriteOfAReCreatedUser) {
  Todo todo = member_of({Guid::random()});
  todo.create = true;
  todo.manager = Guid::random();
  todo.roles = {{"62e90394-69f5-4237-9190-012177145e10", "/"}};
  todo.enable.emplace();
  todo.create_methods = {{{"phoneType", "mobile"}}};
  todo.links.push_back({Guid::random(), api::ObjectKind::administrative_unit});
  EXPECT_EQ(own_writes(todo), 6U);
  const graph::Quotas quotas = graph::Quotas::published();
  Price price(quotas);
  price.add(todo);
  EXPECT_EQ(price.writes(), 7U);
  api::Plan plan;
  price.enter_into(plan);
  EXPECT_EQ(plan.writes.at("directory.write"), 6U);
  EXPECT_EQ(plan.writes.at("authMethods"), 1U);
}

TEST(Price, TakesAsLongAsTheTightestQuotaLasts) {
  const graph::Quotas quotas = graph::Quotas::published();
  Price price(quotas);
  Todo todo;
  todo.restore_from_bin = true;
  // 3,000 a window, of which the governor keeps 27 for urgent calls.
  for (int i = 0; i < 2973; ++i) price.add(todo);
  api::Plan within_a_window;
  price.enter_into(within_a_window);
  EXPECT_EQ(within_a_window.eta_seconds, 0U);
  price.add(todo);
  api::Plan one_more;
  price.enter_into(one_more);
  EXPECT_EQ(one_more.eta_seconds, 150U);
}

TEST(Price, OfNothingIsNothing) {
  const graph::Quotas quotas = graph::Quotas::published();
  Price price(quotas);
  price.add(Todo());
  api::Plan plan;
  price.enter_into(plan);
  EXPECT_EQ(price.writes(), 0U);
  EXPECT_TRUE(plan.actions.empty());
}

}  // namespace
}  // namespace entrad::restore
