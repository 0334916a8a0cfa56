// Admin roles by schedule (PIM): eligible ones and those for a time, of users who are live, gone or
// new; what the tenant refuses; back again.
#include <algorithm>

#include "base/json.h"
#include "graph/calls.h"
#include "restore/report/changes.h"
#include "tenant_story.h"

namespace entrad::restore {
namespace {

using api::JobState;
using api::Outcome;
using graph::calls::ScheduleAction;
using nlohmann::json;

constexpr const char* kReaders = "88d8e3e3-8f55-4a1e-953a-9b9898b8876b";
constexpr const char* kName = "Directory Readers";
constexpr const char* kEnd = "2099-01-01T00:00:00Z";
constexpr const char* kOtherEnd = "2098-01-01T00:00:00Z";

class Pim : public TenantStory {
 protected:
  // Somebody without a role.
  void begin_with_user(const std::string& tenant = "aurora:users=60,seed=11,lag=0") {
    begin(tenant);
    std::tie(name_, user_) = find(is_plain_member);
    id_ = user_["object"]["id"];
  }

  void hold(bool eligible, const std::string& end, const std::string& role = kReaders) const {
    json schedule{{"principal", id_}, {"role", role}, {"eligible", eligible}};
    if (!end.empty()) schedule["end"] = end;
    sim_->post("/_control/tenants/aurora/roleSchedules", schedule);
  }
  void change(ScheduleAction action, bool eligible, const std::string& end = "") {
    const auto session = *sessions_->session("aurora", graph::Purpose::restore);
    const auto reply = session->send(
        graph::calls::request_role_schedule({action, eligible, *base::Guid::parse(id_), kReaders,
                                             "/", "2024-01-01T00:00:00Z", end, "by hand"}),
        {});
    ASSERT_TRUE(reply && reply->done()) << (reply ? reply->verdict.message : reply.error().message);
  }
  void lose(bool eligible) { change(ScheduleAction::remove, eligible); }
  void settings(const json& changes) const {
    sim_->put("/_control/tenants/aurora/settings", changes);
  }

  json held(const std::string& name) const {
    return sim_->dump("aurora")["users"][name]["schedules"];
  }
  json held() const { return held(name_); }
  static json row(bool eligible, const json& end) {
    return {
        {"role", kName}, {"scope", "/"}, {"state", eligible ? "eligible" : "active"}, {"end", end}};
  }

  api::RestoreRequest roles_of_user() const {
    api::RestoreRequest request;
    request.tenant = "aurora";
    request.selection.users = {name_};
    request.with_roles = true;
    request.approved = true;
    return request;
  }
  api::RestoreRequest exactly() const {
    api::RestoreRequest request = roles_of_user();
    request.exact = request.removals_approved = true;
    return request;
  }
  api::RestoreRequest all_of_user() const {
    api::RestoreRequest request = roles_of_user();
    request.with_object = true;
    return request;
  }
  api::Item item_of(const api::Job& job) const { return items(job.id).at(0); }
  static std::string shown(const api::Item& item) { return base::json_text(json(item), 1); }
  static bool says(const api::Item& item, const std::string& words) {
    return std::any_of(item.problems.begin(), item.problems.end(), [&](const auto& problem) {
      return (problem.message + " -> " + problem.hint).find(words) != std::string::npos;
    });
  }
  void expect_nothing_to_write(const api::RestoreRequest& request) {
    const auto before = writes();
    const auto item = item_of(restore(request));
    EXPECT_EQ(item.outcome, Outcome::already_right) << shown(item);
    EXPECT_EQ(writes(), before);
  }
  api::Job undo(base::JobId id) {
    auto job = queue_->submit(api::UndoRequest{id, true, {}}, "tester");
    if (!job) throw std::runtime_error(job.error().message);
    return wait(job->id);
  }

