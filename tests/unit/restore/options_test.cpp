// Every option of a restore, alone and with every other one that it makes sense with, against each
// kind of user: the writes that were sent and how it ended, kept in tests/golden/restores.
//
// Before the snapshot every user of the table is given one link of each kind; after it, each of
// them is taken away and another one given, attributes are changed, and users are deleted.
#include <algorithm>
#include <filesystem>
#include <map>
#include <regex>
#include <set>

#include "base/json.h"
#include "base/seal.h"
#include "directory/sections.h"
#include "fakes/campaign.h"
#include "fakes/certificates.h"
#include "fakes/golden.h"
#include "fakes/places.h"
#include "graph/calls.h"
#include "restore/restore.h"
#include "tenant_story.h"

namespace entrad::restore {
namespace {

using base::Guid;
using graph::Request;
using nlohmann::json;

// What of a user a request restores, by the names of its options.
void set(api::RestoreRequest& request, const std::string& option) {
  const std::map<std::string, bool api::RestoreRequest::*> switches{
      {"object", &api::RestoreRequest::with_object},
      {"reportsTo", &api::RestoreRequest::with_manager},
      {"memberships", &api::RestoreRequest::with_memberships},
      {"roles", &api::RestoreRequest::with_roles},
      {"methods", &api::RestoreRequest::with_auth_methods},
      {"licenses", &api::RestoreRequest::with_licenses},
      {"appRoles", &api::RestoreRequest::with_app_roles},
      {"owned", &api::RestoreRequest::with_owned_objects},
      {"exact", &api::RestoreRequest::exact},
      {"block", &api::RestoreRequest::block_sign_in},
      {"revoke", &api::RestoreRequest::revoke_sessions},
      {"pass", &api::RestoreRequest::temporary_access_pass}};
  static const std::string certificate = base::make_certificate().certificate;
  if (option == "pass") request.seal_to = certificate;
  if (option == "dropAddresses")
    request.drop_taken_addresses = true;
  else if (option == "whenTaken")
    request.when_taken = "{local}.old@{domain}";
  else if (option == "toTenant")
    request.to_tenant = "borealis";
  else if (option == "asNew")
    request.as_new = "{local}.new@{domain}";
  else if (option == "merge")
    request.attribute_mode = api::AttributeMode::merge;
  else if (option == "list")
    request.attributes = {"jobTitle", "city"};
  else
    request.*switches.at(option) = true;
}

using Options = std::vector<std::string>;

api::RestoreRequest request_of(const Options& options) {
  api::RestoreRequest request;
  request.tenant = "aurora";
  for (const std::string& option : options) set(request, option);
  return request;
}

bool makes_sense(const Options& options) {
  api::RestoreRequest request = request_of(options);
  request.selection.users = {"one", "and another"};
  return check_request(request).has_value();
}

std::vector<Options> rows() {
  const Options options{"asNew",    "object",   "reportsTo", "memberships",   "roles",  "methods",
                        "licenses", "appRoles", "owned",     "block",         "revoke", "pass",
                        "merge",    "list",     "whenTaken", "dropAddresses", "exact",  "toTenant"};
  std::vector<Options> rows;
  for (std::size_t i = 0; i < options.size(); ++i) {
    rows.push_back({options[i]});
    for (std::size_t k = i + 1; k < options.size(); ++k) rows.push_back({options[i], options[k]});
  }
  for (const char* one : {"reportsTo", "memberships", "roles", "methods", "licenses", "appRoles",
                          "owned", "block", "whenTaken"})
    rows.push_back({"object", one, "toTenant"});
  Options all{"object",   "reportsTo", "memberships", "roles", "methods",
              "licenses", "appRoles",  "block",       "owned"};
  rows.push_back(all);
  all.emplace_back("exact");
  rows.push_back(all);
  std::erase_if(rows, [](const Options& row) { return !makes_sense(row); });
  // A sanitizer looks at code, and pairs bring none that they do not have alone and all together.
  if (fakes::kIsSanitized)
    std::erase_if(rows, [](const Options& row) {
      return (row.size() == 2 || row.size() == 3) && row[1] != "exact" && row[1] != "whenTaken";
    });
  return rows;
}

std::string title(const Options& options) {
  std::string text;
  for (const std::string& option : options) text += (text.empty() ? "" : "_") + option;
  return options.size() < 4 ? text
                            : (options.back() == "exact" ? "everything_exact" : "everything");
}

constexpr const char* kBefore = "729827e3-9c14-49f7-bb1b-9608f156bbb8";  // Helpdesk Administrator
constexpr const char* kAfter = "88d8e3e3-8f55-4a1e-953a-9b9898b8876b";   // Directory Readers

class EveryOption : public TenantStory, public testing::WithParamInterface<Options> {
 protected:
  void send(const Request& request) {
    auto session = sessions_->session("aurora", graph::Purpose::restore);
    ASSERT_TRUE(session);
    auto reply = (*session)->send(request, {});
    ASSERT_TRUE(reply) << reply.error().message;
    ASSERT_TRUE(reply->done()) << request.method << " " << request.path << ": "
                               << base::json_text(reply->body);
  }
  json ask(const std::string& path, const char* property = "value") {
    auto session = sessions_->session("aurora", graph::Purpose::backup);
    Request request;
    request.path = path;
    return (*session)->send(request, {})->body.at(property);
  }

