// Users whose name or address somebody else has by the time they come back.
#include <algorithm>

#include "tenant_story.h"

namespace entrad::restore {
namespace {

using nlohmann::json;

class TakenNames : public TenantStory {
 protected:
  void SetUp() override {
    begin();
    const json users = sim_->dump("aurora")["users"];
    for (const auto& [name, user] : users.items())
      if (is_plain_member(user) && user["object"].contains("mail") &&
          user["object"]["mail"].is_string())
        people_.emplace_back(name, user["object"]["id"]);
    ASSERT_GE(people_.size(), 4U);
    back_up();
    name_ = people_[0].first;
    id_ = people_[0].second;
    thief_ = people_[1].second;
  }

  // The thief is renamed, whose own name is free from then on.
  void steal(const char* attribute, const std::string& value) const {
    sim_->post("/_control/tenants/aurora/users/" + thief_ + "/patch", {{attribute, value}});
  }
  json live(const std::string& id) const {
    const json dump = sim_->dump("aurora");
    for (const auto& [name, user] : dump["users"].items())
      if (user["object"]["id"] == id) return user["object"];
    return nullptr;
  }
  static std::string local(const std::string& name) { return name.substr(0, name.find('@')); }
  std::string other_name() const { return local(name_) + ".old@aurora.example"; }

  api::RestoreRequest wanted() const {
    auto request = object_of(id_);
    request.when_taken = "{local}.old@{domain}";
    return request;
  }

