// Writes that may or may not have happened, and writes that Graph could not do for a moment.
#include <filesystem>

#include "base/json.h"
#include "tenant_story.h"

namespace entrad::restore {
namespace {

using api::JobState;
using api::Outcome;
using nlohmann::json;

class Ambiguity : public TenantStory {
 protected:
  // Many users are purged; what `fault` does to their restore. Tells how often Graph was asked to
  // do what.
  json restore_many_under(const json& fault) {
    forget();
    begin("aurora:users=150,seed=5,lag=0");  // a fresh user may cost a write more at any time
    const json before = sim_->dump("aurora", false);
    back_up();
    disaster({{"seed", 3}, {"purge", 40}});
    sim_->post("/_control/counters/reset", json::object());
    if (!fault.is_null()) sim_->fault(fault);
    api::RestoreRequest request = everything();
    request.with_auth_methods = false;
    const api::Job job = restore(request);
    EXPECT_TRUE(job.state == JobState::succeeded || job.state == JobState::partial);
    for (const auto& item : items(job.id))
      EXPECT_NE(item.outcome, Outcome::failed) << base::json_text(json(item), 1);
    json after = sim_->dump("aurora", false);
    for (const auto& [name, user] : before["users"].items())
      for (const char* part : {"memberships", "administrativeUnits", "roles", "manager"})
        EXPECT_EQ(after["users"][name][part], user[part]) << name << " " << part;
    json routes = sim_->get("/_control/counters").at("byRoute");
    EXPECT_EQ(sim_->get("/_control/counters").at("usersCreated"), 40);
    return routes;
  }

  // One test tells several stories.
  void forget() {
    queue_.reset();
    sessions_.reset();
    governor_.reset();
    store_.reset();
    std::filesystem::remove_all(directory_.path() / "state");
  }

  static json lost_answer(const std::string& method, const std::string& path,
                          const std::string& when, int times) {
    return {{"match", {{"method", method}, {"path", path}, {"count", times}}},
            {"action", "status"},
            {"when", when},
            {"status", 504}};
  }