  std::string name_;
  json user_;
  std::string id_;
};

struct Kind {
  const char* name;
  bool eligible;
  std::string end;
  std::string planned;
};

class PimKinds : public Pim, public testing::WithParamInterface<Kind> {};

TEST_P(PimKinds, ComeBackToALiveUserWhoHasLostThem) {
  const auto& [name, eligible, end, planned] = GetParam();
  begin_with_user();
  hold(eligible, end);
  back_up();
  const json before = held();
  lose(eligible);
  ASSERT_EQ(held(), json::array());
  const api::Job job = restore(roles_of_user());
  const auto item = item_of(job);
  EXPECT_EQ(item.outcome, Outcome::restored) << shown(item);
  EXPECT_TRUE(item.verified);
  EXPECT_EQ(item.planned, std::vector<std::string>{planned});
  EXPECT_EQ(item.done, item.planned);
  EXPECT_EQ(held(), before);
  EXPECT_EQ(plan_of(job).writes.at("directory.write"), 1U);
  expect_nothing_to_write(exactly());
}

TEST_P(PimKinds, ComeBackWithAUserWhoIsGoneAndWithANewOne) {
  const auto& [name, eligible, end, planned] = GetParam();
  begin_with_user();
  hold(eligible, end);
  back_up();
  const json before = held();
  auto as_new = all_of_user();
  as_new.with_object = false;
  as_new.as_new = "beside.the.old@aurora.example";
  const auto beside = item_of(restore(as_new));
  EXPECT_EQ(beside.outcome, Outcome::restored) << shown(beside);
  EXPECT_EQ(held("beside.the.old@aurora.example"), before);
  purge_user(id_);
  const auto item = item_of(restore(all_of_user()));
  EXPECT_TRUE(item.verified) << shown(item);
  EXPECT_EQ(held(), before);
  EXPECT_EQ(sim_->dump("aurora")["users"][name_]["object"]["accountEnabled"],
            user_["object"]["accountEnabled"]);
  expect_nothing_to_write(roles_of_user());
}

TEST_P(PimKinds, GoAgainWhenTheRestoreIsUndone) {
  const auto& [name, eligible, end, planned] = GetParam();
  begin_with_user();
  hold(eligible, end);
  back_up();
  const json before = held();
  lose(eligible);
  const api::Job job = restore(roles_of_user());
  ASSERT_EQ(held(), before);
  const api::Job undone = undo(job.id);
  EXPECT_EQ(undone.state, JobState::succeeded) << shown(item_of(undone));
  EXPECT_EQ(held(), json::array());
  EXPECT_EQ(undo(undone.id).state, JobState::succeeded);
  EXPECT_EQ(held(), before);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, PimKinds,
    testing::Values(Kind{"eligible", true, "", std::string("make eligible for role ") + kName},
                    Kind{"eligible_until", true, kEnd,
                         std::string("make eligible for role ") + kName + " until " + kEnd},
                    Kind{"active_until", false, kEnd,
                         std::string("assign role ") + kName + " until " + kEnd}),
    [](const auto& row) { return std::string(row.param.name); });

TEST_F(Pim, AnotherEndIsSetBack) {
  begin_with_user();
  hold(true, kEnd);
  hold(false, kEnd);
  back_up();
  change(ScheduleAction::update, true);
  change(ScheduleAction::update, false, kOtherEnd);
  const api::Job job = restore(roles_of_user());
  const auto item = item_of(job);
  EXPECT_EQ(item.outcome, Outcome::restored) << shown(item);
  EXPECT_EQ(held(), json::array({row(false, kEnd), row(true, kEnd)}));
  EXPECT_EQ(undo(job.id).state, JobState::succeeded);
  EXPECT_EQ(held(), json::array({row(true, nullptr), row(false, kOtherEnd)}));
}

TEST_F(Pim, ARoleForGoodThatIsHeldForATimeIsHeldForGoodAgain) {
  begin_with_user();
  const auto session = *sessions_->session("aurora", graph::Purpose::restore);
  ASSERT_TRUE(session->send(
      graph::calls::create_role_assignment(*base::Guid::parse(id_), kReaders, "/"), {}));
  back_up();
  change(ScheduleAction::update, false, kOtherEnd);
  const api::Job job = restore(roles_of_user());
  EXPECT_EQ(item_of(job).done,
            std::vector<std::string>{std::string("let role ") + kName + " never end"})
      << shown(item_of(job));
  EXPECT_EQ(held(), json::array({row(false, nullptr)}));
  expect_nothing_to_write(exactly());
  EXPECT_EQ(undo(job.id).state, JobState::succeeded);
  EXPECT_EQ(held(), json::array({row(false, kOtherEnd)}));
}

// The user has more than the snapshot knows: that stays, but with exact.
TEST_F(Pim, ARoleForATimeThatIsHeldForGoodEndsOnlyWithExact) {
  begin_with_user();
  hold(false, kEnd);
  back_up();
  change(ScheduleAction::update, false);
  expect_nothing_to_write(roles_of_user());
  const api::Job job = restore(exactly());
  EXPECT_EQ(item_of(job).outcome, Outcome::restored) << shown(item_of(job));
  EXPECT_EQ(held(), json::array({row(false, kEnd)}));
  EXPECT_EQ(sim_->dump("aurora")["users"][name_]["roles"].size(), 1U);
}

TEST_F(Pim, ExactTakesAwayWhatTheSnapshotDoesNotHave) {
  begin_with_user();
  back_up();
  hold(true, "");
  hold(false, kEnd);
  const json extra = held();
  expect_nothing_to_write(roles_of_user());
  const api::Job job = restore(exactly());
  const auto item = item_of(job);
  EXPECT_EQ(item.outcome, Outcome::restored) << shown(item);
  EXPECT_EQ(held(), json::array());
  EXPECT_EQ(sim_->dump("aurora")["users"][name_]["roles"], json::array());
  const auto removals = plan_of(job).removals;
  EXPECT_EQ(removals.at("eligible admin role"), 1U);
  EXPECT_EQ(removals.at("scheduled admin role"), 1U);
  expect_nothing_to_write(exactly());
  EXPECT_EQ(undo(job.id).state, JobState::succeeded);
  EXPECT_EQ(held(), extra);
}

TEST_F(Pim, WhatIsActivatedByWhoIsEligibleIsLeftAlone) {
  begin_with_user();
  hold(true, "");
  back_up();
  sim_->post(
      "/_control/tenants/aurora/roleSchedules",
      {{"principal", id_}, {"role", kReaders}, {"assignmentType", "Activated"}, {"end", kEnd}});
  expect_nothing_to_write(exactly());
}

// What a list shows that was ended by the time of the restore.
void answer_with_ended(const fakes::GraphsimProcess& sim, bool eligible, const std::string& user) {
  json row{{"id", "s"},
           {"principalId", user},
           {"roleDefinitionId", kReaders},
           {"directoryScopeId", "/"},
           {"memberType", "Direct"},
           {"status", "Provisioned"},
           {"scheduleInfo",
            {{"startDateTime", "2024-01-01T00:00:00Z"},
             {"expiration", {{"type", "afterDuration"}, {"duration", "P1M"}}}}}};
  if (!eligible) row["assignmentType"] = "Assigned";
  sim.fault({{"match",
              {{"method", "GET"},
               {"path", eligible ? "/roleManagement/directory/roleEligibilitySchedules"
                                 : "/roleManagement/directory/roleAssignmentSchedules"},
               {"count", 1}}},
             {"action", "status"},
             {"status", 200},
             {"body", {{"value", {row}}}}});
}

TEST_F(Pim, WhatHasEndedIsNotRestoredAndToldOfWhoIsMadeAnew) {
  for (const bool eligible : {true, false}) {
    begin_with_user();
    answer_with_ended(*sim_, eligible, id_);
    back_up();
    const auto before = writes();
    EXPECT_EQ(item_of(restore(roles_of_user())).outcome, Outcome::already_right);
    EXPECT_EQ(writes(), before);
    purge_user(id_);
    auto request = roles_of_user();
    request.with_object = true;
    const auto item = item_of(restore(request));
    EXPECT_EQ(held(), json::array());
    EXPECT_TRUE(says(item, eligible
                               ? "the user was eligible for the role Directory Readers until "
                                 "2024-02-01T00:00:00Z, which has passed -> nothing to do, or make "
                                 "the user eligible anew"
                               : "the role Directory Readers was held until 2024-02-01T00:00:00Z, "
                                 "which has passed -> nothing to do, or assign it anew"))
        << shown(item);
    queue_.reset();
    sessions_.reset();
    store_.reset();
    std::filesystem::remove_all(directory_.path() / "state");
  }
}

TEST_F(Pim, WhatTheSettingsOfTheRoleForbidIsToldWithTheRule) {
  begin_with_user();
  hold(true, "");
  hold(false, kEnd);
  back_up();
  lose(true);
  lose(false);
  settings({{"eligibleRoles", {{"forGood", false}}}, {"activeRoles", {{"longestDays", 30}}}});
  const api::Job job = restore(roles_of_user());
  const auto item = item_of(job);
  EXPECT_EQ(item.outcome, Outcome::failed) << shown(item);
  EXPECT_EQ(item.problems.size(), 2U);
  EXPECT_TRUE(says(item,
                   "do not allow an assignment for good, or for so long (ExpirationRule) -> "
                   "assign it for a shorter time in Privileged Identity Management"))
      << shown(item);
  EXPECT_EQ(held(), json::array());
  settings({{"eligibleRoles", {{"forGood", true}}}});
  EXPECT_EQ(item_of(restore(roles_of_user())).outcome, Outcome::partial);
  EXPECT_EQ(held(), json::array({row(true, nullptr)}));
}

TEST_F(Pim, ATenantWithoutTheLicenceIsToldSo) {
  begin_with_user();
  hold(true, kEnd);
  back_up();
  settings({{"premium", false}});
  const auto before = writes();
  const auto item = item_of(restore(roles_of_user()));
  EXPECT_EQ(item.outcome, Outcome::impossible) << shown(item);
  EXPECT_TRUE(says(item, "the tenant lacks the Entra ID P2 or Governance licence")) << shown(item);
  EXPECT_EQ(writes(), before);
}

TEST_F(Pim, WithoutThePermissionItsNameIsTold) {
  begin_with_user();
  hold(true, kEnd);
  back_up();
  purge_user(id_);
  const json denied{{"error", {{"code", "Authorization_RequestDenied"}, {"message", "No."}}}};
  sim_->fault(
      {{"match",
        {{"method", "GET"}, {"path", "/roleManagement/directory/roleEligibilitySchedules"}}},
       {"action", "status"},
       {"status", 403},
       {"body", denied}});
  const auto item = item_of(restore(all_of_user()));
  EXPECT_EQ(item.outcome, Outcome::partial) << shown(item);
  EXPECT_TRUE(says(item,
                   "the role Directory Readers was held by a schedule, or to be activated, "
                   "and that can neither be seen nor written: the app registration lacks "
                   "RoleEligibilitySchedule.ReadWrite.Directory"))
      << shown(item);
  EXPECT_EQ(held(), json::array());
}

// Whom nobody has a schedule for needs no list of them.
TEST_F(Pim, SchedulesAreReadOnlyWhereTheyMatter) {
  begin_with_user();
  back_up();
  sim_->post("/_control/counters/reset", json::object());
  restore(roles_of_user());
  EXPECT_EQ(base::json_text(sim_->get("/_control/counters")).find("roleEligibilitySchedules"),
            std::string::npos);
}

TEST_F(Pim, AFreshUserIsWaitedFor) {
  begin_with_user();
  hold(true, kEnd);
  hold(false, kEnd);
  back_up();
  const json before = held();
  settings({{"pimLag", 90}});
  purge_user(id_);
  const api::Job job = restore(all_of_user());
  const auto item = item_of(job);
  EXPECT_TRUE(item.verified) << shown(item);
  EXPECT_EQ(held(), before);
  const auto steps = store_->journal().steps(job.id, 0, 1000);
  EXPECT_TRUE(std::any_of(steps.begin(), steps.end(), [](const store::Step& step) {
    return step.kind == "schedule" && step.outcome == graph::name(graph::Class::replication);
  })) << "nobody had to wait";
}

TEST_F(Pim, ALostAnswerMakesNothingTwice) {
  for (const char* when : {"before", "after"}) {
    begin_with_user();
    hold(true, kEnd);
    back_up();
    const json before = held();
    lose(true);
    json fault{{"match",
                {{"method", "POST"},
                 {"path", "/roleManagement/directory/roleEligibilityScheduleRequests"},
                 {"count", 1}}},
               {"action", "status"},
               {"status", 504}};
    if (when == std::string("after")) fault["when"] = "after";
    sim_->fault(fault);
    const auto item = item_of(restore(roles_of_user()));
    EXPECT_EQ(item.outcome, Outcome::restored) << when << shown(item);
    EXPECT_EQ(held(), before) << when;
    queue_.reset();
    sessions_.reset();
    store_.reset();
    std::filesystem::remove_all(directory_.path() / "state");
  }
}

TEST_F(Pim, TheReportNamesTheChange) {
  begin_with_user();
  hold(true, kEnd);
  back_up();
  lose(true);
  const api::Job job = restore(roles_of_user());
  StepIndexes indexes;
  const auto page = changes(*store_, indexes, job.id, {0, 100, false});
  ASSERT_TRUE(page);
  ASSERT_EQ(page->users.at(0).changes.size(), 1U) << base::json_text(json(*page), 1);
  const auto& told = page->users[0].changes[0];
  EXPECT_EQ(told.section, "roles");
  EXPECT_EQ(told.change, "added");
  EXPECT_EQ(told.what, kName);
  EXPECT_EQ(told.detail, std::string("tenant, eligible, until ") + kEnd);
  EXPECT_EQ(told.status, "written");
}

// The tenant's own roles have other ids there.
TEST_F(Pim, InAnotherTenantTheRoleThereIsMeant) {
  begin_all({"aurora:users=60,seed=11,lag=0", "borealis:users=10,seed=12,lag=0"});
  std::tie(name_, user_) = find(is_plain_member);
  id_ = user_["object"]["id"];
  hold(true, kEnd, "Badge Printer Operator");
  hold(false, kEnd);
  back_up();
  api::RestoreRequest request = all_of_user();
  request.to_tenant = "borealis";
  restore(request);
  const json there =
      sim_->dump("borealis")["users"][name_.substr(0, name_.find('@')) + "@borealis.example"];
  ASSERT_TRUE(there.is_object());
  EXPECT_EQ(there["schedules"], held());
}

}  // namespace
}  // namespace entrad::restore