  // Two of everything that a link can lead to.
  void choose_targets() {
    for (const json& group : ask("/groups?$top=999")) {
      if (directory::group_write(group) != directory::GroupWrite::yes ||
          group.value("isAssignableToRole", json()) == true)
        continue;
      groups_.push_back(*Guid::parse(group["id"].get<std::string>()));
    }
    std::reverse(groups_.begin(), groups_.end());  // the last ones are the small ones
    for (const json& one : ask("/servicePrincipals"))
      applications_.push_back(*Guid::parse(one["id"].get<std::string>()));
    for (const json& one : ask("/subscribedSkus")) skus_.push_back(one["skuId"]);
    ASSERT_GE(groups_.size(), 2U);
    ASSERT_GE(applications_.size(), 2U);
    ASSERT_GE(skus_.size(), 2U);
  }

  // Whoever the others report to is in no row.
  void choose_people() {
    std::set<std::string> admins;
    for (const json& one : ask("/roleManagement/directory/roleAssignments"))
      admins.insert(one["principalId"]);
    const std::vector<std::string> plain{"live",  "changed",  "inBin",     "gone",
                                         "admin", "disabled", "nameTaken", "inBinNameTaken"};
    std::size_t next = 0;
    for (const json& user :
         ask("/users?$select=id,userPrincipalName,userType,onPremisesSyncEnabled&$top=999")) {
      const bool synced = user["onPremisesSyncEnabled"] == true;
      const bool guest = user["userType"] == "Guest";
      const Guid id = *Guid::parse(user["id"].get<std::string>());
      if (admins.contains(user["id"])) continue;
      if (synced || guest)
        people_.try_emplace(synced ? "synced" : "guest", id);
      else if (boss_ == Guid())
        boss_ = id;
      else if (other_boss_ == Guid())
        other_boss_ = id;
      else if (thief_ == Guid())
        thief_ = id;
      else if (other_thief_ == Guid())
        other_thief_ = id;
      else if (next < plain.size())
        people_.emplace(plain[next++], id);
      names_[id] = user["userPrincipalName"];
    }
    ASSERT_EQ(people_.size(), 10U);
  }

  json user_with(const Guid& id, const std::string& what) {
    return ask("/users/" + id.str() + "/" + what);
  }

