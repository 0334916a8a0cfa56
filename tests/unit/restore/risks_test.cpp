// What Graph would refuse of a plan, told in it.
#include "tenant_story.h"

namespace entrad::restore {
namespace {

using nlohmann::json;

class Risks : public TenantStory {
 protected:
  // How many users the plan's risk with these words is about; 0: it has none.
  std::uint64_t risk(const api::Job& job, const std::string& words) const {
    for (const auto& [risk, users] : plan_of(job).risks)
      if (risk.find(words) != std::string::npos) return users;
    return 0;
  }
};

TEST_F(Risks, OfADirectoryThatIsFullAreTheUsersBeyondIt) {
  begin();
  std::vector<std::string> names;
  const json users = sim_->dump("aurora")["users"];
  for (const auto& [name, user] : users.items())
    if (is_plain_member(user) && names.size() < 3) names.push_back(name);
  back_up();
  for (const std::string& name : names) purge_user(users[name]["object"]["id"]);
  auto request = object_of(names[0]);
  request.selection.users = names;
  request.approved = false;
  EXPECT_EQ(risk(restore(request), "more objects"), 0U);

  auto session = sessions_->session("aurora", graph::Purpose::backup);
  graph::Request organization;
  organization.path = "/organization";
  const json quota = (*session)->send(organization, {})->body["value"][0]["directorySizeQuota"];
  sim_->put("/_control/tenants/aurora/settings",
            {{"mostObjects", quota["used"].get<std::uint64_t>() + 1}});
  EXPECT_EQ(risk(restore(request), "takes 1 more objects"), 2U);
  request.approved = true;
  const api::Job job = restore(request);
  EXPECT_EQ(job.state, api::JobState::partial);
  std::size_t failed = 0;
  for (const api::Item& item : items(job.id))
    failed += item.outcome == api::Outcome::failed ? 1 : 0;
  EXPECT_EQ(failed, 2U);
}

TEST_F(Risks, OfAdministratorsAreThoseWhoseSignInChanges) {
  begin();
  const auto [name, admin] = find([](const json& user) {
    return !user["roles"].empty() && user["object"]["accountEnabled"] == true &&
           user["object"].value("onPremisesSyncEnabled", json()) != true;
  });
  back_up();
  auto request = object_of(name);
  request.approved = false;
  const std::string path =
      "/_control/tenants/aurora/users/" + admin["object"]["id"].get<std::string>() + "/patch";
  sim_->post(path, {{"city", "Nowhere"}});
  EXPECT_EQ(risk(restore(request), "hold admin roles"), 0U);
  sim_->post(path, {{"accountEnabled", false}});
  EXPECT_EQ(risk(restore(request), "hold admin roles"), 1U);
}

}  // namespace
}  // namespace entrad::restore