  static std::uint64_t times(const json& routes, const std::string& route) {
    return routes.value(route, std::uint64_t{0});
  }
};

constexpr const char* kPatchGroup = "PATCH /groups/{id}";
constexpr const char* kAddMember = "POST /groups/{id}/members/$ref";

// Faults that keep a request from Graph are not counted as asked.
TEST_F(Ambiguity, OfTwentyMembersIsLookedUpAndNeverTakenApart) {
  const json plain = restore_many_under(nullptr);
  ASSERT_GT(times(plain, kPatchGroup), 0U);
  for (const std::string when : {"after", "before"}) {
    SCOPED_TRACE(when);
    const json routes = restore_many_under(lost_answer("PATCH", "/groups/{id}", when, 3));
    EXPECT_EQ(times(routes, kPatchGroup), times(plain, kPatchGroup));
    EXPECT_EQ(times(routes, kAddMember), times(plain, kAddMember));
  }
}

TEST_F(Ambiguity, OfACreateIsLookedUpBeforeItIsSentAgain) {
  const json plain = restore_many_under(nullptr);
  ASSERT_EQ(times(plain, "POST /users"), 40U);
  for (const std::string when : {"after", "before"}) {
    SCOPED_TRACE(when);
    const json routes = restore_many_under(lost_answer("POST", "/users", when, 5));
    EXPECT_EQ(times(routes, "POST /users"), 40U);
    EXPECT_EQ(times(routes, kPatchGroup), times(plain, kPatchGroup));
  }
}

// In its wave: nobody is read whole for it.
TEST_F(Ambiguity, OfAManagerIsLookedUpBeforeItIsSentAgain) {
  constexpr const char* kSetManager = "PUT /users/{id}/manager/$ref";
  const json plain = restore_many_under(nullptr);
  ASSERT_GT(times(plain, kSetManager), 3U);
  for (const std::string when : {"after", "before"}) {
    SCOPED_TRACE(when);
    const json routes = restore_many_under(lost_answer("PUT", "/users/{id}/manager/$ref", when, 3));
    EXPECT_EQ(times(routes, kSetManager), times(plain, kSetManager));
    EXPECT_EQ(times(routes, "GET /users/{id}"), times(plain, "GET /users/{id}"));
  }
}

TEST_F(Ambiguity, OfARoleAssignmentGivesNobodyTheRoleTwice) {
  const json plain = restore_many_under(nullptr);
  constexpr const char* kAssign = "POST /roleManagement/directory/roleAssignments";
  ASSERT_GT(times(plain, kAssign), 0U);
  const json routes = restore_many_under(
      lost_answer("POST", "/roleManagement/directory/roleAssignments", "after", 1));
  EXPECT_EQ(times(routes, kAssign), times(plain, kAssign));
}

// One bad member must not cost all others of its group the coalesced writes.
TEST_F(Ambiguity, ARefusedWriteOfTwentyTakesOnlyItsOwnMembersApart) {
  const json plain = restore_many_under(nullptr);
  const json routes = restore_many_under(
      {{"match", {{"method", "PATCH"}, {"path", "/groups/{id}"}, {"count", 1}}},
       {"action", "status"},
       {"status", 400},
       {"body",
        {{"error",
          {{"code", "Request_BadRequest"},
           {"message",
            "One or more added object references already exist for the following "
            "modified properties: 'members'."}}}}}});
  EXPECT_EQ(times(routes, kPatchGroup), times(plain, kPatchGroup) - 1);
  EXPECT_LE(times(routes, kAddMember), times(plain, kAddMember) + 20);
}

TEST_F(Ambiguity, WhatMetAnotherWriteIsSentAgainInTheSamePass) {
  begin();
  const auto [name, user] = find(is_plain_member);
  back_up();
  sim_->post("/_control/tenants/aurora/users/" + user["object"]["id"].get<std::string>() + "/patch",
             {{"department", "Changed"}});
  sim_->fault({{"match", {{"method", "PATCH"}, {"path", "/users/{id}"}, {"count", 2}}},
               {"action", "status"},
               {"status", 409}});
  const api::Job job = restore(object_of(name));
  EXPECT_EQ(items(job.id).at(0).outcome, Outcome::restored);
  std::vector<std::string> outcomes;
  for (const auto& step : store_->journal().steps(job.id, 0, 100)) outcomes.push_back(step.outcome);
  EXPECT_EQ(outcomes, (std::vector<std::string>{"concurrency", "concurrency", "done"}));
}

// Graph refuses an alternate number for good while there is no mobile one.
TEST_F(Ambiguity, OfAMobileNumberHoldsBackTheAlternateOne) {
  begin("aurora:users=300,seed=7,lag=0");
  const auto alternates = [](const json& user) {
    json numbers = json::array();
    for (const json& method : user["methods"])
      if (method.value("phoneType", "") == "alternateMobile")
        numbers.push_back(method["phoneNumber"]);
    return numbers;
  };
  const auto [name, user] = find([&](const json& candidate) {
    return is_plain_member(candidate) && !alternates(candidate).empty();
  });
  back_up();
  purge_user(user["object"]["id"]);
  sim_->fault(lost_answer("POST", "/users/{id}/authentication/phoneMethods", "before", 1));
  api::RestoreRequest request = object_of(name);
  request.with_auth_methods = true;
  restore(request);
  EXPECT_EQ(alternates(sim_->dump("aurora")["users"][name]), alternates(user));
}

// What the plan has read a moment ago is not read again before it is written: a user who was purged
// with its manager comes back and gets the manager while nothing can be read.
class FromPlan : public TenantStory {
 protected:
  void hold_a_restore_of_two() {
    begin();
    const auto [name, user] = find([this](const json& candidate) {
      if (!is_plain_member(candidate) || !candidate["manager"].is_string()) return false;
      const auto manager = sim_->dump("aurora")["users"][candidate["manager"].get<std::string>()];
      return is_plain_member(manager);
    });
    const auto manager = user["manager"].get<std::string>();
    const auto boss = sim_->dump("aurora")["users"][manager]["object"]["id"].get<std::string>();
    back_up();
    purge_user(user["object"]["id"]);
    purge_user(boss);
    api::RestoreRequest request = object_of(name);
    request.selection.users.push_back(manager);
    request.approved = false;
    held_ = restore(request);
    ASSERT_EQ(held_.state, JobState::held);
    sim_->post("/_control/counters/reset", json::object());
    json faults = json::array();
    for (const std::string& id : {user["object"]["id"].get<std::string>(), boss})
      faults.push_back({{"match", {{"method", "GET"}, {"path", "/users/" + id}}},
                        {"action", "status"},
                        {"status", 503}});
    sim_->post("/_control/faults", {{"faults", faults}});
  }
  // As a job that was approved when it was submitted, whose plan is ready now.
  void go_on_as_if_never_held() {
    auto changed = store_->journal().update(
        held_.id,
        [](api::Job& row) {
          row.request["approved"] = true;
          row.state = api::JobState::queued;
          return true;
        },
        store::RequestToo::yes);
    ASSERT_TRUE(changed);
  }
  std::uint64_t created() const { return sim_->get("/_control/counters").at("usersCreated"); }
  void finish() {
    sim_->remove("/_control/faults");
    const api::Job job = wait(held_.id);
    for (const auto& item : items(job.id)) EXPECT_TRUE(item.verified);
  }

