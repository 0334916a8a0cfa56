// OwnedStory: a tenant in which somebody owns something of each kind and has sponsors.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "directory/sections.h"
#include "restore/report/changes.h"
#include "tenant_story.h"

namespace entrad::restore {

class OwnedStory : public TenantStory {
 protected:
  void SetUp() override {
    begin();
    meet("aurora");
  }

  // Plain members, and something of each kind that can be owned, which none of the first ones does.
  void meet(const std::string& tenant) {
    const nlohmann::json users = sim_->dump(tenant)["users"];
    for (const auto& [name, user] : users.items())
      if (is_plain_member(user)) people_.push_back({name, user["object"]["id"]});
    ASSERT_GE(people_.size(), 8U);
    // Aliases do not come back with who is created anew.
    for (std::size_t who = 0; who < 4; ++who)
      sim_->post("/_control/tenants/" + tenant + "/users/" + id(who) + "/patch",
                 {{"proxyAddresses", nlohmann::json::array()}, {"mail", nullptr}});
    for (const nlohmann::json& group : ask(tenant, "/groups?$top=999")) {
      groups_.emplace(kind_of(group), group);
      own(group["id"], {7});
    }
    for (const char* collection : {"/applications", "/servicePrincipals"})
      for (const nlohmann::json& one : ask(tenant, collection)) own(one["id"], {});
    application_ = ask(tenant, "/applications")[0]["id"];
    principal_ = ask(tenant, "/servicePrincipals")[0]["id"];
  }
  static std::string kind_of(const nlohmann::json& group) {
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
  nlohmann::json ask(const std::string& tenant, const std::string& path) {
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
    nlohmann::json names = nlohmann::json::array();
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
  nlohmann::json owned(std::size_t who) const {
    return sim_->dump("aurora")["users"][name(who)]["owned"];
  }
  nlohmann::json sponsors(std::size_t who) const {
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
    EXPECT_EQ(job.state, api::JobState::succeeded);
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
  std::map<std::string, nlohmann::json> groups_;
  std::string application_;
  std::string principal_;
  StepIndexes indexes_;
};

}  // namespace entrad::restore