  void clear(const Guid& id) {
    std::vector<std::string> skus;
    for (const json& one :
         ask("/users/" + id.str() + "?$select=assignedLicenses", "assignedLicenses"))
      skus.push_back(one["skuId"]);
    if (!skus.empty()) send(graph::calls::assign_licenses(id, json::array(), skus));
    for (const json& one : user_with(id, "appRoleAssignments"))
      if (one["principalId"] == id.str())
        send(graph::calls::delete_app_role_assignment(id, one["id"]));
    sim_->post("/_control/tenants/aurora/users/" + id.str() + "/extras",
               {{"sponsors", json::array()}});
    for (const Guid& group : {groups_[0], groups_[1]}) {
      json others = json::array();
      for (const json& owner : ask("/groups/" + group.str() + "/owners?$select=id"))
        if (owner["id"] != id.str()) others.push_back(owner["id"]);
      sim_->post("/_control/tenants/aurora/owners", {{"object", group.str()}, {"owners", others}});
    }
    for (const bool mobile : {false, true})  // the last one
      for (const json& one : user_with(id, "authentication/methods"))
        if (one["@odata.type"] == "#microsoft.graph.phoneAuthenticationMethod" &&
            (one["phoneType"] == "mobile") == mobile)
          send(graph::calls::remove_phone_method(id, one));
    for (const Guid& group : {groups_[0], groups_[1]})
      for (const json& member : ask("/groups/" + group.str() + "/members?$top=999"))
        if (member["id"] == id.str()) send(graph::calls::remove_member(group, id));
  }

  void link(const Guid& id, std::size_t which) {
    auto session = sessions_->session("aurora", graph::Purpose::restore);
    send(graph::calls::add_member(**session, groups_[which], id));
    send(graph::calls::add_owner(**session, "/groups", groups_[which], id));
    send(graph::calls::add_user_sponsor(**session, id, which == 0 ? boss_ : other_boss_));
    send(graph::calls::create_app_role_assignment(id, applications_[which], Guid()));
    send(graph::calls::assign_licenses(
        id, json::array({{{"skuId", skus_[which]}, {"disabledPlans", json::array()}}}), {}));
  }

  void furnish(const Guid& id, bool admin, bool synced) {
    auto session = sessions_->session("aurora", graph::Purpose::restore);
    patch(id, {{"usageLocation", "DE"},
               {"department", "Paper"},
               {"jobTitle", "Clerk"},
               {"city", "Ulm"},
               {"accountEnabled", true},
               {"proxyAddresses", json::array()},
               {"mail", nullptr}});
    clear(id);
    link(id, 0);
    if (!synced) send(graph::calls::set_manager(**session, id, boss_));
    send(graph::calls::add_phone_method(id,
                                        {{"phoneNumber", "+49 5550100"}, {"phoneType", "mobile"}}));
    if (admin) send(graph::calls::create_role_assignment(id, kBefore, "/"));
  }

  void patch(const Guid& id, const json& values) {
    sim_->post("/_control/tenants/aurora/users/" + id.str() + "/patch", values);
  }

  void harm(const Guid& id, bool admin, bool synced) {
    auto session = sessions_->session("aurora", graph::Purpose::restore);
    if (admin)
      for (const json& one :
           ask("/roleManagement/directory/roleAssignments?$filter=principalId%20eq%20%27" +
               id.str() + "%27"))
        send(graph::calls::delete_role_assignment(one["id"]));
    clear(id);
    link(id, 1);
    if (!synced) send(graph::calls::set_manager(**session, id, other_boss_));
    if (admin) send(graph::calls::create_role_assignment(id, kAfter, "/"));
    patch(id, {{"department", "Changed"}, {"jobTitle", nullptr}});
  }

  void tell_the_story() {
    for (const auto& [kind, id] : people_) furnish(id, kind == "admin", kind == "synced");
    back_up();
    for (const char* kind : {"changed", "synced", "guest", "admin"})
      harm(people_.at(kind), kind == std::string("admin"), kind == std::string("synced"));
    patch(people_.at("disabled"), {{"accountEnabled", false}});
    delete_user(people_.at("inBin").str());
    delete_user(people_.at("inBinNameTaken").str());
    purge_user(people_.at("gone").str());
    purge_user(people_.at("nameTaken").str());
    patch(thief_, {{"userPrincipalName", names_.at(people_.at("nameTaken"))}});
    patch(other_thief_, {{"userPrincipalName", names_.at(people_.at("inBinNameTaken"))}});
  }

