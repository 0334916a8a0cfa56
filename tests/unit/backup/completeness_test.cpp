// The small sections of a user, and what users are linked to, against what Graph's own lists of one
// user say.
#include "backup/browse.h"
#include "base/base64.h"
#include "base/text.h"
#include "directory/sections.h"
#include "directory/targets.h"
#include "rig.h"

namespace entrad::backup {
namespace {

using api::Completeness;
using api::ObjectKind;
using api::Section;
using base::Guid;
using nlohmann::json;

class Complete : public testing::Test {
 protected:
  json ask(const std::string& path) {
    graph::Request request;
    request.path = path;
    const auto reply = rig.session().send(request, {});
    return reply && reply->done() ? reply->body : json();
  }
  json list(const std::string& path) { return ask(path).value("value", json::array()); }
  void control(const std::string& path, const json& body) {
    rig.simulator.post("/_control/tenants/" + kTenant + path, body);
  }
  api::UserDetail detail(const api::Snapshot& snapshot, const Guid& user) {
    return user_detail(rig.store->snapshots(), kTenant, snapshot, user).value();
  }
  const api::SectionState& state(const api::Snapshot& snapshot, const char* section) {
    return snapshot.sections.at(section);
  }
  std::vector<Guid> users(const api::Snapshot& snapshot) {
    return rig.ids(snapshot, ObjectKind::user);
  }

