// Options of single users in one restore.
#include <algorithm>

#include "restore/user_requests.h"
#include "tenant_story.h"

namespace entrad::restore {
namespace {

using nlohmann::json;

api::UserOptions own(const std::string& user, std::optional<bool> api::UserOptions::*option,
                     bool value) {
  api::UserOptions options;
  options.user = user;
  options.*option = value;
  return options;
}

api::UserOptions named(const std::string& user, const std::string& name) {
  api::UserOptions options;
  options.user = user;
  options.name = name;
  return options;
}

class UserOptions : public TenantStory {
 protected:
  void SetUp() override {
    begin();
    const json users = sim_->dump("aurora")["users"];
    for (const auto& [name, user] : users.items())
      if (is_plain_member(user) && user["memberships"].size() > 2 &&
          user["object"]["accountEnabled"] == true)
        people_.emplace_back(name, user["object"]["id"]);
    ASSERT_GE(people_.size(), 3U);
    back_up();
    people_.resize(3);
    for (const auto& [name, id] : people_) purge_user(id);
  }

  // Of that job; rules bring some back by themselves.
  bool has_groups_back(const api::Job& job, std::size_t which) const {
    const auto done = items(job.id).at(which).done;
    return std::any_of(done.begin(), done.end(),
                       [](const std::string& words) { return words.starts_with("add to "); });
  }

  api::RestoreRequest wanted() const {
    auto request = object_of(people_[0].second);
    request.selection.users = {people_[0].first, people_[1].first, people_[2].second};
    return request;
  }
  json now(std::size_t which) const { return sim_->dump("aurora")["users"][people_[which].first]; }

