// What users own comes back: to every kind of user, once, and no more of it than was asked for.
#include <algorithm>

#include "base/json.h"
#include "owned_story.h"

namespace entrad::restore {
namespace {

using api::JobState;
using api::Outcome;
using nlohmann::json;

class Owned : public OwnedStory {};

TEST_F(Owned, ComesBackToALiveUserOnce) {
  own_one_of_each({0, 1});
  back_up();
  const json before = sim_->dump("aurora");
  own_one_of_each({1});
  const api::Job job = restore(owning({0}));
  EXPECT_EQ(job.state, JobState::succeeded) << problems(job.id);
  EXPECT_EQ(json::diff(before, sim_->dump("aurora")), json::array());
  EXPECT_EQ(done(job.id),
            (std::vector<std::string>{"make owner of 2 groups", "make owner of 1 application",
                                      "make owner of 1 service principal"}));
  EXPECT_EQ(plan_of(job).actions.at("owners of groups and applications added"), 4U);
  EXPECT_EQ(items(job.id)[0].writes_planned, 4U);
  EXPECT_EQ(job.progress.writes, 4U);
  const auto words = told(job.id, "ownedObjects");
  ASSERT_EQ(words.size(), 4U);
  EXPECT_TRUE(std::count(words.begin(), words.end(), "added " + group_name("security")));
  expect_that_it_changes_nothing_again(owning({0}));
}

TEST_F(Owned, IsCompletedForAUserFromTheRecycleBin) {
  own_one_of_each({0, 1});
  back_up();
  const json before = owned(0);
  delete_user(id(0));
  own(group("security"), {1});
  own(application_, {1});
  const api::Job job = restore(owning({0}, true));
  EXPECT_EQ(job.state, JobState::succeeded) << problems(job.id);
  EXPECT_EQ(owned(0), before);
}

TEST_F(Owned, GoesToTheNewIdOfAUserWhoWasGone) {
  own_one_of_each({0, 1});
  own(group("role"), {0, 1});
  back_up();
  const json before = owned(0);
  ASSERT_EQ(before.size(), 5U);
  purge_user(id(0));
  const api::Job job = restore(owning({0}, true));
  EXPECT_EQ(job.state, JobState::succeeded) << problems(job.id);
  EXPECT_EQ(owned(0), before);
  EXPECT_NE(sim_->dump("aurora")["users"][name(0)]["object"]["id"], id(0));
  expect_that_it_changes_nothing_again(owning({0}, true));
}

// Whoever owns a role-assignable group can no longer be changed by an ordinary app.
TEST_F(Owned, OfARoleAssignableGroupGoesLast) {
  own(group("role"), {0, 1});
  back_up();
  purge_user(id(0));
  api::RestoreRequest request = everything();
  request.selection = {};
  request.selection.users = {id(0)};
  request.with_owned_objects = true;
  const api::Job job = restore(request);
  std::vector<std::string> kinds;
  for (const auto& step : store_->journal().steps(job.id, 0, 1000)) kinds.push_back(step.kind);
  ASSERT_FALSE(kinds.empty());
  EXPECT_EQ(kinds.back(), "owner");
}

TEST_F(Owned, IsToldInThePlanWhereItIsNotAskedFor) {
  own_one_of_each({0, 1});
  back_up();
  purge_user(id(0));
  const api::Job job = restore(object_of(id(0)));
  EXPECT_EQ(job.state, JobState::succeeded) << problems(job.id);
  const auto risks = plan_of(job).risks;
  EXPECT_EQ(risks.at("were owners of 4 groups and applications, which is not restored: add "
                     "--with-owned-objects"),
            1U);
}

TEST_F(Owned, GoesToANewUserBesideTheOldOne) {
  own_one_of_each({0, 1});
  back_up();
  const json before = owned(0);
  api::RestoreRequest request = owning({0});
  request.as_new = "beside@aurora.example";
  const api::Job job = restore(request);
  EXPECT_EQ(job.state, JobState::succeeded) << problems(job.id);
  EXPECT_EQ(sim_->dump("aurora")["users"]["beside@aurora.example"]["owned"], before);
  EXPECT_EQ(owned(0), before);
}

TEST_F(Owned, IsTakenAwayExactlyWhereTheSnapshotDoesNotHaveIt) {
  own_one_of_each({1});
  back_up();
  const json before = sim_->dump("aurora");
  own_one_of_each({0, 1});
  expect_that_it_changes_nothing_again(owning({0}));
  const api::Job job = restore(exactly(owning({0})));
  EXPECT_EQ(job.state, JobState::succeeded) << problems(job.id);
  EXPECT_EQ(json::diff(before, sim_->dump("aurora")), json::array());
  EXPECT_EQ(plan_of(job).removals.at("ownership"), 4U);
  EXPECT_EQ(done(job.id)[0], "no longer owner of 2 groups");
  EXPECT_EQ(told(job.id, "ownedObjects").size(), 4U);
}

TEST_F(Owned, ALastOwnerStaysAndIsTold) {
  own(group("security"), {});
  own(application_, {});
  back_up();
  own(group("security"), {0});
  own(application_, {0});
  const json before = sim_->dump("aurora");
  const api::Job job = restore(exactly(owning({0})));
  EXPECT_EQ(items(job.id)[0].outcome, Outcome::impossible);
  EXPECT_NE(problems(job.id).find("the last owner of the group \"" + group_name("security") + '"'),
            std::string::npos)
      << problems(job.id);
  EXPECT_NE(problems(job.id).find("the last owner of the application"), std::string::npos);
  EXPECT_EQ(json::diff(before, sim_->dump("aurora")), json::array());
}

// Neither of them alone is the last one.
TEST_F(Owned, OneOfSeveralWhoAllShallGoStays) {
  own(application_, {});
  back_up();
  own(application_, {0, 1, 2});
  const api::Job job = restore(exactly(owning({0, 1, 2})));
  std::size_t left = 0;
  for (const std::size_t who : {0, 1, 2}) left += owned(who).size();
  EXPECT_EQ(left, 1U);
  const auto rows = items(job.id);
  EXPECT_EQ(std::count_if(rows.begin(), rows.end(),
                          [](const auto& one) { return one.outcome == Outcome::restored; }),
            2);
  const auto one =
      std::find_if(rows.begin(), rows.end(), [](const auto& row) { return !row.problems.empty(); });
  ASSERT_NE(one, rows.end());
  EXPECT_TRUE(one->done.empty()) << json(one->done);
}

// What the backup could not read is not to be taken for nothing.
TEST_F(Owned, OfKindsThatTheSnapshotDoesNotKnowStays) {
  own_one_of_each({1});
  const json roles = sim_->app("aurora", "backup")["roles"];
  json fewer = json::array();
  for (const std::string role : roles)
    if (role != "Application.Read.All" && role != "Directory.Read.All") fewer.push_back(role);
  sim_->put("/_control/tenants/aurora/apps/backup", {{"roles", fewer}});
  sim_->post("/_control/tenants/aurora/apps/backup/revoke", json::object());
  back_up();
  own(application_, {0, 1});
  const json before = sim_->dump("aurora");
  restore(exactly(owning({0})));
  EXPECT_EQ(json::diff(before, sim_->dump("aurora")), json::array());
}

TEST_F(Owned, OfAGroupThatIsGoneIsToldAndTheRestIsWritten) {
  own_one_of_each({0, 1});
  back_up();
  own_one_of_each({1});
  sim_->post("/_control/tenants/aurora/groups/purge", {{"ids", {group("security")}}});
  const api::Job job = restore(owning({0}));
  EXPECT_EQ(items(job.id)[0].outcome, Outcome::partial);
  EXPECT_NE(problems(job.id).find("the group \"" + group_name("security") +
                                  "\", which the user owned, does not exist any more"),
            std::string::npos)
      << problems(job.id);
  EXPECT_EQ(owned(0).size(), 3U);
}

TEST_F(Owned, OfGroupsThatGraphDoesNotWriteIsToldWithTheToolToUse) {
  own(group("mail"), {0, 1});
  own(group("synced"), {0, 1});
  own(group("dynamic"), {0, 1});
  back_up();
  own(group("mail"), {1});
  own(group("synced"), {1});
  own(group("dynamic"), {1});
  const api::Job job = restore(owning({0}));
  EXPECT_EQ(items(job.id)[0].outcome, Outcome::partial);
  EXPECT_NE(problems(job.id).find("Set-DistributionGroup -ManagedBy"), std::string::npos);
  EXPECT_NE(problems(job.id).find("mastered in Active Directory"), std::string::npos);
  EXPECT_EQ(owned(0),
            json::array({"group " + groups_.at("dynamic")["mailNickname"].get<std::string>()}));
}

TEST_F(Owned, WithoutThePermissionItSaysWhichOne) {
  own(application_, {0, 1});
  back_up();
  own(application_, {1});
  json fewer = json::array();
  for (const std::string role : sim_->app("aurora", "restore")["roles"])
    if (role != "Application.ReadWrite.All") fewer.push_back(role);
  sim_->put("/_control/tenants/aurora/apps/restore", {{"roles", fewer}});
  const api::Job job = restore(owning({0}));
  EXPECT_EQ(items(job.id)[0].outcome, Outcome::failed);
  EXPECT_NE(problems(job.id).find("Application.ReadWrite.All"), std::string::npos)
      << problems(job.id);
}

// The answer is lost, the write is not.
TEST_F(Owned, IsWrittenOnceThoughAnswersAreLost) {
  own_one_of_each({0, 1});
  sponsor(0, {id(2)});
  back_up();
  const json before = sim_->dump("aurora");
  own_one_of_each({1});
  sponsor(0, {});
  for (const char* path : {"/groups/{id}/owners/**", "/users/{id}/sponsors/**"})
    sim_->fault({{"match", {{"method", "POST"}, {"path", path}, {"count", 1}}},
                 {"when", "after"},
                 {"action", "status"},
                 {"status", 504}});
  const api::Job job = restore(owning({0}, true));
  EXPECT_EQ(job.state, JobState::succeeded) << problems(job.id);
  EXPECT_EQ(json::diff(before, sim_->dump("aurora")), json::array());
}

TEST_F(Owned, ItsUndoTakesItBack) {
  own_one_of_each({0, 1});
  sponsor(0, {id(2), group("security")});
  back_up();
  own_one_of_each({1});
  own(group("dynamic"), {0, 1});
  sponsor(0, {id(3)});
  const json between = sim_->dump("aurora");
  const api::Job job = restore(exactly(owning({0}, true)));
  ASSERT_EQ(job.state, JobState::succeeded) << problems(job.id);
  ASSERT_NE(json::diff(between, sim_->dump("aurora")), json::array());
  const api::Job undone = undo(job.id);
  EXPECT_EQ(undone.state, JobState::succeeded) << problems(undone.id);
  EXPECT_EQ(json::diff(between, sim_->dump("aurora")), json::array());
}

TEST_F(Owned, AnUndoLeavesALastOwner) {
  own(group("security"), {0, 1});
  back_up();
  own(group("security"), {1});
  const api::Job job = restore(owning({0}));
  own(group("security"), {0});
  const api::Job undone = undo(job.id);
  EXPECT_NE(problems(undone.id).find("the last owner"), std::string::npos) << problems(undone.id);
  EXPECT_EQ(owned(0).size(), 1U);
}

}  // namespace
}  // namespace entrad::restore