  std::vector<std::pair<std::string, std::string>> people_;  // names and ids
  std::string name_;
  std::string id_;
  std::string thief_;
};

TEST_F(TakenNames, ComeBackFromTheBinUnderAnotherOneWithTheSameId) {
  delete_user(id_);
  steal("userPrincipalName", name_);
  const api::Job job = restore(wanted());
  EXPECT_EQ(job.state, api::JobState::succeeded);
  const api::Item item = items(job.id)[0];
  EXPECT_EQ(item.outcome, api::Outcome::restored);
  EXPECT_TRUE(item.verified);
  EXPECT_EQ(item.new_name, other_name());
  EXPECT_FALSE(item.new_user_id);
  EXPECT_NE(item.done.at(0).find("as " + other_name()), std::string::npos) << item.done.at(0);
  EXPECT_EQ(live(id_)["userPrincipalName"], other_name());
  const auto risks = plan_of(job).risks;
  EXPECT_TRUE(std::any_of(risks.begin(), risks.end(), [](const auto& risk) {
    return risk.first.find("another userPrincipalName") != std::string::npos && risk.second == 1;
  }));

  const auto before = writes();
  const api::Job again = restore(wanted());
  EXPECT_EQ(items(again.id)[0].outcome, api::Outcome::already_right);
  EXPECT_EQ(writes(), before);
}

TEST_F(TakenNames, AreGivenAnotherOneWhenTheUserIsMadeAnew) {
  purge_user(id_);
  steal("userPrincipalName", name_);
  const api::Job job = restore(wanted());
  const api::Item item = items(job.id)[0];
  ASSERT_TRUE(item.new_user_id);
  EXPECT_EQ(live(*item.new_user_id)["userPrincipalName"], other_name());
  EXPECT_EQ(item.new_name, other_name());
  EXPECT_TRUE(item.verified) << (item.problems.empty() ? "" : item.problems[0].message);
  const auto undo = queue_->submit(api::UndoRequest{job.id, true, {}}, "tester");
  ASSERT_TRUE(undo);
  EXPECT_EQ(wait(undo->id).state, api::JobState::succeeded);
  EXPECT_TRUE(live(*item.new_user_id).is_null());
}

TEST_F(TakenNames, StayAwayWithoutWordForThem) {
  delete_user(id_);
  steal("userPrincipalName", name_);
  const auto before = writes();
  const api::Job job = restore(object_of(id_));
  const api::Item item = items(job.id)[0];
  EXPECT_EQ(item.outcome, api::Outcome::impossible);
  EXPECT_NE(item.problems.at(0).message.find(thief_), std::string::npos);
  EXPECT_NE(item.problems.at(0).hint.find("--when-taken"), std::string::npos);
  EXPECT_EQ(writes(), before);
}

TEST_F(TakenNames, OfTwoKindsBothTakenEndInWords) {
  delete_user(id_);
  steal("userPrincipalName", name_);
  sim_->post("/_control/tenants/aurora/users/" + people_[2].second + "/patch",
             {{"userPrincipalName", other_name()}});
  const api::Item item = items(restore(wanted()).id)[0];
  EXPECT_EQ(item.outcome, api::Outcome::impossible);
  EXPECT_NE(item.problems.at(0).message.find(thief_), std::string::npos);
  EXPECT_NE(item.problems.at(0).message.find(people_[2].second), std::string::npos);
}

TEST_F(TakenNames, OfOneWhoIsThereAreLeftAndAllElseIsSetBack) {
  sim_->post("/_control/tenants/aurora/users/" + id_ + "/patch",
             {{"userPrincipalName", "moved@aurora.example"}, {"city", "Nowhere"}});
  steal("userPrincipalName", name_);
  const api::Item item = items(restore(wanted()).id)[0];
  EXPECT_EQ(item.outcome, api::Outcome::partial);
  EXPECT_NE(item.problems.at(0).message.find(thief_), std::string::npos);
  EXPECT_NE(live(id_)["city"], "Nowhere");
  EXPECT_EQ(live(id_)["userPrincipalName"], "moved@aurora.example");
  for (const auto& step : store_->journal().steps(base::JobId{2}, 0, 100))
    EXPECT_EQ(step.outcome, "done") << step.path;
}

TEST_F(TakenNames, GivenToTwoUsersOfOneRestoreAreGivenOnce) {
  delete_user(id_);
  steal("userPrincipalName", name_);
  delete_user(people_[2].second);
  sim_->post("/_control/tenants/aurora/users/" + people_[3].second + "/patch",
             {{"userPrincipalName", people_[2].first}});
  auto request = wanted();
  request.selection.users.push_back(people_[2].second);
  request.user_options.resize(2);
  request.user_options[0].user = id_;
  request.user_options[1].user = people_[2].second;
  for (auto& options : request.user_options) options.name = "same@aurora.example";
  const auto both = items(restore(request).id);
  EXPECT_EQ(both.at(0).new_name, "same@aurora.example");
  EXPECT_EQ(both.at(0).outcome, api::Outcome::restored);
  EXPECT_EQ(both.at(1).outcome, api::Outcome::impossible);
  EXPECT_NE(both.at(1).problems.at(0).message.find("same@aurora.example"), std::string::npos);
}

TEST_F(TakenNames, OfMailboxesAreDroppedOnlyWhenAsked) {
  const std::string mail = live(id_)["mail"];
  delete_user(id_);
  steal("mail", mail);
  const api::Item stays = items(restore(object_of(id_)).id)[0];
  EXPECT_EQ(stays.outcome, api::Outcome::failed);
  EXPECT_NE(stays.problems.at(0).hint.find("--drop-taken-addresses"), std::string::npos)
      << stays.problems.at(0).hint;
  EXPECT_TRUE(live(id_).is_null());

  auto request = object_of(id_);
  request.drop_taken_addresses = true;
  const api::Item item = items(restore(request).id)[0];
  EXPECT_EQ(live(id_)["userPrincipalName"], name_);
  const json left = live(id_)["proxyAddresses"];
  EXPECT_EQ(std::find(left.begin(), left.end(), "SMTP:" + mail), left.end());
  EXPECT_EQ(item.outcome, api::Outcome::partial);
  EXPECT_NE(item.problems.at(0).message.find(mail), std::string::npos)
      << item.problems.at(0).message;
}

}  // namespace
}  // namespace entrad::restore