  api::Job held_;
};

TEST_F(FromPlan, NothingIsReadAgainBeforeTheFirstWrites) {
  hold_a_restore_of_two();
  go_on_as_if_never_held();
  const auto managers_set = [this] {
    return sim_->get("/_control/counters")
        .at("byRoute")
        .value("PUT /users/{id}/manager/$ref", std::uint64_t{0});
  };
  for (int i = 0; i < 600 && managers_set() == 0; ++i) clock_.wait_for(std::chrono::seconds(2), {});
  EXPECT_EQ(created(), 2U);
  EXPECT_GE(managers_set(), 1U);
  finish();
}

TEST_F(FromPlan, APlanThatIsOldIsReadAnew) {
  hold_a_restore_of_two();
  // The plan's age is by the clock on the wall.
  auto plan = store_->journal().document(held_.id, "plan")->get<api::Plan>();
  plan.made_at -= std::chrono::hours(1);
  ASSERT_TRUE(store_->journal().put_document(held_.id, "plan", plan));
  go_on_as_if_never_held();
  const auto asked = [this] {
    return sim_->get("/_control/counters").at("byStatus").value("503", std::uint64_t{0});
  };
  for (int i = 0; i < 600 && asked() < 2; ++i) clock_.wait_for(std::chrono::seconds(2), {});
  EXPECT_GE(asked(), 2U);
  EXPECT_EQ(created(), 0U);
  finish();
}

TEST_F(FromPlan, APlanThatWaitedForSomebodysApprovalIsReadAnew) {
  hold_a_restore_of_two();
  ASSERT_TRUE(queue_->approve(held_.id, {}, "tester"));
  const auto asked = [this] {
    return sim_->get("/_control/counters").at("byStatus").value("503", std::uint64_t{0});
  };
  for (int i = 0; i < 600 && asked() < 2; ++i) clock_.wait_for(std::chrono::seconds(2), {});
  EXPECT_EQ(created(), 0U);
  finish();
}

// While Graph cannot answer, a restore waits, says so, and then goes on.
class Outage : public TenantStory {
 protected:
  void break_reads_of(const std::string& path) {
    sim_->fault(
        {{"match", {{"method", "GET"}, {"path", path}}}, {"action", "status"}, {"status", 503}});
  }
  // Lets Graph answer again when the job was seen to wait, and returns it at its end.
  api::Job end_outage(base::JobId id) {
    for (int i = 0; i < 600; ++i) {
      const api::Job job = *store_->journal().job(id);
      if (job.state == JobState::waiting &&
          job.reason.find("could not answer") != std::string::npos)
        break;
      clock_.wait_for(std::chrono::seconds(2), {});
    }
    EXPECT_EQ(store_->journal().job(id)->state, JobState::waiting);
    sim_->remove("/_control/faults");
    return wait(id);
  }
};

TEST_F(Outage, WhileARestoreIsPlannedDoesNotEndIt) {
  begin();
  const auto [name, user] = find(is_plain_member);
  back_up();
  purge_user(user["object"]["id"]);
  break_reads_of("/users/{id}");
  const auto job = queue_->submit(object_of(name), "tester");
  ASSERT_TRUE(job);
  const api::Job done = end_outage(job->id);
  EXPECT_TRUE(done.state == JobState::succeeded || done.state == JobState::partial);
  EXPECT_TRUE(items(job->id).at(0).verified);
}

TEST_F(Outage, AGroupThatCouldNotBeReadIsNotTakenForGone) {
  begin();
  const auto [name, user] = find([](const json& candidate) {
    return is_plain_member(candidate) && candidate["memberships"].size() > 2;
  });
  const json before = sim_->dump("aurora", false)["users"][name]["memberships"];
  back_up();
  purge_user(user["object"]["id"]);
  api::RestoreRequest request = object_of(name);
  request.with_memberships = true;
  request.approved = false;
  const api::Job held = restore(request);
  break_reads_of("/groups/{id}");
  ASSERT_TRUE(queue_->approve(held.id, {}, "tester"));
  end_outage(held.id);
  const api::Item item = items(held.id).at(0);
  for (const auto& problem : item.problems)
    EXPECT_EQ(problem.message.find("does not exist"), std::string::npos) << problem.message;
  EXPECT_EQ(sim_->dump("aurora", false)["users"][name]["memberships"], before);
}

}  // namespace
}  // namespace entrad::restore
