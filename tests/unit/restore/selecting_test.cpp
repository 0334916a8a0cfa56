// Who is in a restore: by filter, by what became of them since, and under which new names.
#include <algorithm>
#include <filesystem>
#include <set>

#include "base/json.h"
#include "directory/sections.h"
#include "graph/calls.h"
#include "tenant_story.h"

namespace entrad::restore {
namespace {

using api::JobState;
using api::Outcome;
using nlohmann::json;

class Selecting : public TenantStory {
 protected:
  api::Job planned(const api::Selection& selection, const std::string& at = "") {
    api::RestoreRequest request;
    request.tenant = "aurora";
    request.selection = selection;
    request.at = at;
    request.with_object = true;
    return restore(request);
  }
  std::set<std::string> users_of(const api::Job& job) const {
    std::set<std::string> ids;
    for (const auto& item : items(job.id)) ids.insert(item.user_id);
    return ids;
  }
  std::string id_of(const std::string& name) const {
    return sim_->dump("aurora")["users"][name]["object"]["id"];
  }
};

TEST_F(Selecting, WhoIsNotInTheDirectoryNow) {
  begin();
  const auto [name, user] = find(is_plain_member);
  const auto [other_name, other] = find([&name = name](const json& candidate) {
    return is_plain_member(candidate) && candidate["object"]["userPrincipalName"] != name;
  });
  back_up();
  api::Selection deleted;
  deleted.deleted = true;
  const api::Job nobody = planned(deleted);
  EXPECT_EQ(nobody.state, JobState::failed);
  ASSERT_TRUE(nobody.failure);
  EXPECT_NE(nobody.failure->message.find("is in the directory"), std::string::npos);
  delete_user(user["object"]["id"]);
  purge_user(other["object"]["id"]);
  EXPECT_EQ(users_of(planned(deleted)),
            (std::set<std::string>{user["object"]["id"], other["object"]["id"]}));
  // A user who was made anew is there, under another id.
  restore(object_of(other["object"]["id"]));
  EXPECT_EQ(users_of(planned(deleted)), std::set<std::string>{user["object"]["id"]});
}

TEST_F(Selecting, WhomTheNewestSnapshotHasOtherwise) {
  begin();
  const auto [name, user] = find(is_plain_member);
  const std::string id = user["object"]["id"];
  const api::Job first = back_up();
  sim_->post("/_control/tenants/aurora/users/" + id + "/patch", {{"city", "Elsewhere"}});
  back_up();
  api::Selection changed;
  changed.changed = true;
  EXPECT_EQ(users_of(planned(changed, first.snapshot->str())), std::set<std::string>{id});
  const api::Job nobody = planned(changed);
  ASSERT_TRUE(nobody.failure);
  EXPECT_NE(nobody.failure->hint.find("entractl backup"), std::string::npos);
}

TEST_F(Selecting, WhoMeetsACondition) {
  begin();
  const auto [name, user] = find(is_plain_member);
  sim_->post("/_control/tenants/aurora/users/" + user["object"]["id"].get<std::string>() + "/patch",
             {{"department", "Lighthouse"}});
  back_up();
  api::Selection selection;
  selection.filter = "department eq 'Lighthouse'";
  EXPECT_EQ(users_of(planned(selection)), std::set<std::string>{user["object"]["id"]});
  selection.filter = "department equals 'x'";
  const api::Job wrong = planned(selection);
  ASSERT_TRUE(wrong.failure);
  EXPECT_EQ(wrong.failure->kind, "invalidArgument");
}

TEST_F(Selecting, TwoNewUsersOfOneNameAreFoundBeforehand) {
  begin();
  const auto [name, user] = find(is_plain_member);
  const auto [other_name, other] = find([&name = name](const json& candidate) {
    return is_plain_member(candidate) && candidate["object"]["userPrincipalName"] != name;
  });
  const std::string domain = name.substr(name.find('@'));
  for (const auto& [one, alias] : {std::pair{user, "same@x"}, std::pair{other, "same@y"}})
    sim_->post(
        "/_control/tenants/aurora/users/" + one["object"]["id"].get<std::string>() + "/patch",
        {{"userPrincipalName", alias}});
  back_up();
  api::RestoreRequest request;
  request.tenant = "aurora";
  request.selection.users = {user["object"]["id"], other["object"]["id"]};
  request.as_new = "{local}-2" + domain;
  request.approved = true;
  const api::Job job = restore(request);
  EXPECT_EQ(job.state, JobState::partial);
  std::map<Outcome, int> outcomes;
  for (const auto& item : items(job.id)) ++outcomes[item.outcome];
  EXPECT_EQ(outcomes, (std::map<Outcome, int>{{Outcome::restored, 1}, {Outcome::impossible, 1}}))
      << base::json_text(json(items(job.id)), 1);
}

TEST_F(Selecting, ANewUserIsMadeOnceAndTheOldOneIsLeftAlone) {
  begin();
  const auto [name, user] = find(is_plain_member);
  const std::string new_name = "copy" + name.substr(name.find('@'));
  back_up();
  sim_->fault({{"match", {{"method", "POST"}, {"path", "/users"}, {"count", 1}}},
               {"action", "status"},
               {"when", "after"},
               {"status", 504}});
  api::RestoreRequest request;
  request.tenant = "aurora";
  request.selection.users = {name};
  request.as_new = new_name;
  request.with_manager = true;
  request.approved = true;
  const api::Job job = restore(request);
  const auto item = items(job.id).at(0);
  EXPECT_EQ(item.outcome, Outcome::restored) << base::json_text(json(item), 1);
  EXPECT_TRUE(item.verified);
  EXPECT_EQ(sim_->get("/_control/counters").at("usersCreated"), 1);
  const auto after = sim_->dump("aurora")["users"];
  EXPECT_EQ(after[name], user);
  EXPECT_EQ(after[new_name]["object"]["id"], *item.new_user_id);
  EXPECT_EQ(after[new_name]["object"]["department"], user["object"]["department"]);
  EXPECT_EQ(after[new_name]["manager"], user["manager"]);
  // Nobody became somebody else: a restore of the old user finds the old user.
  EXPECT_EQ(items(restore(object_of(name)).id).at(0).outcome, Outcome::already_right);
}

TEST_F(Selecting, WhatAnExactRestoreRemovesHasToBeApproved) {
  begin();
  const auto [name, user] = find(is_plain_member);
  back_up();
  const auto session = sessions_->session("aurora", graph::Purpose::restore);
  const auto groups = (*session)->send({"GET", "/groups?$top=999", nullptr, false}, {});
  ASSERT_TRUE(groups) << groups.error().message;
  const json& mine = user["memberships"];
  std::string group;
  for (const json& one : groups->body["value"])
    if (directory::group_write(one) == directory::GroupWrite::yes &&
        std::find(mine.begin(), mine.end(), one["displayName"]) == mine.end())
      group = one["id"];
  ASSERT_NE(group, "") << base::json_text(groups->body, 1).substr(0, 3000);
  const json member{{"@odata.id", (*session)->url_of("/directoryObjects/" +
                                                     user["object"]["id"].get<std::string>())}};
  ASSERT_TRUE((*session)->send({"POST", "/groups/" + group + "/members/$ref", member, false}, {}));
  api::RestoreRequest request;
  request.tenant = "aurora";
  request.selection.users = {name};
  request.with_memberships = true;
  request.exact = true;
  request.approved = true;
  const api::Job held = restore(request);
  EXPECT_EQ(held.state, JobState::held);
  EXPECT_EQ(held.reason, "waiting for approval of what it removes: 1 group membership");
  const auto refused = queue_->approve(held.id, {}, "tester");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().hint.find("--approve-removals"), std::string::npos);
  ASSERT_TRUE(queue_->approve(held.id, {true}, "tester"));
  api::Job job = wait(held.id);
  while (!api::is_final(job.state)) job = wait(held.id);
  EXPECT_EQ(job.state, JobState::succeeded);
  EXPECT_TRUE(items(job.id).at(0).verified);
  EXPECT_EQ(sim_->dump("aurora")["users"][name]["memberships"], mine);
}

// A removal whose answer is lost is looked up, and one that has not happened is sent again.
TEST_F(Selecting, ARemovalWithoutAnAnswerIsMadeGood) {
  for (const char* when : {"after", "before"}) {
    begin();
    const auto [name, user] = find(is_plain_member);
    back_up();
    const auto session = sessions_->session("aurora", graph::Purpose::restore);
    const auto groups = (*session)->send({"GET", "/groups?$top=999", nullptr, false}, {});
    ASSERT_TRUE(groups) << groups.error().message;
    const json& mine = user["memberships"];
    for (const json& one : groups->body["value"]) {
      if (directory::group_write(one) != directory::GroupWrite::yes ||
          std::find(mine.begin(), mine.end(), one["displayName"]) != mine.end())
        continue;
      const auto group = *base::Guid::parse(one["id"].get<std::string>());
      const auto id = *base::Guid::parse(user["object"]["id"].get<std::string>());
      ASSERT_TRUE((*session)->send(graph::calls::add_member(**session, group, id), {}));
      break;
    }
    json fault{
        {"match", {{"method", "DELETE"}, {"path", "/groups/{id}/members/{id}/$ref"}, {"count", 1}}},
        {"action", "status"},
        {"status", 504}};
    if (when == std::string("after")) fault["when"] = "after";
    sim_->fault(fault);
    api::RestoreRequest request;
    request.tenant = "aurora";
    request.selection.users = {name};
    request.with_memberships = request.exact = true;
    request.approved = request.removals_approved = true;
    const api::Job job = restore(request);
    EXPECT_EQ(job.state, JobState::succeeded) << when;
    EXPECT_EQ(sim_->dump("aurora")["users"][name]["memberships"], mine) << when;
    const auto steps = store_->journal().steps(job.id, 0, 100);
    EXPECT_EQ(steps.size(), when == std::string("after") ? 1U : 2U) << when;
    queue_.reset();
    sessions_.reset();
    store_.reset();
    std::filesystem::remove_all(directory_.path() / "state");
  }
}

// An exact restore leaves a role that the snapshot knows by a schedule.
TEST_F(Selecting, ARoleHeldByAScheduleIsNoExtraOne) {
  begin();
  const auto [name, user] = find(is_plain_member);
  sim_->post("/_control/tenants/aurora/roleSchedules",
             {{"principal", user["object"]["id"]},
              {"role", "88d8e3e3-8f55-4a1e-953a-9b9898b8876b"},
              {"scope", "/"},
              {"eligible", false},
              {"end", "2030-01-01T00:00:00Z"}});
  back_up();
  api::RestoreRequest request;
  request.tenant = "aurora";
  request.selection.users = {name};
  request.with_roles = request.exact = true;
  request.approved = request.removals_approved = true;
  const api::Job job = restore(request);
  EXPECT_EQ(items(job.id).at(0).outcome, Outcome::already_right)
      << base::json_text(json(items(job.id)), 1);
  EXPECT_EQ(sim_->dump("aurora")["users"][name]["roles"].size(), 1U);
}

}  // namespace
}  // namespace entrad::restore
