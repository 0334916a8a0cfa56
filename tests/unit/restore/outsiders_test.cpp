// Users who stayed, when their manager went and came back as somebody new.
#include <algorithm>

#include "tenant_story.h"

namespace entrad::restore {
namespace {

using nlohmann::json;

class Outsiders : public TenantStory {
 protected:
  // A plain member who is a manager, and how many report to them.
  std::pair<std::string, std::uint64_t> manager() const {
    const json users = sim_->dump("aurora")["users"];
    for (const auto& [name, user] : users.items()) {
      const auto reports =
          std::count_if(users.begin(), users.end(),
                        [&name = name](const json& one) { return one["manager"] == name; });
      if (is_plain_member(user) && reports > 0) return {name, static_cast<std::uint64_t>(reports)};
    }
    throw std::runtime_error("nobody manages anybody");
  }
};

TEST_F(Outsiders, AreCountedAndGetTheirManagerBackAsThePlanSays) {
  begin();
  const auto [name, reports] = manager();
  const json before = sim_->dump("aurora", false);
  back_up();
  purge_user(sim_->dump("aurora")["users"][name]["object"]["id"]);
  const api::Job job = restore(object_of(name));
  std::string words;
  for (const auto& [risk, count] : plan_of(job).risks)
    if (risk.find("for a manager") != std::string::npos) {
      words = risk;
      EXPECT_EQ(count, reports);
    }
  ASSERT_NE(words.find("--changed-since 1 --with-manager"), std::string::npos) << words;

  back_up();
  api::RestoreRequest again;
  again.tenant = "aurora";
  again.selection.changed = true;
  again.at = "1";
  again.with_manager = true;
  again.approved = true;
  restore(again);
  const json after = sim_->dump("aurora", false);
  for (const auto& [one, user] : before["users"].items())
    EXPECT_EQ(after["users"][one]["manager"], user["manager"]) << one;
}

TEST_F(Outsiders, AreNotThereWhenEverybodyIsRestored) {
  begin();
  const auto [name, reports] = manager();
  back_up();
  purge_user(sim_->dump("aurora")["users"][name]["object"]["id"]);
  const api::Job job = restore(everything());
  for (const auto& [risk, count] : plan_of(job).risks)
    EXPECT_EQ(risk.find("for a manager"), std::string::npos) << risk;
}

}  // namespace
}  // namespace entrad::restore
