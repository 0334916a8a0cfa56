// An undo brings back what was before a restore, and nothing else.
#include <algorithm>

#include "base/json.h"
#include "graph/calls.h"
#include "tenant_story.h"

namespace entrad::restore {
namespace {

using api::JobState;
using api::Outcome;
using base::Guid;
using nlohmann::json;

class Undoing : public TenantStory {
 protected:
  api::Job undo(base::JobId id, bool approved = true) {
    auto job = queue_->submit(api::UndoRequest{id, approved, {}}, "tester");
    if (!job) throw std::runtime_error(job.error().message);
    return wait(job->id);
  }
  // Users and groups as they are; who is in the recycle bin beside them is not compared, since an
  // app may not empty it.
  json live(bool ids = true) const {
    json dump = sim_->dump("aurora", ids);
    dump.erase("deleted");
    return dump;
  }
  static bool is_complete(const json& items) {
    for (const json& item : items)
      if (item["outcome"] != "restored") return false;
    return true;
  }
};

TEST_F(Undoing, BringsTheTenantBackToItsStateBeforeTheRestore) {
  begin("aurora:users=150,seed=5");
  back_up();
  disaster({{"seed", 3},
            {"delete", 12},
            {"purge", 8},
            {"scramble", 15},
            {"removeMemberships", 40},
            {"removeRoles", 2}});
  const json before = live();
  api::RestoreRequest request = everything();
  request.with_licenses = true;
  request.with_app_roles = true;
  const api::Job restored = restore(request);
  ASSERT_NE(live(), before);
  const api::Job job = undo(restored.id);
  EXPECT_EQ(job.state, JobState::succeeded)
      << base::json_text(json(items(job.id)), 1).substr(0, 3000);
  EXPECT_EQ(json::diff(before, live()), json::array());
  for (const auto& item : items(job.id)) EXPECT_TRUE(item.verified) << item.user_principal_name;
  const api::Job again = undo(restored.id);
  EXPECT_EQ(again.outcomes.at("alreadyRight"), items(again.id).size());
}

TEST_F(Undoing, OfAnUndoBringsTheRestoreBack) {
  begin();
  const auto [name, user] = find(is_plain_member);
  back_up();
  const std::string id = user["object"]["id"];
  sim_->post("/_control/tenants/aurora/users/" + id + "/patch", {{"city", "Elsewhere"}});
  const auto [other_name, other] = find([&name = name](const json& candidate) {
    return is_plain_member(candidate) && candidate["object"]["userPrincipalName"] != name;
  });
  delete_user(other["object"]["id"]);
  api::RestoreRequest request = object_of(id);
  request.selection.users.push_back(other["object"]["id"]);
  const api::Job restored = restore(request);
  const json right = live();
  const api::Job undone = undo(restored.id);
  EXPECT_NE(live(), right);
  const api::Job redone = undo(undone.id);
  EXPECT_EQ(redone.state, JobState::succeeded) << base::json_text(json(items(redone.id)), 1);
  EXPECT_EQ(json::diff(right, live()), json::array());
}

TEST_F(Undoing, LeavesAloneWhatSomebodyHasChangedSince) {
  begin();
  const auto [name, user] = find(is_plain_member);
  const std::string id = user["object"]["id"];
  back_up();
  sim_->post("/_control/tenants/aurora/users/" + id + "/patch",
             {{"city", "Elsewhere"}, {"department", "Elsewhere"}});
  const api::Job restored = restore(object_of(id));
  sim_->post("/_control/tenants/aurora/users/" + id + "/patch", {{"city", "Third"}});
  const api::Job job = undo(restored.id);
  const auto item = items(job.id).at(0);
  EXPECT_EQ(item.outcome, Outcome::partial) << base::json_text(json(item), 1);
  ASSERT_EQ(item.problems.size(), 1U);
  EXPECT_EQ(item.problems[0].kind, "changedSince");
  EXPECT_NE(item.problems[0].message.find("city"), std::string::npos);
  const auto now = sim_->dump("aurora")["users"][name]["object"];
  EXPECT_EQ(now["city"], "Third");
  EXPECT_EQ(now["department"], "Elsewhere");
}

TEST_F(Undoing, LeavesAloneWhatGraphSaidToBeSoAlready) {
  begin();
  const auto [name, user] = find([](const json& candidate) {
    return is_plain_member(candidate) && !candidate.at("memberships").empty();
  });
  back_up();
  disaster({{"seed", 4}, {"removeMemberships", 60}});
  api::RestoreRequest request = everything();
  request.with_object = request.with_roles = request.with_auth_methods = false;
  request.approved = false;
  const api::Job held = restore(request);
  // Somebody else is faster: half of the links are there already when the plan is carried out.
  request.approved = true;
  request.selection = {};
  std::vector<std::string> half;
  for (const auto& item : items(held.id))
    if (item.outcome == Outcome::pending && half.size() < 5) half.push_back(item.user_id);
  request.selection.users = half;
  ASSERT_FALSE(half.empty());
  restore(request);
  const json between = live();
  // As a plan that was approved beforehand and is fresh: nothing is read again before it is sent.
  ASSERT_TRUE(store_->journal().update(
      held.id,
      [](api::Job& row) {
        row.request["approved"] = true;
        row.state = JobState::queued;
        return true;
      },
      store::RequestToo::yes));
  api::Job job = wait(held.id);
  while (!api::is_final(job.state)) job = wait(held.id);
  const auto steps = store_->journal().steps(held.id, 0, 1000);
  EXPECT_TRUE(std::any_of(steps.begin(), steps.end(), [](const store::Step& step) {
    return step.outcome == "done" && step.status == 400;
  }));
  undo(held.id);
  EXPECT_EQ(json::diff(between, live()), json::array());
}

TEST_F(Undoing, OfAUserWhoWasDeletedSinceSaysSo) {
  begin();
  const auto [name, user] = find(is_plain_member);
  const std::string id = user["object"]["id"];
  back_up();
  sim_->post("/_control/tenants/aurora/users/" + id + "/patch", {{"city", "Elsewhere"}});
  const api::Job restored = restore(object_of(id));
  delete_user(id);
  const auto item = items(undo(restored.id).id).at(0);
  EXPECT_EQ(item.outcome, Outcome::impossible);
  EXPECT_NE(item.problems.at(0).message.find("deleted since"), std::string::npos);
}

TEST_F(Undoing, IsRefusedWhereThereIsNothingToUndo) {
  begin();
  const api::Job backup = back_up();
  const auto of_a_backup = queue_->submit(api::UndoRequest{backup.id, false, {}}, "tester");
  ASSERT_FALSE(of_a_backup);
  EXPECT_EQ(of_a_backup.error().kind, base::ErrorKind::failed_precondition);
  const auto of_none = queue_->submit(api::UndoRequest{{77}, false, {}}, "tester");
  ASSERT_FALSE(of_none);
  EXPECT_EQ(of_none.error().kind, base::ErrorKind::not_found);
  api::RestoreRequest request = everything();
  request.approved = false;
  const api::Job held = restore(request);
  const auto of_an_open_one = queue_->submit(api::UndoRequest{held.id, false, {}}, "tester");
  ASSERT_FALSE(of_an_open_one);
  EXPECT_NE(of_an_open_one.error().message.find("held"), std::string::npos);
  request.approved = true;
  const api::Job nothing = undo(restore(request).id);
  EXPECT_EQ(nothing.state, JobState::failed);
  ASSERT_TRUE(nothing.failure);
  EXPECT_NE(nothing.failure->message.find("nothing to undo"), std::string::npos);
}

TEST_F(Undoing, WaitsForApprovalLikeARestore) {
  begin();
  const auto [name, user] = find(is_plain_member);
  back_up();
  purge_user(user["object"]["id"]);
  const api::Job restored = restore(object_of(name));
  const api::Job held = undo(restored.id, false);
  EXPECT_EQ(held.state, JobState::held);
  const auto plan = store_->journal().document(held.id, "plan");
  ASSERT_TRUE(plan);
  EXPECT_EQ((*plan)["removals"], (json{{"user", 1}}));
  ASSERT_TRUE(queue_->approve(held.id, {}, "tester"));
  api::Job job = wait(held.id);
  while (!api::is_final(job.state)) job = wait(held.id);
  EXPECT_EQ(job.state, JobState::succeeded);
  EXPECT_FALSE(sim_->dump("aurora")["users"].contains(name));
}

}  // namespace
}  // namespace entrad::restore
