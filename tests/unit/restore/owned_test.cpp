// What users own, and who sponsors them, comes back: to every kind of user, once, and no more of it
// than was asked for.
#include <algorithm>

#include "base/json.h"
#include "directory/sections.h"
#include "restore/changes.h"
#include "tenant_story.h"

namespace entrad::restore {
namespace {

using api::JobState;
using api::Outcome;
using nlohmann::json;

class Owned : public TenantStory {
 protected:
  void SetUp() override {
    begin();
    meet("aurora");
  }

  // Plain members, and something of each kind that can be owned.
  void meet(const std::string& tenant) {
    const json users = sim_->dump(tenant)["users"];
    for (const auto& [name, user] : users.items())
      if (is_plain_member(user)) people_.push_back({name, user["object"]["id"]});
    ASSERT_GE(people_.size(), 8U);
    for (const json& group : ask(tenant, "/groups?$top=999"))
      groups_.emplace(kind_of(group), group);
    application_ = ask(tenant, "/applications")[0]["id"];
    principal_ = ask(tenant, "/servicePrincipals")[0]["id"];
  }
  static std::string kind_of(const json& group) {
    switch (directory::group_write(group)) {
      case directory::GroupWrite::role_assignable:
        return "role";
      case directory::GroupWrite::dynamic:
        return "dynamic";
      case directory::GroupWrite::mail_enabled:
        return "mail";
      case directory::GroupWrite::synced:
        return "synced";
      default:
        return group["mailEnabled"] == true ? "microsoft365" : "security";
    }
  }
  json ask(const std::string& tenant, const std::string& path) {
    auto session = sessions_->session(tenant, graph::Purpose::backup);
    graph::Request request;
    request.path = path;
    return (*session)->send(request, {})->body.at("value");
  }

  const std::string& name(std::size_t who) const { return people_[who].first; }
  const std::string& id(std::size_t who) const { return people_[who].second; }
  std::string group(const std::string& kind) const { return groups_.at(kind)["id"]; }
  std::string group_name(const std::string& kind) const { return groups_.at(kind)["displayName"]; }

  void own(const std::string& object, const std::vector<std::size_t>& owners) {
    json names = json::array();
    for (const std::size_t owner : owners) names.push_back(name(owner));
    sim_->post("/_control/tenants/aurora/owners", {{"object", object}, {"owners", names}});
  }
  // Of everything that people_[0] owns in these stories, with people_[1] beside.
  void own_one_of_each(const std::vector<std::size_t>& owners) {
    for (const std::string& object :
         {group("security"), group("microsoft365"), application_, principal_})
      own(object, owners);
  }
  void sponsor(std::size_t who, const std::vector<std::string>& ids) {
    sim_->post("/_control/tenants/aurora/users/" + id(who) + "/extras", {{"sponsors", ids}});
  }
  json owned(std::size_t who) const { return sim_->dump("aurora")["users"][name(who)]["owned"]; }
  json sponsors(std::size_t who) const {
    return sim_->dump("aurora")["users"][name(who)]["sponsors"];
  }

  api::RestoreRequest owning(const std::vector<std::size_t>& who, bool with_object = false) const {
    api::RestoreRequest request;
    request.tenant = "aurora";
    for (const std::size_t one : who) request.selection.users.push_back(id(one));
    request.with_owned_objects = true;
    request.with_object = with_object;
    request.approved = true;
    return request;
  }
  static api::RestoreRequest exactly(api::RestoreRequest request) {
    request.exact = true;
    request.removals_approved = true;
    return request;
  }
  api::Job undo(base::JobId job) {
    auto undone = queue_->submit(api::UndoRequest{job, true, {}}, "tester");
    if (!undone) throw std::runtime_error(undone.error().message);
    return wait(undone->id);
  }

