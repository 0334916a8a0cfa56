// Who sponsors users comes back with them; and both, what they own and who sponsors them, in
// another tenant.
#include <algorithm>

#include "base/json.h"
#include "owned_story.h"

namespace entrad::restore {
namespace {

using api::JobState;
using nlohmann::json;

class Sponsored : public OwnedStory {};

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

class OwnedElsewhere : public OwnedStory {
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
