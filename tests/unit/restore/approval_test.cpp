// What stands between a plan and its writes: whoever approves it, what has changed meanwhile, and
// the limits that the configuration sets.
#include "base/json.h"
#include "tenant_story.h"

namespace entrad::restore {
namespace {

using api::JobState;
using api::Outcome;
using nlohmann::json;

class Approving : public TenantStory {
 protected:
  // Two plain members, as ids.
  std::pair<std::string, std::string> two_users() const {
    const auto [name, user] = find(is_plain_member);
    const auto [other_name, other] = find([&name = name](const json& candidate) {
      return is_plain_member(candidate) && candidate["object"]["userPrincipalName"] != name;
    });
    return {user["object"]["id"], other["object"]["id"]};
  }
  void patch(const std::string& id, const json& values) const {
    sim_->post("/_control/tenants/aurora/users/" + id + "/patch", values);
  }
  json object_now(const std::string& id) const {
    const json dump = sim_->dump("aurora");
    for (const auto& [name, user] : dump["users"].items())
      if (user["object"]["id"] == id) return user["object"];
    return nullptr;
  }
  api::Job plan_of(const std::vector<std::string>& users) {
    api::RestoreRequest request = object_of(users.front());
    request.selection.users = users;
    request.approved = false;
    return restore(request);
  }
  api::Job approved(base::JobId id) {
    auto job = queue_->approve(id, {}, "somebody else");
    if (!job) throw std::runtime_error(job.error().message);
    api::Job now = wait(id);
    while (!api::is_final(now.state)) now = wait(id);
    return now;
  }
};

TEST_F(Approving, HoldsWhoHasBeenChangedSinceThePlanAndRestoresTheOthers) {
  begin();
  const auto [one, other] = two_users();
  back_up();
  patch(one, {{"city", "Elsewhere"}});
  patch(other, {{"city", "Elsewhere"}});
  const api::Job held = plan_of({one, other});
  patch(one, {{"city", "Third"}});
  const api::Job job = approved(held.id);
  EXPECT_EQ(job.state, JobState::partial);
  for (const auto& item : items(job.id)) {
    EXPECT_EQ(item.outcome, item.user_id == one ? Outcome::skipped : Outcome::restored)
        << base::json_text(json(item), 1);
    if (item.user_id != one) continue;
    ASSERT_EQ(item.problems.size(), 1U);
    EXPECT_EQ(item.problems[0].kind, "changedSince");
    EXPECT_NE(item.problems[0].message.find("set city"), std::string::npos);
  }
  EXPECT_EQ(object_now(one)["city"], "Third");
}

TEST_F(Approving, HoldsAUserWhoHasBeenDeletedSinceThePlan) {
  begin();
  const auto [one, other] = two_users();
  back_up();
  patch(one, {{"city", "Elsewhere"}});
  const api::Job held = plan_of({one});
  delete_user(one);
  EXPECT_EQ(items(approved(held.id).id).at(0).outcome, Outcome::skipped);
  EXPECT_EQ(object_now(one), nullptr);
}

TEST_F(Approving, GoesOnWhereSomethingHasBecomeRightMeanwhile) {
  begin();
  const auto [one, other] = two_users();
  const json before = object_now(one);
  back_up();
  patch(one, {{"city", "Elsewhere"}, {"department", "Elsewhere"}});
  const api::Job held = plan_of({one});
  patch(one, {{"city", before["city"]}});
  const auto item = items(approved(held.id).id).at(0);
  EXPECT_EQ(item.outcome, Outcome::restored) << base::json_text(json(item), 1);
  EXPECT_EQ(object_now(one), before);
}

TEST_F(Approving, LeavesProtectedUsersAlone) {
  begin();
  const auto [one, other] = two_users();
  limits_["aurora"].protected_users = {one};
  start_queue();
  back_up();
  patch(one, {{"city", "Elsewhere"}});
  patch(other, {{"city", "Elsewhere"}});
  const api::Job job = approved(plan_of({one, other}).id);
  for (const auto& item : items(job.id))
    EXPECT_EQ(item.outcome, item.user_id == one ? Outcome::impossible : Outcome::restored);
  EXPECT_EQ(object_now(one)["city"], "Elsewhere");
}

TEST_F(Approving, RefusesAPlanThatBlocksOrRemovesTooMuch) {
  begin();
  const auto [one, other] = two_users();
  limits_["aurora"].most_blocked = 1;
  limits_["aurora"].most_removals = 0;
  start_queue();
  back_up();
  const auto writes_before = writes();
  api::RestoreRequest request = object_of(one);
  request.selection.users = {one, other};
  request.block_sign_in = true;
  patch(one, {{"accountEnabled", true}});
  patch(other, {{"accountEnabled", true}});
  const api::Job refused = restore(request);
  EXPECT_EQ(refused.state, JobState::failed);
  ASSERT_TRUE(refused.failure);
  EXPECT_EQ(refused.failure->kind, "failedPrecondition");
  EXPECT_NE(refused.failure->message.find("2, and the configuration allows 1 (most_blocked)"),
            std::string::npos)
      << refused.failure->message;
  EXPECT_EQ(writes(), writes_before);
  request.selection.users = {one};
  const api::Job job = restore(request);
  EXPECT_EQ(job.state, JobState::succeeded);
  const auto undone = queue_->submit(api::UndoRequest{job.id, true, {}}, "tester");
  ASSERT_TRUE(undone);
  EXPECT_EQ(wait(undone->id).state, JobState::succeeded);  // it removes nothing
}

TEST_F(Approving, WantsFourEyes) {
  begin();
  const auto [one, other] = two_users();
  limits_["aurora"].four_eyes = true;
  start_queue();
  back_up();
  const auto beforehand = queue_->submit(object_of(one), "tester");
  ASSERT_FALSE(beforehand);
  EXPECT_EQ(beforehand.error().kind, base::ErrorKind::permission_denied);
  const api::Job held = plan_of({one});
  const auto mine = queue_->approve(held.id, {}, "tester");
  ASSERT_FALSE(mine);
  EXPECT_EQ(mine.error().kind, base::ErrorKind::permission_denied);
  EXPECT_TRUE(api::is_final(approved(held.id).state));
}

}  // namespace
}  // namespace entrad::restore
