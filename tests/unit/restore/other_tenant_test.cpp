// Users of one tenant's snapshot in another tenant: what is there, what is not, and twice.
#include <algorithm>
#include <functional>

#include "graph/calls.h"
#include "restore/restore.h"

#include "tenant_story.h"

namespace entrad::restore {
namespace {

using api::CounterpartKind;
using api::Outcome;
using nlohmann::json;

class ToAnotherTenant : public TenantStory {
 protected:
  void SetUp() override {
    begin_all({"aurora:users=60,seed=11,lag=0", "borealis:users=10,seed=12,lag=0"});
    back_up();
    before_ = sim_->dump("borealis");
    from_ = sim_->dump("aurora");
  }

  static api::RestoreRequest request(const std::vector<std::string>& users) {
    api::RestoreRequest request = everything();
    request.to_tenant = "borealis";
    request.selection.all = users.empty();
    request.selection.users = users;
    return request;
  }

  // Members with so many groups, by userPrincipalName.
  std::vector<std::string> members(std::size_t count) const {
    std::vector<std::string> names;
    for (const auto& [name, user] : from_["users"].items())
      if (user["object"]["userType"] == "Member" && user["memberships"].size() > 1 &&
          names.size() < count)
        names.push_back(name);
    return names;
  }

  static std::string there(const std::string& name) {
    return name.substr(0, name.find('@')) + "@borealis.example";
  }

  static std::size_t groups_called(const json& dump, const std::string& name) {
    const auto& groups = dump["groups"];
    return static_cast<std::size_t>(
        std::count_if(groups.begin(), groups.end(),
                      [&](const json& group) { return group["displayName"] == name; }));
  }