  static std::string words_of(const store::Step& step) {
    static const std::regex id("[0-9a-f]{8}-[0-9a-f-]{27}|[A-Za-z0-9_-]{40,}");
    std::string path = std::regex_replace(step.path.substr(0, step.path.find('?')), id, "{id}");
    std::string text = step.method + " " + path;
    const bool is_user = step.kind == "patch" || step.kind == "enable";
    if (is_user)
      for (const auto& [name, value] : step.body.items())
        text += " " + name + "=" + base::json_text(value);
    if (step.kind == "create")
      text += " accountEnabled=" + base::json_text(step.body.at("accountEnabled"));
    if (step.kind == "licenses")
      text += " +" + std::to_string(step.body.at("addLicenses").size()) + " -" +
              std::to_string(step.body.at("removeLicenses").size());
    if (step.outcome != "done") text += " -> " + step.outcome;
    return text;
  }

  std::string told(const api::Job& job) {
    std::map<std::uint64_t, std::multiset<std::string>> writes;
    for (const store::Step& step : store_->journal().steps(job.id, 0, 100000))
      for (const std::uint64_t item : step.items) writes[item].insert(words_of(step));
    std::map<std::string, std::string> kinds;
    for (const auto& [kind, id] : people_) kinds[id.str()] = kind;
    std::map<std::string, std::string> told;
    for (const api::Item& item : items(job.id)) {
      std::string& text = told[kinds.at(item.user_id)];
      text = std::string(api::name(item.outcome)) + (item.verified ? ", verified" : "") +
             (item.new_user_id ? ", new id" : "") +
             (item.needs_password_reset ? ", needs a password" : "") + "\n";
      for (const std::string& write : writes[item.seq]) text += "    " + write + "\n";
      for (const api::Failure& problem : item.problems)
        text += "    problem: " + problem.message + "\n";
    }
    std::string text = "job " + std::string(api::name(job.state)) +
                       (job.failure ? ": " + job.failure->message : "") + "\n";
    static const std::regex id("[0-9a-f]{8}-[0-9a-f-]{27}");
    for (const auto& [kind, words] : told) text += kind + ": " + words;
    return std::regex_replace(text, id, "{id}");
  }

  std::map<std::string, Guid> people_;  // by kind
  std::map<Guid, std::string> names_;
  std::vector<Guid> groups_;
  std::vector<Guid> applications_;
  std::vector<std::string> skus_;
  Guid boss_;
  Guid other_boss_;
  Guid thief_;
  Guid other_thief_;
};

TEST_P(EveryOption, SendsTheseWritesAndEndsSo) {
  begin_all({"aurora:users=200,seed=11,lag=0", "borealis:users=20,seed=12,lag=0"});
  choose_targets();
  choose_people();
  if (HasFatalFailure()) return;
  tell_the_story();
  if (HasFatalFailure()) return;
  api::RestoreRequest request = request_of(GetParam());
  for (const auto& [kind, id] : people_) request.selection.users.push_back(id.str());
  request.approved = true;
  request.removals_approved = true;
  fakes::expect_golden("restores/" + title(GetParam()), told(restore(request)));
}

// So that no row is lost when check_request refuses more than it should.
TEST(Rows, AreThoseOfTheGoldenFiles) {
  if (fakes::kIsSanitized) return;
  std::set<std::string> titles;
  for (const Options& row : rows()) titles.insert(title(row) + ".txt");
  std::set<std::string> files;
  for (const auto& file :
       std::filesystem::directory_iterator(fakes::source_folder() / "tests/golden/restores"))
    files.insert(file.path().filename());
  EXPECT_EQ(titles, files);
}

INSTANTIATE_TEST_SUITE_P(Restores, EveryOption, testing::ValuesIn(rows()),
                         [](const auto& row) { return title(row.param); });

}  // namespace
}  // namespace entrad::restore