  void expect_that_it_changes_nothing_again(const api::RestoreRequest& request) {
    const std::uint64_t before = writes();
    const api::Job job = restore(request);
    EXPECT_EQ(job.state, JobState::succeeded);
    EXPECT_EQ(writes(), before);
  }
  std::string problems(base::JobId job) const {
    std::string words;
    for (const auto& item : items(job))
      for (const auto& problem : item.problems)
        words += problem.message + ": " + problem.hint + "\n";
    return words;
  }
  std::vector<std::string> done(base::JobId job) const {
    std::vector<std::string> words;
    for (const auto& item : items(job))
      words.insert(words.end(), item.done.begin(), item.done.end());
    return words;
  }
  std::vector<std::string> told(base::JobId job, const std::string& section) {
    std::vector<std::string> words;
    const auto page = changes(*store_, indexes_, job, {0, 1000, false});
    for (const auto& user : page->users)
      for (const auto& change : user.changes)
        if (change.section == section) words.push_back(change.change + " " + change.what);
    std::sort(words.begin(), words.end());
    return words;
  }

  std::vector<std::pair<std::string, std::string>> people_;  // userPrincipalName, id
  std::map<std::string, json> groups_;
  std::string application_;
  std::string principal_;
  StepIndexes indexes_;
};

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
  sessions_->session("aurora", graph::Purpose::backup);
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

class Sponsored : public Owned {};

TEST_F(Sponsored, ByPeopleAndGroupsComesBackWithTheObject) {
  sponsor(0, {id(1), group("security")});
  back_up();
  const json before = sponsors(0);
  sponsor(0, {id(2)});
  api::RestoreRequest request = object_of(id(0));
  const api::Job job = restore(request);
  EXPECT_EQ(job.state, JobState::succeeded) << problems(job.id);
  const json now = sponsors(0);
  EXPECT_EQ(now.size(), 3U) << "what the snapshot does not have stays";
  for (const json& one : before) EXPECT_TRUE(std::count(now.begin(), now.end(), one)) << one;
  const auto words = done(job.id);
  EXPECT_TRUE(std::count(words.begin(), words.end(), "add sponsor " + name(1))) << json(words);
  EXPECT_TRUE(std::count(words.begin(), words.end(), "add sponsor " + group_name("security")));
  EXPECT_EQ(told(job.id, "sponsors").size(), 2U);
  expect_that_it_changes_nothing_again(request);
  request.with_memberships = true;
  restore(exactly(request));
  EXPECT_EQ(sponsors(0), before);
}

TEST_F(Sponsored, IsNotTouchedWithoutTheObject) {
  sponsor(0, {id(1)});
  back_up();
  sponsor(0, {});
  api::RestoreRequest request = object_of(id(0));
  request.with_object = false;
  request.with_manager = request.with_memberships = true;
  restore(request);
  EXPECT_EQ(sponsors(0), json::array());
}

TEST_F(Sponsored, ByPeopleOfTheSameRestoreIsWrittenWhenTheyAreThere) {
  sponsor(0, {id(1)});
  sponsor(1, {id(0), id(2)});
  back_up();
  const json before = sim_->dump("aurora", false)["users"];
  purge_user(id(0));
  purge_user(id(1));
  delete_user(id(2));
  api::RestoreRequest request = object_of(id(0));
  request.selection.users = {id(0), id(1), id(2)};
  const api::Job job = restore(request);
  EXPECT_EQ(job.state, JobState::succeeded) << problems(job.id);
  const json after = sim_->dump("aurora", false)["users"];
  for (const std::size_t who : {0, 1})
    EXPECT_EQ(after[name(who)]["sponsors"], before[name(who)]["sponsors"]) << name(who);
  expect_that_it_changes_nothing_again(request);
}

TEST_F(Sponsored, BySomebodyWhoIsGoneIsTold) {
  sponsor(0, {id(1), group("security")});
  back_up();
  sponsor(0, {});
  purge_user(id(1));
  sim_->post("/_control/tenants/aurora/groups/purge", {{"ids", {group("security")}}});
  const api::Job job = restore(object_of(id(0)));
  EXPECT_NE(problems(job.id).find("the sponsor " + name(1) + " is not there"), std::string::npos)
      << problems(job.id);
  EXPECT_NE(problems(job.id).find("the sponsor " + group_name("security") + " is not there"),
            std::string::npos);
}

TEST_F(Sponsored, OutsideTheRestoreIsCounted) {
  sponsor(0, {id(1)});
  back_up();
  purge_user(id(1));
  const auto plan = plan_of(restore(object_of(id(1))));
  bool counted = false;
  for (const auto& [risk, users] : plan.risks)
    counted = counted || (risk.find("for a sponsor") != std::string::npos && users > 0);
  EXPECT_TRUE(counted) << json(plan.risks);
}

// Nobody is asked for sponsors who never had any.
TEST_F(Sponsored, CostsARequestOnlyForWhomThereAreSome) {
  for (const auto& [name, id] : people_)
    sim_->post("/_control/tenants/aurora/users/" + id + "/extras", {{"sponsors", json::array()}});
  sponsor(0, {id(1)});
  back_up();
  sponsor(0, {});
  sim_->post("/_control/counters/reset", json::object());
  api::RestoreRequest request = object_of(id(0));
  request.selection.users.clear();
  for (const auto& [name, id] : people_) request.selection.users.push_back(id);
  request.approved = false;
  restore(request);
  const json counters = sim_->get("/_control/counters");
  EXPECT_EQ(counters["byRoute"].value("GET /users/{id}/sponsors", 0), 1) << counters.dump(1);
  EXPECT_EQ(counters["byRoute"].value("GET /users/{id}/ownedObjects", 0), 0);
}

class OwnedElsewhere : public Owned {
 protected:
  void SetUp() override {
    begin_all({"aurora:users=60,seed=11,lag=0", "borealis:users=10,seed=12,lag=0"});
    meet("aurora");
  }
  json there(std::size_t who) const {
    const std::string name = people_[who].first;
    return sim_->dump("borealis")["users"][name.substr(0, name.find('@')) + "@borealis.example"];
  }
  api::RestoreRequest request(const std::vector<std::size_t>& who) const {
    api::RestoreRequest request = owning(who, true);
    request.to_tenant = "borealis";
    return request;
  }
};

TEST_F(OwnedElsewhere, FollowsTheNamesOfGroupsAndTellsWhatHasNoCounterpart) {
  own_one_of_each({0, 1});
  back_up();
  const json before = owned(0);
  const api::Job job = restore(request({0}));
  ASSERT_TRUE(api::is_final(job.state)) << job.reason;
  const json now = there(0)["owned"];
  EXPECT_EQ(now.size(), 2U) << now << problems(job.id);
  for (const json& one : now) EXPECT_TRUE(std::count(before.begin(), before.end(), one)) << one;
  const std::string words = problems(job.id);
  EXPECT_NE(words.find("the application \"Payroll Portal\" has no counterpart in tenant borealis: "
                       "it is not registered there"),
            std::string::npos)
      << words;
  EXPECT_NE(words.find("has no counterpart in tenant borealis: it is not there"), std::string::npos)
      << words;
  const std::uint64_t written = writes();
  restore(request({0}));
  EXPECT_EQ(writes(), written);
}

TEST_F(OwnedElsewhere, FollowsTheMapOfApplications) {
  own(application_, {0, 1});
  own(principal_, {0, 1});
  back_up();
  auto asked = request({0});
  asked.counterparts = {{api::CounterpartKind::application, "Payroll Portal", "Payroll Portal"}};
  const api::Job job = restore(asked);
  ASSERT_TRUE(api::is_final(job.state)) << job.reason;
  EXPECT_EQ(there(0)["owned"],
            json::array({"application Payroll Portal", "servicePrincipal Payroll Portal"}))
      << problems(job.id);
}

TEST_F(OwnedElsewhere, SponsorsAreThoseWhoAreThereToo) {
  sponsor(0, {id(1), id(2), group("security")});
  back_up();
  auto asked = request({0, 1});
  asked.with_owned_objects = false;
  const api::Job job = restore(asked);
  EXPECT_EQ(there(0)["sponsors"], json::array({there(1)["object"]["userPrincipalName"]}))
      << problems(job.id);
  EXPECT_NE(problems(job.id).find("the sponsor " + name(2) + " is not in tenant borealis"),
            std::string::npos)
      << problems(job.id);
  EXPECT_NE(problems(job.id).find("groups are not looked for"), std::string::npos);
  asked.with_memberships = true;
  restore(asked);
  EXPECT_EQ(there(0)["sponsors"].size(), 2U);
}

}  // namespace
}  // namespace entrad::restore