  json before_;
  json from_;
};

TEST_F(ToAnotherTenant, MakesThemThereAndTouchesNobodyElse) {
  const auto names = members(4);
  const auto job = restore(request(names));
  ASSERT_TRUE(api::is_final(job.state)) << job.reason;
  EXPECT_EQ(job.tenant, "borealis");
  EXPECT_EQ(job.snapshot_tenant, "aurora");
  const json after = sim_->dump("borealis");
  EXPECT_EQ(after["users"].size(), before_["users"].size() + names.size());
  for (const auto& [name, user] : before_["users"].items()) EXPECT_EQ(after["users"][name], user);
  for (const std::string& name : names) {
    ASSERT_TRUE(after["users"].contains(there(name))) << name;
    const json& made = after["users"][there(name)]["object"];
    for (const char* same : {"displayName", "department", "employeeId", "usageLocation"})
      EXPECT_EQ(made[same], from_["users"][name]["object"][same]) << name;
  }
  EXPECT_EQ(sim_->dump("aurora"), from_);
}

TEST_F(ToAnotherTenant, IsSetBackWhenItIsRestoredToItAgain) {
  const auto names = members(2);
  restore(request(names));
  const json once = sim_->dump("borealis");
  sim_->post("/_control/tenants/borealis/users/" + there(names[0]) + "/patch",
             {{"jobTitle", "Changed"}});
  const auto again = restore(request(names));
  EXPECT_EQ(sim_->dump("borealis"), once);
  const auto plan = plan_of(again);
  EXPECT_EQ(plan.live, 2U);
  EXPECT_EQ(plan.gone, 0U);
}

TEST_F(ToAnotherTenant, ItsUndoDeletesThemAgain) {
  const auto job = restore(request(members(2)));
  auto undo = queue_->submit(api::UndoRequest{job.id, true, {}}, "tester");
  ASSERT_TRUE(undo) << undo.error().message;
  const auto undone = wait(undo->id);
  EXPECT_EQ(undone.state, api::JobState::succeeded) << undone.reason;
  EXPECT_EQ(sim_->dump("borealis")["users"], before_["users"]);
}

TEST_F(ToAnotherTenant, ItsUndoCanBeUndone) {
  const auto names = members(2);
  const auto job = restore(request(names));
  const json made = sim_->dump("borealis", false)["users"];
  auto undo = queue_->submit(api::UndoRequest{job.id, true, {}}, "tester");
  ASSERT_TRUE(undo);
  wait(undo->id);
  auto again = queue_->submit(api::UndoRequest{undo->id, true, {}}, "tester");
  ASSERT_TRUE(again) << again.error().message;
  const auto done = wait(again->id);
  EXPECT_EQ(done.state, api::JobState::succeeded) << (done.failure ? done.failure->message : "");
  const json now = sim_->dump("borealis", false)["users"];
  for (const std::string& name : names) EXPECT_EQ(now[there(name)], made[there(name)]);
}

// A guest does not come along, and nobody waits for it.
TEST_F(ToAnotherTenant, AManagerWhoCannotComeIsToldAtOnce) {
  std::string guest;
  std::string report;
  for (const auto& [name, user] : from_["users"].items()) {
    const std::string manager = user["manager"].is_string() ? user["manager"] : "";
    const bool managed_by_guest = from_["users"].contains(manager) &&
                                  from_["users"][manager]["object"]["userType"] == "Guest";
    if (!managed_by_guest || user["object"]["userType"] != "Member") continue;
    guest = manager;
    report = name;
  }
  if (guest.empty()) {
    const auto names = members(1);
    report = names[0];
    guest = find([](const json& user) { return user["object"]["userType"] == "Guest"; }).first;
    const std::string id = from_["users"][report]["object"]["id"];
    const auto session = *sessions_->session("aurora", graph::Purpose::restore);
    const auto boss = *base::Guid::parse(from_["users"][guest]["object"]["id"].get<std::string>());
    ASSERT_TRUE(
        session->send(graph::calls::set_manager(*session, *base::Guid::parse(id), boss), {}));
    back_up();
  }
  const auto begun = clock_.steady();
  const auto job = restore(request({report, guest}));
  EXPECT_LT(clock_.steady() - begun, std::chrono::minutes(10));
  std::string words;
  for (const auto& item : items(job.id))
    if (item.user_principal_name == there(report))
      for (const auto& problem : item.problems) words += problem.message + "\n";
  EXPECT_NE(words.find("the manager " + guest + " is not in tenant borealis"), std::string::npos)
      << words;
  EXPECT_EQ(words.find("did not read back"), std::string::npos) << words;
}

TEST_F(ToAnotherTenant, MakesEachMissingGroupOnceThoughAnswersAreLost) {
  auto wanted = request(members(4));
  wanted.create_missing_groups = true;
  sim_->fault({{"match", {{"method", "POST"}, {"path", "/groups"}, {"count", 2}}},
               {"when", "after"},
               {"action", "status"},
               {"status", 504}});
  const auto job = restore(wanted);
  const auto names = plan_of(job).groups_to_create;
  ASSERT_GE(names.size(), 2U);
  const json after = sim_->dump("borealis");
  for (const std::string& name : names) EXPECT_EQ(groups_called(after, name), 1U) << name;
  EXPECT_EQ(after["groups"].size(), before_["groups"].size() + names.size());
  for (const auto& item : items(job.id))
    for (const auto& problem : item.problems)
      EXPECT_EQ(problem.message.find("could not be made"), std::string::npos) << problem.message;
}

TEST_F(ToAnotherTenant, AGroupThatMayNotBeMadeIsToldToThoseWhoWereInIt) {
  auto wanted = request(members(2));
  wanted.create_missing_groups = true;
  sim_->fault(
      {{"match", {{"method", "POST"}, {"path", "/groups"}}},
       {"action", "status"},
       {"status", 403},
       {"body", {{"error", {{"code", "Authorization_RequestDenied"}, {"message", "No."}}}}}});
  const auto job = restore(wanted);
  EXPECT_EQ(sim_->dump("borealis")["groups"].size(), before_["groups"].size());
  bool told = false;
  for (const auto& item : items(job.id))
    for (const auto& problem : item.problems)
      told |= problem.message.find("could not be made") != std::string::npos;
  EXPECT_TRUE(told);
}

// Held back until somebody approves: the groups have other ids by then.
TEST_F(ToAnotherTenant, APlanThatWaitedIsCarriedOutThoughItsGroupsWereMadeSince) {
  auto wanted = request(members(3));
  wanted.create_missing_groups = true;
  wanted.approved = false;
  auto job = queue_->submit(wanted, "tester");
  ASSERT_TRUE(job) << job.error().message;
  ASSERT_EQ(wait(job->id).state, api::JobState::held);
  ASSERT_FALSE(plan_of(*job).groups_to_create.empty());
  clock_.wait_for(std::chrono::minutes(6), {});
  ASSERT_TRUE(queue_->approve(job->id, {}, "other"));
  wait(job->id);
  for (const auto& item : items(job->id)) EXPECT_NE(item.outcome, Outcome::skipped);
}

TEST_F(ToAnotherTenant, WhatTheRequestSaysOfAGroupCounts) {
  const auto names = members(1);
  const std::string group = from_["users"][names[0]]["memberships"][0];
  const std::string called = from_["groups"][group]["displayName"];
  // Somebody there is in it, so that Graph writes it, and the name is nobody else's.
  std::string other;
  std::string key;
  for (const auto& [name, user] : before_["users"].items())
    for (const std::string one : user["memberships"])
      if (groups_called(before_, before_["groups"][one]["displayName"]) == 1 &&
          before_["groups"][one]["displayName"] != called) {
        key = one;
        other = before_["groups"][one]["displayName"];
      }
  auto wanted = request(names);
  wanted.counterparts = {{CounterpartKind::group, called, other}};
  const auto job = restore(wanted);
  const json now = sim_->dump("borealis")["users"][there(names[0])]["memberships"];
  std::string words;
  const auto rows = items(job.id);
  for (const auto& problem : rows[0].problems) words += problem.message + "\n";
  const bool is_in = std::find(now.begin(), now.end(), key) != now.end();
  EXPECT_TRUE(is_in || words.find('"' + other + '"') != std::string::npos) << words << now;
  EXPECT_EQ(words.find('"' + called + '"'), std::string::npos) << words;
}

TEST_F(ToAnotherTenant, ADomainThatIsNotVerifiedThereEndsThePlan) {
  auto wanted = request(members(1));
  wanted.domain = "aurora.example";
  const auto job = restore(wanted);
  ASSERT_EQ(job.state, api::JobState::failed);
  EXPECT_NE(job.failure->message.find("aurora.example"), std::string::npos);
  EXPECT_NE(job.failure->hint.find("borealis.example"), std::string::npos);
  EXPECT_EQ(sim_->dump("borealis"), before_);
}

TEST_F(ToAnotherTenant, ACounterpartThatIsNotThereEndsThePlan) {
  auto wanted = request(members(1));
  wanted.counterparts = {
      {CounterpartKind::group, from_["groups"].begin()->at("displayName"), "Nobody's group"}};
  const auto job = restore(wanted);
  ASSERT_EQ(job.state, api::JobState::failed);
  EXPECT_NE(job.failure->message.find("Nobody's group"), std::string::npos);
  EXPECT_EQ(sim_->dump("borealis"), before_);
}

TEST_F(ToAnotherTenant, WhatIsToldOfNothingInTheSnapshotEndsThePlan) {
  auto wanted = request(members(1));
  wanted.counterparts = {{CounterpartKind::group, "Nobody's group", "Role group 0"}};
  const auto job = restore(wanted);
  ASSERT_EQ(job.state, api::JobState::failed);
  EXPECT_NE(job.failure->message.find("Nobody's group"), std::string::npos);
  EXPECT_NE(job.failure->message.find("snapshot 1"), std::string::npos);
  EXPECT_EQ(sim_->dump("borealis"), before_);
}

TEST_F(ToAnotherTenant, ThePlanSaysWhatStandsForWhatAndWhatIsLeftOut) {
  const auto names = members(5);
  const auto plan = plan_of(restore(request(names)));
  std::map<std::string, std::uint64_t> missing;
  std::map<std::string, std::string> others;
  for (const std::string& name : names)
    for (const std::string key : from_["users"][name]["memberships"]) {
      const std::string here = from_["groups"][key]["displayName"];
      const bool by_name = groups_called(before_, here) == 1;
      if (before_["groups"].contains(key) && before_["groups"][key]["displayName"] != here)
        others["group " + here] =
            before_["groups"][key]["displayName"].get<std::string>() + " (by mailNickname)";
      else if (!before_["groups"].contains(key) && !by_name)
        ++missing[here];
    }
  ASSERT_FALSE(others.empty());
  ASSERT_FALSE(missing.empty());
  for (const auto& [here, words] : others) {
    ASSERT_TRUE(plan.counterparts.contains(here)) << here;
    EXPECT_EQ(plan.counterparts.at(here), words);
  }
  for (const auto& [group, users] : missing) {
    std::uint64_t told = 0;
    for (const auto& [words, count] : plan.left_out)
      if (words.find("the group \"" + group + "\"") != std::string::npos) told += count;
    EXPECT_EQ(told, users) << group;
  }
}

TEST_F(ToAnotherTenant, ANameThatSomebodyThereHasIsLeftToThem) {
  const auto names = members(2);
  const std::string taken = before_["users"].begin().key();
  sim_->post("/_control/tenants/borealis/users/" + taken + "/patch",
             {{"userPrincipalName", there(names[0])}});
  const json then = sim_->dump("borealis")["users"][there(names[0])];
  const auto job = restore(request(names));
  const auto done = items(job.id);
  EXPECT_EQ(done[0].outcome, Outcome::impossible);
  ASSERT_FALSE(done[0].problems.empty());
  EXPECT_EQ(done[0].problems[0].kind, "conflict");
  EXPECT_NE(done[1].outcome, Outcome::impossible);
  EXPECT_EQ(sim_->dump("borealis")["users"][there(names[0])], then);
}

TEST_F(ToAnotherTenant, ALicenceThatItHasNotIsReported) {
  sim_->put("/_control/tenants/borealis/settings",
            {{"notBought", {"OFFICE_SUITE_E", "IDENTITY_PREMIUM", "FLOW_FREE"}}});
  auto wanted = request(members(4));
  wanted.with_licenses = true;
  const auto job = restore(wanted);
  bool told = false;
  for (const auto& item : items(job.id))
    for (const auto& problem : item.problems)
      told |= problem.message == "tenant borealis has no licence OFFICE_SUITE_E";
  EXPECT_TRUE(told);
}

TEST(CheckRequest, RefusesWhatMakesNoSenseForAnotherTenant) {
  const auto objection = [](const std::function<void(api::RestoreRequest&)>& change) {
    api::RestoreRequest request;
    request.tenant = "aurora";
    request.selection.all = true;
    request.with_object = true;
    request.to_tenant = "borealis";
    change(request);
    const auto checked = check_request(request);
    return checked ? std::string("none") : checked.error().message;
  };
  EXPECT_EQ(objection([](auto&) {}), "none");
  EXPECT_NE(objection([](auto& one) { one.to_tenant = "aurora"; }).find("itself"),
            std::string::npos);
  EXPECT_NE(objection([](auto& one) {
              one.with_object = false;
              one.as_new = "{local}@{domain}";
            }).find("--as-new"),
            std::string::npos);
  EXPECT_NE(objection([](auto& one) {
              one.selection.all = false;
              one.selection.deleted = true;
            }).find("--deleted-since"),
            std::string::npos);
  EXPECT_NE(objection([](auto& one) { one.create_missing_groups = true; }).find("memberships"),
            std::string::npos);
  EXPECT_NE(objection([](auto& one) {
              one.to_tenant.clear();
              one.domain = "borealis.example";
            }).find("none is named"),
            std::string::npos);
}

}  // namespace
}  // namespace entrad::restore
