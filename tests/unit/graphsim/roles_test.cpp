#include "simulator_process.h"

namespace graphsim_test {
namespace {

constexpr const char* kAssignments = "/roleManagement/directory/roleAssignments";
constexpr const char* kReader = "4a5d8f65-41da-4de4-8968-e035b65339cf";
constexpr const char* kUserAdministrator = "fe930be7-5e62-47db-91af-98c3a49a38b1";

class RoleApi : public SimulatorTest {
 protected:
  Reply assign(const std::string& principal, const std::string& role,
               const std::string& scope = "/") {
    return graph(
        "POST", kAssignments,
        {{"principalId", principal}, {"roleDefinitionId", role}, {"directoryScopeId", scope}});
  }
};

TEST_F(RoleApi, AssignsOnceAndRemoves) {
  start();
  const std::string id = plain_user()["id"];
  const Reply made = assign(id, kReader);
  ASSERT_EQ(made.status, 201U) << made.text;
  const Reply again = assign(id, kReader);
  EXPECT_EQ(again.status, 400U);
  EXPECT_EQ(again.message(),
            "A conflicting object with one or more of the specified property values is present in "
            "the directory.");
  const std::string filter = std::string(kAssignments) + "?$filter=principalId%20eq%20'" + id + "'";
  EXPECT_EQ(get(filter).json["value"].size(), 1U);
  EXPECT_EQ(
      graph("DELETE", std::string(kAssignments) + "/" + made.json["id"].get<std::string>()).status,
      204U);
  EXPECT_EQ(get(filter).json["value"].size(), 0U);
}

TEST_F(RoleApi, AssignsInTheScopeOfAUnit) {
  start();
  const std::string id = plain_user()["id"];
  const std::string unit = get("/directory/administrativeUnits").json["value"][0]["id"];
  EXPECT_EQ(assign(id, kReader, "/administrativeUnits/" + unit).status, 201U);
  EXPECT_EQ(assign(id, kReader, "/").status, 201U);
  EXPECT_EQ(assign(id, kReader, "/administrativeUnits/" + id).status, 400U);
}

TEST_F(RoleApi, RefusesUnknownPrincipalsRolesAndOrdinaryGroups) {
  start();
  const std::string id = plain_user()["id"];
  EXPECT_EQ(assign("00000000-0000-4000-8000-000000000000", kReader).status, 404U);
  EXPECT_EQ(assign(id, "00000000-0000-4000-8000-000000000000").status, 400U);
  EXPECT_EQ(assign(group("security")["id"], kReader).status, 400U);
  EXPECT_EQ(assign(group("role")["id"], kReader).status, 201U);
}

TEST_F(RoleApi, IsDeniedToAnAppThatOnlyReads) {
  start();
  const std::string id = plain_user()["id"];
  as("backup");
  EXPECT_EQ(assign(id, kReader).status, 403U);
  EXPECT_EQ(get(kAssignments).status, 200U);
}

TEST_F(RoleApi, ARoleProtectsItsHolder) {
  start();
  const std::string id = plain_user()["id"];
  control("PUT", "/tenants/aurora/apps/restore", {{"directoryRoles", Json::array()}});
  EXPECT_EQ(graph("PATCH", "/users/" + id, {{"mobilePhone", "+1 5550000"}}).status, 204U);
  EXPECT_EQ(assign(id, kReader).status, 201U);  // a weak role does not protect
  EXPECT_EQ(graph("PATCH", "/users/" + id, {{"mobilePhone", "+1 5550001"}}).status, 204U);
  EXPECT_EQ(assign(id, kUserAdministrator).status, 201U);
  EXPECT_EQ(graph("PATCH", "/users/" + id, {{"mobilePhone", "+1 5550002"}}).status, 403U);
}

TEST_F(RoleApi, DefinitionsHoldTheTemplatesAndTwoCustomRoles) {
  start();
  const auto roles = all("/roleManagement/directory/roleDefinitions");
  EXPECT_EQ(roles.size(), 27U);
  int custom = 0;
  for (const Json& role : roles) custom += role["isBuiltIn"] == false ? 1 : 0;
  EXPECT_EQ(custom, 2);
  EXPECT_EQ(
      get(std::string("/roleManagement/directory/roleDefinitions/") + kReader).json["displayName"],
      "Reports Reader");
}

TEST_F(RoleApi, DirectoryRolesListTheirMembersAtTenantScope) {
  start();
  const std::string id = plain_user()["id"];
  assign(id, kReader);
  for (const Json& role : all("/directoryRoles")) {
    if (role["roleTemplateId"] != kReader) continue;
    bool found = false;
    for (const Json& m : all("/directoryRoles/" + role["id"].get<std::string>() + "/members"))
      found = found || m["id"] == id;
    EXPECT_TRUE(found);
    return;
  }
  FAIL() << "no such directory role";
}

}  // namespace
}  // namespace graphsim_test