  Rig rig;
};

TEST_F(Complete, LicencesAreTheDirectOnesAndShownByTheirNames) {
  const auto first = rig.backup().value();
  const Guid user = users(first).at(3);
  const json sku = list("/subscribedSkus").at(0);
  const json plan = sku["servicePlans"][0];
  control("/users/" + user.str() + "/patch",
          {{"licenseAssignmentStates",
            {{{"skuId", sku["skuId"]},
              {"disabledPlans", {plan["servicePlanId"]}},
              {"assignedByGroup", nullptr},
              {"state", "Active"},
              {"error", "None"},
              {"lastUpdatedDateTime", "2026-01-01T00:00:00Z"}},
             {{"skuId", "5c5e1b10-3c1f-4f06-9d0b-5a0f5f1e0003"},
              {"disabledPlans", json::array()},
              {"assignedByGroup", Guid::random().str()},
              {"state", "Active"},
              {"error", "None"},
              {"lastUpdatedDateTime", "2026-01-01T00:00:00Z"}}}}});
  const auto second = rig.backup().value();
  const auto shown = detail(second, user).licenses;
  ASSERT_EQ(shown.size(), 1U);
  EXPECT_EQ(shown[0].sku_part_number, sku["skuPartNumber"]);
  EXPECT_EQ(shown[0].disabled_plans,
            std::vector<std::string>{plan["servicePlanName"].get<std::string>()});
}

TEST_F(Complete, SponsorsAreWhatGraphListsForEachUser) {
  const auto snapshot = rig.backup().value();
  std::size_t seen = 0;
  for (const Guid& user : users(snapshot)) {
    std::set<std::string> theirs;
    for (const json& row : list("/users/" + user.str() + "/sponsors")) theirs.insert(row["id"]);
    std::set<std::string> ours;
    for (const auto& sponsor : detail(snapshot, user).sponsors) {
      ours.insert(sponsor.id);
      EXPECT_EQ(sponsor.kind, "user");
      EXPECT_NE(sponsor.display_name, sponsor.id);
    }
    EXPECT_EQ(ours, theirs);
    seen += theirs.size();
  }
  EXPECT_GT(seen, 0U);
}

TEST_F(Complete, MoreSponsorsThanGraphExpandsAreAllThere) {
  const auto first = rig.backup().value();
  const auto all = users(first);
  json many = json::array();
  for (std::size_t i = 10; i < 40; ++i) many.push_back(all[i].str());
  many.push_back(rig.ids(first, ObjectKind::group).front().str());
  control("/users/" + all[0].str() + "/extras", {{"sponsors", many}});
  const auto second = rig.backup().value();
  const auto sponsors = detail(second, all[0]).sponsors;
  EXPECT_EQ(sponsors.size(), 31U);
  EXPECT_EQ(std::count_if(sponsors.begin(), sponsors.end(),
                          [](const auto& one) { return one.kind == "group"; }),
            1);
  control("/users/" + all[0].str() + "/extras", {{"sponsors", json::array()}});
  const auto third = rig.backup().value();
  EXPECT_TRUE(detail(third, all[0]).sponsors.empty());
  EXPECT_EQ(detail(second, all[0]).sponsors.size(), 31U);
}

TEST_F(Complete, OwnedObjectsAreWhatGraphListsForEachUser) {
  const auto before = rig.backup().value();
  const auto all = users(before);
  json owners = json::array();
  for (std::size_t i = 0; i < 25; ++i) owners.push_back(all[i].str());
  control("/owners", {{"object", rig.ids(before, ObjectKind::group)[4].str()}, {"owners", owners}});
  const auto snapshot = rig.backup().value();
  std::set<std::string> kinds;
  for (const Guid& user : all) {
    std::set<std::pair<std::string, std::string>> theirs;
    for (const json& row : list("/users/" + user.str() + "/ownedObjects?$top=999"))
      theirs.emplace(row["id"],
                     row["@odata.type"].get<std::string>().substr(sizeof "#microsoft.graph." - 1));
    std::set<std::pair<std::string, std::string>> ours;
    for (const auto& owned : detail(snapshot, user).owned_objects) {
      ours.emplace(owned.id, owned.kind);
      kinds.insert(owned.kind);
      EXPECT_NE(owned.display_name, owned.id) << owned.kind;
    }
    EXPECT_EQ(ours, theirs);
  }
  EXPECT_EQ(kinds, (std::set<std::string>{"group", "application", "servicePrincipal"}));
}

TEST_F(Complete, AppRolesAreTheDirectOnesWithTheNamesOfTheirApplications) {
  const auto snapshot = rig.backup().value();
  std::set<std::string> names;
  std::size_t inherited = 0;
  for (const Guid& user : users(snapshot)) {
    std::set<std::pair<std::string, std::string>> theirs;
    for (const json& row : list("/users/" + user.str() + "/appRoleAssignments")) {
      if (row["principalId"] == user.str())
        theirs.emplace(row["resourceId"], row["appRoleId"]);
      else
        ++inherited;
    }
    std::set<std::pair<std::string, std::string>> ours;
    for (const auto& role : detail(snapshot, user).app_roles) {
      ours.emplace(role.resource_id, role.app_role_id);
      names.insert(role.resource_name + ": " + role.app_role_name);
    }
    EXPECT_EQ(ours, theirs);
  }
  EXPECT_GT(inherited, 0U);
  EXPECT_EQ(names, (std::set<std::string>{"Payroll Portal: Payslip reader",
                                          "Payroll Portal: default access"}));
}

TEST(AppRoles, OfASmallTenantAreReadFromTheUsersSideAndAreTheSame) {
  Rig small({.tenant = "aurora:users=4,seed=9,groups=8,lag=0"});
  const auto snapshot = small.backup().value();
  EXPECT_EQ(snapshot.sections.at("appRoles").completeness, Completeness::complete);
  const auto by_route = small.simulator.get("/_control/counters").at("byRoute");
  EXPECT_TRUE(by_route.contains("GET /users/{id}/appRoleAssignments")) << by_route.dump(1);
  EXPECT_FALSE(by_route.contains("GET /servicePrincipals/{id}/appRoleAssignedTo"));
}

TEST_F(Complete, LinkTargetsAreKept) {
  const auto snapshot = rig.backup().value();
  EXPECT_EQ(rig.ids(snapshot, ObjectKind::subscribed_sku).size(), 3U);
  const json domains = list("/domains");
  EXPECT_EQ(rig.ids(snapshot, ObjectKind::domain).size(), domains.size());
  for (const json& domain : domains)
    EXPECT_EQ(rig.json(snapshot, ObjectKind::domain,
                       directory::domain_id(domain["id"].get<std::string>()),
                       Section::object)["authenticationType"],
              domain["authenticationType"]);
  const auto principals = rig.ids(snapshot, ObjectKind::service_principal);
  ASSERT_EQ(principals.size(), 1U) << "only those that users are linked to";
  EXPECT_TRUE(rig.json(snapshot, ObjectKind::service_principal, principals[0], Section::object)
                  .contains("appId"));
  EXPECT_EQ(snapshot.counts.at("application"), 1U);
}

TEST_F(Complete, PhotosAreKeptOnceAndReadAgainOnlyWhereTheyChanged) {
  rig.grant({"ProfilePhoto.Read.All"});
  const auto first = rig.backup_anew().value();
  EXPECT_EQ(state(first, "photo").completeness, Completeness::complete);
  std::optional<Guid> with;
  std::optional<Guid> none;
  for (const Guid& user : users(first))
    (detail(first, user).photo.is_object() ? with : none) = user;
  ASSERT_TRUE(with && none);
  const json kept = rig.json(first, ObjectKind::user, *with, Section::photo);
  const auto bytes = base::base64_bytes(kept["bytes"].get<std::string>());
  ASSERT_TRUE(bytes);
  EXPECT_TRUE(bytes->starts_with("\xff\xd8"));
  EXPECT_EQ(kept["sha256"], base::hex(base::sha256(*bytes)));
  EXPECT_EQ(detail(first, *with).photo["size"], bytes->size());
  EXPECT_FALSE(detail(first, *with).photo.contains("bytes"));

  rig.simulator.post("/_control/counters/reset", json::object());
  control("/users/" + none->str() + "/extras", {{"photo", "a new one"}});
  const auto second = rig.backup_anew().value();
  const auto counters = rig.simulator.get("/_control/counters").at("byRoute");
  EXPECT_EQ(counters.at("GET /users/{id}/photo/$value"), 1);
  EXPECT_EQ(
      base::base64_bytes(
          rig.json(second, ObjectKind::user, *none, Section::photo)["bytes"].get<std::string>()),
      "a new one");
  EXPECT_EQ(rig.json(second, ObjectKind::user, *with, Section::photo), kept);
  control("/users/" + with->str() + "/extras", {{"photo", nullptr}});
  const auto third = rig.backup_anew().value();
  EXPECT_TRUE(detail(third, *with).photo.is_null());
}

TEST_F(Complete, DirectoryExtensionsAreFoundAndKept) {
  const auto first = rig.backup().value();
  const Guid user = users(first).at(2);
  control("/users/" + user.str() + "/extras",
          {{"extensions", {{"costCode", "CC-7"}, {"badges", {"b", "a"}}}}});
  const auto second = rig.backup().value();
  const json object = rig.json(second, ObjectKind::user, user, Section::object);
  std::map<std::string, json> found;
  for (const auto& [name, value] : object.items())
    if (name.starts_with("extension_") && name.find('@') == std::string::npos)
      found[name.substr(name.rfind('_') + 1)] = value;
  EXPECT_EQ(found, (std::map<std::string, json>{{"costCode", "CC-7"}, {"badges", {"b", "a"}}}));
}

TEST_F(Complete, WithoutDirectoryReadAllOnlyTheExtensionsThatAreKnownAreRead) {
  const auto first = rig.backup().value();
  rig.revoke({"Directory.Read.All"});
  const auto snapshot = rig.backup_anew().value();
  EXPECT_EQ(snapshot.changed, 0U) << "unreadable is not empty";
  EXPECT_EQ(state(snapshot, "object").completeness, Completeness::complete);
  EXPECT_NE(state(snapshot, "object").reason.find("Directory.Read.All"), std::string::npos);
}

TEST_F(Complete, AttributesWithPermissionsOfTheirOwnAreAskedForAloneAndOnlyIfPermitted) {
  const auto first = rig.backup().value();
  const Guid user = users(first).at(5);
  const json badge{{"Badges",
                    {{"@odata.type", "#Microsoft.DirectoryServices.CustomSecurityAttributeValue"},
                     {"Colour@odata.type", "#Collection(String)"},
                     {"Colour", {"red"}}}}};
  control("/users/" + user.str() + "/patch",
          {{"customSecurityAttributes", badge}, {"employeeLeaveDateTime", "2026-12-31T00:00:00Z"}});
  const auto without = rig.backup().value();
  EXPECT_EQ(state(without, "restrictedAttributes").completeness, Completeness::partial);
  EXPECT_NE(state(without, "restrictedAttributes").reason.find("CustomSecAttributeAssignment"),
            std::string::npos);
  EXPECT_EQ(rig.content(without, ObjectKind::user, user, Section::restricted_attributes),
            std::nullopt);

  rig.grant({"CustomSecAttributeAssignment.Read.All", "User-LifeCycleInfo.Read.All"});
  const auto with = rig.backup_anew().value();
  EXPECT_EQ(state(with, "restrictedAttributes").completeness, Completeness::complete);
  EXPECT_EQ(rig.json(with, ObjectKind::user, user, Section::restricted_attributes),
            (json{{"customSecurityAttributes", badge},
                  {"employeeLeaveDateTime", "2026-12-31T00:00:00Z"}}));
  EXPECT_EQ(detail(with, user).object["customSecurityAttributes"], badge);

  rig.revoke({"CustomSecAttributeAssignment.Read.All"});
  const auto later = rig.backup_anew().value();
  EXPECT_EQ(state(later, "restrictedAttributes").completeness, Completeness::partial);
  EXPECT_EQ(rig.json(later, ObjectKind::user, user,
                     Section::restricted_attributes)["customSecurityAttributes"],
            badge)
      << "unreadable is not empty";
}

struct Lack {
  const char* name;
  std::set<std::string> revoked;
  const char* section;
  Completeness completeness;
  const char* reason;
};

class Lacking : public testing::TestWithParam<Lack> {};

TEST_P(Lacking, SectionSaysWhyAndKeepsWhatWasKnown) {
  Rig rig;
  const auto first = rig.backup().value();
  rig.revoke(GetParam().revoked);
  const auto second = rig.backup_anew();
  ASSERT_TRUE(second) << second.error().message;
  const auto& state = second->sections.at(GetParam().section);
  EXPECT_EQ(state.completeness, GetParam().completeness);
  EXPECT_NE(state.reason.find(GetParam().reason), std::string::npos) << state.reason;
  const auto section = *api::parse<Section>(GetParam().section);
  for (const auto& user : rig.ids(first, ObjectKind::user))
    EXPECT_EQ(rig.content(*second, ObjectKind::user, user, section),
              rig.content(first, ObjectKind::user, user, section));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Lacking,
    testing::Values(
        Lack{"AppRoles",
             {"Directory.Read.All", "Application.Read.All"},
             "appRoles",
             Completeness::absent,
             "Directory.Read.All"},
        Lack{"OwnedApplications",
             {"Directory.Read.All", "Application.Read.All"},
             "ownedObjects",
             Completeness::partial,
             "Application.Read.All"},
        Lack{"Audit", {"AuditLog.Read.All"}, "audit", Completeness::absent, "AuditLog.Read.All"},
        Lack{"Deletions",
             {"AuditLog.Read.All"},
             "deletion",
             Completeness::partial,
             "AuditLog.Read.All"}),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace entrad::backup
