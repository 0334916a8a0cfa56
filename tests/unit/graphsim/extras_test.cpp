// What hangs on users beside groups and roles.
#include <algorithm>

#include "simulator_process.h"

namespace graphsim_test {
namespace {

class Extras : public SimulatorTest {
 protected:
  void SetUp() override {
    start();
    as("backup");
  }
  std::string guest() {
    for (const Json& user : all("/users?$select=id,userType&$top=999"))
      if (user["userType"] == "Guest") return user["id"];
    return "";
  }
};

TEST_F(Extras, SponsorsAreListedAndExpandedUpToTwenty) {
  const std::string id = guest();
  EXPECT_FALSE(get("/users/" + id + "/sponsors?$select=id").json.at("value").empty());
  Json many = Json::array();
  for (const Json& user : all("/users?$select=id&$top=999"))
    if (many.size() < 25) many.push_back(user["id"]);
  control("POST", "/tenants/aurora/users/" + id + "/extras", {{"sponsors", many}});
  EXPECT_EQ(get("/users/" + id + "/sponsors?$select=id").json.at("value").size(), 25U);
  for (const Json& user : all("/users?$select=id&$expand=sponsors($select=id)&$top=999"))
    if (user["id"] == id) {
      EXPECT_EQ(user["sponsors"].size(), 20U);
      EXPECT_EQ(user["sponsors"][0]["@odata.type"], "#microsoft.graph.user");
    }
}

TEST_F(Extras, OwnersAreExpandedUpToTwenty) {
  Json many = Json::array();
  for (const Json& user : all("/users?$select=id&$top=999"))
    if (many.size() < 25) many.push_back(user["id"]);
  const std::string id = group("security")["id"];
  control("POST", "/tenants/aurora/owners", {{"object", id}, {"owners", many}});
  EXPECT_EQ(all("/groups/" + id + "/owners?$select=id").size(), 25U);
  bool seen = false;
  for (const Json& one : all("/groups?$select=id&$expand=owners($select=id)&$top=999"))
    if (one["id"] == id) {
      seen = true;
      EXPECT_EQ(one["owners"].size(), 20U);
    }
  EXPECT_TRUE(seen);
  EXPECT_EQ(get("/groups?$expand=nonsense").status, 400U);
}

TEST_F(Extras, ServicePrincipalsHaveOwnersAndRoles) {
  bool owned = false;
  bool with_roles = false;
  for (const Json& one : all("/servicePrincipals?$select=id,appRoles&$expand=owners($select=id)")) {
    owned = owned || !one["owners"].empty();
    with_roles = with_roles || !one["appRoles"].empty();
  }
  EXPECT_TRUE(owned && with_roles);
}

TEST_F(Extras, AppRolesOfAGroupAreListedWithTheApplication) {
  std::set<std::string> kinds;
  for (const Json& principal : all("/servicePrincipals"))
    for (const Json& row :
         all("/servicePrincipals/" + principal["id"].get<std::string>() + "/appRoleAssignedTo"))
      kinds.insert(row["principalType"].get<std::string>());
  EXPECT_EQ(kinds, (std::set<std::string>{"Group", "User"}));
}

TEST_F(Extras, SchedulesShowWhoIsEligibleAndWhoHoldsARoleForATime) {
  const std::string id = plain_user()["id"];
  const std::string role = "88d8e3e3-8f55-4a1e-953a-9b9898b8876b";
  const std::string eligible = "/roleManagement/directory/roleEligibilitySchedules";
  const std::string active = "/roleManagement/directory/roleAssignmentSchedules";
  const std::size_t before = all(active).size();
  EXPECT_EQ(before, all("/roleManagement/directory/roleAssignments").size())
      << "each for good has a schedule";
  control("POST", "/tenants/aurora/roleSchedules",
          {{"principal", id}, {"role", role}, {"eligible", true}});
  control("POST", "/tenants/aurora/roleSchedules",
          {{"principal", id}, {"role", role}, {"end", "2099-01-01T00:00:00Z"}});
  const auto mine = get(eligible + "?$filter=principalId%20eq%20'" + id + "'").json.at("value");
  ASSERT_EQ(mine.size(), 1U);
  EXPECT_EQ(mine[0]["scheduleInfo"]["expiration"]["type"], "noExpiration");
  EXPECT_EQ(all(active).size(), before + 1);
  const auto timed = get(active + "?$filter=principalId%20eq%20'" + id + "'").json.at("value");
  ASSERT_EQ(timed.size(), 1U);
  EXPECT_EQ(timed[0]["assignmentType"], "Assigned");
  EXPECT_EQ(timed[0]["scheduleInfo"]["expiration"]["endDateTime"], "2099-01-01T00:00:00Z");
}

TEST_F(Extras, AuditLogIsReadOldestFirstFromATimeOn) {
  const std::string id = plain_user()["id"];
  for (int i = 0; i < 3; ++i)
    control("POST", "/tenants/aurora/users/" + id + "/patch", {{"jobTitle", std::to_string(i)}});
  const std::string list = "/auditLogs/directoryAudits?$orderby=activityDateTime&$filter=";
  const auto rows = get(list + "activityDateTime%20ge%202020-01-01T00:00:00Z").json.at("value");
  ASSERT_GE(rows.size(), 3U);
  EXPECT_TRUE(std::is_sorted(rows.begin(), rows.end(), [](const Json& a, const Json& b) {
    return a["activityDateTime"] < b["activityDateTime"];
  }));
  EXPECT_TRUE(get(list + "activityDateTime%20ge%202099-01-01T00:00:00Z").json.at("value").empty());
  EXPECT_EQ(get("/auditLogs/directoryAudits?$filter=category%20eq%20'UserManagement'").status,
            400U);
  control("PUT", "/tenants/aurora/settings", {{"premium", false}});
  EXPECT_EQ(get("/auditLogs/directoryAudits").code(),
            "Authentication_RequestFromNonPremiumTenantOrB2CTenant");
}

// The part of Microsoft's description that the contract test has does not have these.
class Undescribed : public Extras {};

TEST_F(Undescribed, DirectoryExtensionsAreDiscoveredAndShownWhereTheyAreNamed) {
  const Reply found =
      graph("POST", "/directoryObjects/getAvailableExtensionProperties", Json::object());
  ASSERT_EQ(found.status, 200U);
  std::string names;
  for (const Json& one : found.json.at("value")) {
    EXPECT_EQ(one["targetObjects"], Json::array({"User"}));
    names += "," + one["name"].get<std::string>();
  }
  std::size_t set = 0;
  for (const Json& user : all("/users?$top=999&$select=id" + names)) set += user.size() > 1 ? 1 : 0;
  EXPECT_GT(set, 50U);
  EXPECT_LT(set, 150U);
}

TEST_F(Undescribed, PhotosHaveATagThatChangesWithThem) {
  const std::string id = plain_user()["id"];
  const auto put = [&](const Json& photo) {
    control("POST", "/tenants/aurora/users/" + id + "/extras", {{"photo", photo}});
  };
  put("one");
  const Json tag = get("/users/" + id + "/photo").json.at("@odata.mediaEtag");
  EXPECT_EQ(get("/users/" + id + "/photo").json.at("@odata.mediaEtag"), tag);
  put("two");
  EXPECT_NE(get("/users/" + id + "/photo").json.at("@odata.mediaEtag"), tag);
  const Reply batched =
      graph("POST", "/$batch",
            {{"requests",
              {{{"id", "1"}, {"method", "GET"}, {"url", "/users/" + id + "/photo/$value"}}}}});
  EXPECT_EQ(batched.json.at("responses")[0]["body"], "dHdv") << "base64 of the bytes";
  put(nullptr);
  EXPECT_EQ(get("/users/" + id + "/photo").code(), "ImageNotFound");
}

TEST_F(Undescribed, ApplicationsHaveOwners) {
  std::size_t owners = 0;
  for (const Json& one : all("/applications?$select=id,appId&$expand=owners($select=id)")) {
    owners += one["owners"].size();
    EXPECT_EQ(all("/applications/" + one["id"].get<std::string>() + "/owners").size(),
              one["owners"].size());
  }
  EXPECT_EQ(owners, 2U);
}

}  // namespace
}  // namespace graphsim_test
