// Directory extensions: attributes that an application of the tenant has added to users.
#include <algorithm>

#include "store/known_extensions.h"
#include "tenant_story.h"

namespace entrad::restore {
namespace {

using nlohmann::json;

class Extensions : public TenantStory {
 protected:
  void SetUp() override {
    begin();
    const auto [name, user] = find([](const json& one) {
      return is_plain_member(one) && one["object"]["costCode"].is_null();
    });
    name_ = name;
    id_ = user["object"]["id"];
    set({{"costCode", "CC-7000"}, {"badges", {"blue", "gold"}}});
    back_up();
    first_ = base::rfc3339(clock_.wall());
  }

  void set(const json& values) const {
    sim_->post("/_control/tenants/aurora/users/" + id_ + "/extras", {{"extensions", values}});
  }
  void withdraw(const char* name) const {
    sim_->post("/_control/tenants/aurora/extensions/withdraw", {{"name", name}});
  }
  json live() const { return sim_->dump("aurora")["users"][name_]["object"]; }
  std::string full_name(const std::string& end) const {
    for (const std::string& name : store::known_extensions(store_->own_state(), "aurora"))
      if (name.ends_with("_" + end)) return name;
    throw std::runtime_error("no extension " + end);
  }
  static bool says(const std::vector<api::Failure>& failures, const std::string& words) {
    return std::any_of(failures.begin(), failures.end(), [&words](const api::Failure& one) {
      return one.message.find(words) != std::string::npos;
    });
  }

  std::string name_;
  std::string id_;
  std::string first_;  // when the snapshot of SetUp was newest
};

TEST_F(Extensions, AreSetBackInOnePatchWithTheOtherAttributes) {
  const json before = live();
  set({{"costCode", "CC-1"}, {"badges", nullptr}});
  sim_->post("/_control/tenants/aurora/users/" + id_ + "/patch", {{"jobTitle", "Nobody"}});
  const auto writes_before = writes();
  const api::Job job = restore(object_of(id_));
  const api::Item item = items(job.id).at(0);
  EXPECT_EQ(item.outcome, api::Outcome::restored);
  EXPECT_TRUE(item.verified);
  EXPECT_EQ(writes(), writes_before + 1);
  EXPECT_EQ(live(), before);

  const api::Job again = restore(object_of(id_));
  EXPECT_EQ(items(again.id).at(0).outcome, api::Outcome::already_right);
}

TEST_F(Extensions, ComeWithTheCreateOfAUserWhoIsGone) {
  const json before = live();
  purge_user(id_);
  const auto writes_before = writes();
  const api::Job job = restore(object_of(id_));
  const api::Item item = items(job.id).at(0);
  EXPECT_TRUE(item.verified) << json(item).dump();
  EXPECT_EQ(writes(), writes_before + item.writes_planned);
  EXPECT_EQ(live()["costCode"], before["costCode"]);
  EXPECT_EQ(live()["badges"], before["badges"]);
}

// A create that names an extension whose application is gone is refused as a whole.
TEST_F(Extensions, DoNotCostTheUserWhenTheirApplicationHasGoneSinceTheBackup) {
  purge_user(id_);
  withdraw("costCode");
  const api::Job job = restore(object_of(id_));
  const api::Item item = items(job.id).at(0);
  EXPECT_EQ(item.outcome, api::Outcome::partial);
  EXPECT_EQ(live()["badges"], (json{"blue", "gold"}));
  EXPECT_TRUE(says(item.problems, full_name("costCode"))) << json(item).dump();
  EXPECT_FALSE(says(item.problems, full_name("badges"))) << json(item).dump();
}

TEST_F(Extensions, OfAnApplicationThatTheLastBackupMissedAreToldBeforehand) {
  const std::string gone = full_name("costCode");
  withdraw("costCode");
  clock_.wait_for(std::chrono::minutes(2), {});
  back_up();
  purge_user(id_);
  auto request = object_of(id_);
  request.at = first_;
  request.approved = false;
  const api::Job held = restore(request);
  const api::Item planned = items(held.id).at(0);
  EXPECT_TRUE(says(planned.problems, "the directory extension " + gone)) << json(planned).dump();
}

TEST_F(Extensions, ThatTheSnapshotDoesNotHaveStayUnlessTheyAreAskedFor) {
  set({{"costCode", nullptr}});
  const std::string name = full_name("costCode");
  back_up();
  set({{"costCode", "CC-2"}});
  const api::Job job = restore(object_of(id_));
  EXPECT_EQ(items(job.id).at(0).outcome, api::Outcome::already_right);
  EXPECT_EQ(live()["costCode"], "CC-2");
  auto request = object_of(id_);
  request.attributes = {name};
  const api::Job asked = restore(request);
  EXPECT_EQ(items(asked.id).at(0).outcome, api::Outcome::restored);
  EXPECT_TRUE(items(asked.id).at(0).verified);
  EXPECT_EQ(live()["costCode"], nullptr);
}

TEST_F(Extensions, AreUnsetAgainByAnUndo) {
  set({{"costCode", nullptr}, {"badges", {"red"}}});
  const json before = live();
  const api::Job job = restore(object_of(id_));
  EXPECT_EQ(live()["costCode"], "CC-7000");
  const auto undoing = queue_->submit(api::UndoRequest{job.id, true, {}}, "tester");
  ASSERT_TRUE(undoing);
  EXPECT_EQ(wait(undoing->id).state, api::JobState::succeeded);
  EXPECT_EQ(live(), before);
}

}  // namespace
}  // namespace entrad::restore