  std::vector<std::pair<std::string, std::string>> people_;
};

TEST_F(UserOptions, SetSomeUsersApart) {
  auto request = wanted();
  request.user_options = {own(people_[0].second, &api::UserOptions::with_memberships, true),
                          own(people_[1].first, &api::UserOptions::block_sign_in, true)};
  const api::Job job = restore(request);
  EXPECT_TRUE(has_groups_back(job, 0));
  EXPECT_EQ(now(0)["object"]["accountEnabled"], true);
  EXPECT_FALSE(has_groups_back(job, 1));
  EXPECT_EQ(now(1)["object"]["accountEnabled"], false);
  EXPECT_FALSE(has_groups_back(job, 2));
  EXPECT_EQ(now(2)["object"]["accountEnabled"], true);
  EXPECT_EQ(plan_of(job).blocked, 0U);  // created so
  for (const api::Item& item : items(job.id))
    EXPECT_TRUE(item.verified) << item.user_principal_name;

  const auto before = writes();
  restore(request);
  EXPECT_EQ(writes(), before);
}

TEST_F(UserOptions, TakeAwayWhatIsAskedForTheOthers) {
  auto request = wanted();
  request.with_memberships = true;
  request.user_options = {own(people_[1].first, &api::UserOptions::with_memberships, false)};
  const api::Job job = restore(request);
  EXPECT_TRUE(has_groups_back(job, 0));
  EXPECT_FALSE(has_groups_back(job, 1));
  EXPECT_TRUE(has_groups_back(job, 2));
}

TEST_F(UserOptions, AreUndoneAsTheyWereDone) {
  const json before = sim_->dump("aurora", false);
  auto request = wanted();
  request.user_options = {own(people_[0].second, &api::UserOptions::with_memberships, true)};
  const api::Job job = restore(request);
  const auto undo = queue_->submit(api::UndoRequest{job.id, true, {}}, "tester");
  ASSERT_TRUE(undo);
  EXPECT_EQ(wait(undo->id).state, api::JobState::succeeded);
  EXPECT_EQ(sim_->dump("aurora", false)["users"], before["users"]);
}

TEST_F(UserOptions, OfNobodySelectedEndThePlan) {
  auto request = wanted();
  request.selection.users.pop_back();
  request.user_options = {own(people_[2].first, &api::UserOptions::block_sign_in, true)};
  api::Job job = restore(request);
  EXPECT_EQ(job.state, api::JobState::failed);
  EXPECT_NE(job.failure->message.find(people_[2].first), std::string::npos);
  request.user_options = {own("nobody@aurora.example", &api::UserOptions::block_sign_in, true)};
  job = restore(request);
  EXPECT_EQ(job.state, api::JobState::failed);
  EXPECT_NE(job.failure->message.find("nobody@aurora.example"), std::string::npos);
}

TEST_F(UserOptions, OfOneUserTwiceAreRefused) {
  auto request = wanted();
  request.user_options = {own(people_[0].first, &api::UserOptions::block_sign_in, true),
                          own(people_[0].second, &api::UserOptions::block_sign_in, false)};
  const api::Job job = restore(request);
  EXPECT_EQ(job.state, api::JobState::failed);
  EXPECT_NE(job.failure->message.find("second time"), std::string::npos);
}

TEST_F(UserOptions, GiveNewNamesToEachUser) {
  api::RestoreRequest request;
  request.tenant = "aurora";
  request.selection.users = {people_[0].first, people_[1].first};
  request.as_new = "{local}.new@{domain}";
  request.user_options = {named(people_[1].first, "second@aurora.example")};
  request.approved = true;
  restore(request);
  const json users = sim_->dump("aurora")["users"];
  EXPECT_TRUE(users.contains("second@aurora.example"));
  const std::string local = people_[0].first.substr(0, people_[0].first.find('@'));
  EXPECT_TRUE(users.contains(local + ".new@aurora.example"));
}

TEST_F(UserOptions, OfThoseWhoAreTriedAgainGoOn) {
  auto request = wanted();
  request.user_options = {own(people_[0].first, &api::UserOptions::with_memberships, true),
                          own(people_[1].first, &api::UserOptions::block_sign_in, true)};
  sim_->post("/_control/faults", {{"faults",
                                   {{{"match", {{"method", "POST"}, {"path", "/users"}}},
                                     {"action", "status"},
                                     {"status", 403}}}}});
  const api::Job job = restore(request);
  auto again = request_to_retry(store_->journal(), job.id, {});
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->selection.users.size(), 3U);
  EXPECT_EQ(again->user_options.size(), 2U);
}

TEST(UserOptionsRequest, ThatMakeNoSenseAreRefusedWithTheUsersName) {
  api::RestoreRequest request;
  request.selection.users = {"anna@aurora.example", "ben@aurora.example"};
  request.with_object = true;
  const auto refused = [&request](const api::UserOptions& options) {
    request.user_options = {options};
    const auto checked = check_request(request);
    return checked ? std::string() : checked.error().message;
  };
  EXPECT_EQ(refused(own("anna@aurora.example", &api::UserOptions::with_roles, true)), "");
  EXPECT_EQ(refused(named("anna@aurora.example", "other@aurora.example")), "");
  for (const api::UserOptions& wrong :
       {own("anna@aurora.example", &api::UserOptions::exact, true),
        own("anna@aurora.example", &api::UserOptions::with_object, false),
        named("anna@aurora.example", "no name")}) {
    const std::string message = refused(wrong);
    EXPECT_NE(message.find("anna@aurora.example"), std::string::npos) << message;
  }
  EXPECT_NE(refused(own("anna@aurora.example", &api::UserOptions::temporary_access_pass, true)),
            "");
  request.with_object = false;
  request.user_options = {own("anna@aurora.example", &api::UserOptions::block_sign_in, true),
                          own("ben@aurora.example", &api::UserOptions::with_roles, true)};
  EXPECT_TRUE(check_request(request));  // each has something
  request.user_options.pop_back();
  EXPECT_FALSE(check_request(request));
}

}  // namespace
}  // namespace entrad::restore
