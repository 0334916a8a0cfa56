// What differs between tenants and clouds, switched while the simulator runs.
#include "simulator_process.h"

namespace graphsim_test {
namespace {

class Settings : public SimulatorTest {
 protected:
  void set(const Json& changes) { control("PUT", "/tenants/aurora/settings", changes); }
};
using PassPolicy = Settings;

TEST_F(Settings, APropertyThatTheCloudDoesNotKnowIsNamedInTheRefusal) {
  start();
  set({{"unknownProperties", {"user.employeeType", "group.uniqueName"}}});
  const Reply refused = get("/users?$select=id,employeeType");
  EXPECT_EQ(refused.status, 400U);
  EXPECT_NE(refused.message().find("'employeeType'"), std::string::npos);
  EXPECT_EQ(get("/users/delta?$select=employeeType").status, 400U);
  const std::string id = plain_user()["id"];
  EXPECT_EQ(get("/users/" + id + "?$select=EmployeeType").status, 400U);
  EXPECT_EQ(get("/groups?$select=id,uniqueName").status, 400U);
  EXPECT_EQ(get("/groups/delta?$select=uniqueName").status, 400U);
  EXPECT_EQ(graph("PATCH", "/users/" + id, {{"employeeType", "x"}}).status, 400U);
  EXPECT_EQ(get("/users?$select=id,employeeId").status, 200U);
  set({{"unknownProperties", Json::array()}});
  EXPECT_EQ(get("/users?$select=id,employeeType").status, 200U);
}

TEST_F(Settings, WithoutPremiumJustInTimeRolesAreRefused) {
  start();
  const std::string schedules = "/roleManagement/directory/roleEligibilitySchedules?$top=1";
  EXPECT_EQ(get(schedules).status, 200U);
  set({{"premium", false}});
  EXPECT_EQ(get(schedules).code(), "AadPremiumLicenseRequired");
}

TEST_F(Settings, AFederatedDomainTakesNoUserWithoutAnImmutableId) {
  start();
  set({{"federated", true}});
  Json user{{"accountEnabled", true},
            {"displayName", "New"},
            {"mailNickname", "new"},
            {"userPrincipalName", "new@aurora.example"},
            {"passwordProfile", {{"password", "Xx-123456-yY"}}}};
  EXPECT_EQ(graph("POST", "/users", user).status, 400U);
  user["onPremisesImmutableId"] = "bmV3";
  EXPECT_EQ(graph("POST", "/users", user).status, 201U);
  user["userPrincipalName"] = "new@aurora.onmicrosoft.com";
  user.erase("onPremisesImmutableId");
  EXPECT_EQ(graph("POST", "/users", user).status, 201U);
  const Reply domains = get("/domains");
  for (const Json& domain : domains.json.at("value"))
    EXPECT_EQ(domain["authenticationType"],
              domain["id"] == "aurora.example" ? "Federated" : "Managed");
}

TEST_F(Settings, SeatsAreThoseOfEachProduct) {
  start();
  set({{"seats", 10}});
  const Reply skus = get("/subscribedSkus");
  for (const Json& sku : skus.json.at("value")) EXPECT_EQ(sku["prepaidUnits"]["enabled"], 10);
}

TEST_F(PassPolicy, IsShownToWhoMayReadPolicies) {
  start();
  const std::string path =
      "/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/"
      "TemporaryAccessPass";
  const Reply shown = get(path);
  EXPECT_EQ(shown.status, 200U);
  EXPECT_EQ(shown.json["state"], "enabled");
  EXPECT_EQ(shown.json["minimumLifetimeInMinutes"], 60);
  set({{"passes", {{"enabled", false}}}});
  EXPECT_EQ(get(path).json["state"], "disabled");
  as("backup");
  EXPECT_EQ(get(path).status, 403U);
  as("restore");
  set({{"methodPolicies", false}});
  EXPECT_EQ(get(path).status, 400U);
}

TEST_F(PassPolicy, BindsThePassesThatAreMade) {
  start();
  const std::string passes = "/users/" + plain_user()["id"].get<std::string>() +
                             "/authentication/temporaryAccessPassMethods";
  set({{"passes", {{"leastMinutes", 30}, {"mostMinutes", 90}, {"usableOnce", true}}}});
  EXPECT_EQ(graph("POST", passes, {{"lifetimeInMinutes", 20}}).status, 400U);
  EXPECT_EQ(graph("POST", passes, {{"lifetimeInMinutes", 100}}).status, 400U);
  const Reply made = graph("POST", passes, {{"lifetimeInMinutes", 30}});
  EXPECT_EQ(made.status, 201U);
  EXPECT_EQ(made.json["isUsableOnce"], true);
  set({{"passes", {{"enabled", false}}}});
  EXPECT_EQ(graph("POST", passes, {{"lifetimeInMinutes", 60}}).status, 400U);
}

}  // namespace
}  // namespace graphsim_test
