#include "simulator_process.h"

namespace graphsim_test {
namespace {

class Dump : public SimulatorTest {
 protected:
  std::string dump(bool ids) {
    return send("GET", std::string("/_control/tenants/aurora/dump") + (ids ? "" : "?ids=false"))
        .text;
  }

  /// Everything of one user that Graph lets an app write, as read through Graph.
  struct Copy {
    Json object, memberships, roles, methods, reports;
    std::string manager;
  };
  Copy read(const std::string& id) {
    static const char* const kWritable =
        "accountEnabled,ageGroup,businessPhones,city,companyName,consentProvidedForMinor,country,"
        "department,displayName,employeeHireDate,employeeId,employeeOrgData,employeeType,faxNumber,"
        "givenName,jobTitle,mail,mailNickname,mobilePhone,officeLocation,"
        "onPremisesExtensionAttributes,otherMails,passwordPolicies,postalCode,preferredLanguage,"
        "state,streetAddress,surname,usageLocation,userPrincipalName,userType";
    Copy out;
    std::string select = kWritable;
    for (const std::string name : control("GET", "/tenants/aurora/extensions"))
      select += "," + name;
    out.object = get("/users/" + id + "?$select=" + select).json;
    out.object.erase("@odata.context");
    out.memberships = all("/users/" + id + "/memberOf?$top=999");
    out.roles =
        all("/roleManagement/directory/roleAssignments?$filter=principalId%20eq%20'" + id + "'");
    out.methods = get("/users/" + id + "/authentication/methods").json["value"];
    out.reports = all("/users/" + id + "/directReports");
    const Reply manager = get("/users/" + id + "/manager");
    if (manager.status == 200) out.manager = manager.json["id"];
    return out;
  }

  void recreate(const Copy& copy) {
    Json body = copy.object;
    for (auto it = body.begin(); it != body.end();)
      it = it->is_null() ? body.erase(it) : std::next(it);
    body["passwordProfile"] = {{"password", "only-for-tests-1"}};
    const Reply made = graph("POST", "/users", body);
    ASSERT_EQ(made.status, 201U) << made.text;
    const std::string id = made.json["id"];
    for (const Json& m : copy.memberships) {
      const std::string type = m["@odata.type"];
      const std::string base =
          type == "#microsoft.graph.group" ? "/groups/" : "/directory/administrativeUnits/";
      if (type != "#microsoft.graph.directoryRole")
        graph("POST", base + m["id"].get<std::string>() + "/members/$ref",
              {{"@odata.id", link(id)}});
    }
    for (const Json& r : copy.roles)
      graph("POST", "/roleManagement/directory/roleAssignments",
            {{"principalId", id},
             {"roleDefinitionId", r["roleDefinitionId"]},
             {"directoryScopeId", r["directoryScopeId"]}});
    if (!copy.manager.empty())
      graph("PUT", "/users/" + id + "/manager/$ref", {{"@odata.id", link(copy.manager)}});
    for (const Json& report : copy.reports)
      graph("PUT", "/users/" + report["id"].get<std::string>() + "/manager/$ref",
            {{"@odata.id", link(id)}});
    for (const Json& m : copy.methods) {
      if (m.contains("phoneType"))
        graph("POST", "/users/" + id + "/authentication/phoneMethods",
              {{"phoneType", m["phoneType"]}, {"phoneNumber", m["phoneNumber"]}});
      if (m.contains("emailAddress"))
        graph("POST", "/users/" + id + "/authentication/emailMethods",
              {{"emailAddress", m["emailAddress"]}});
    }
  }
};

TEST_F(Dump, IsTheSameForTheSameSeedAndDiffersForAnother) {
  start("aurora:users=80,seed=1");
  const std::string first = dump(true);
  start("aurora:users=80,seed=1");
  EXPECT_EQ(dump(true), first);
  start("aurora:users=80,seed=2");
  EXPECT_NE(dump(true), first);
}

TEST_F(Dump, ShowsEveryKindOfDamage) {
  start("aurora:users=400,lag=0");
  const std::string before = dump(false);
  const Json done = control("POST", "/tenants/aurora/disaster",
                            {{"seed", 5},
                             {"delete", 10},
                             {"purge", 4},
                             {"scramble", 6},
                             {"removeMemberships", 30},
                             {"removeRoles", 2}});
  EXPECT_EQ(done["deleted"].size(), 10U);
  EXPECT_EQ(done["purged"].size(), 4U);
  EXPECT_EQ(done["scrambled"].size(), 6U);
  EXPECT_EQ(done["membershipsRemoved"], 30);
  EXPECT_EQ(done["rolesRemoved"], 2);
  EXPECT_NE(dump(false), before);
  EXPECT_EQ(Json::parse(dump(false))["deleted"].size(), 10U);
  EXPECT_EQ(Json::parse(dump(false))["users"].size(), 386U);
}

TEST_F(Dump, OfATenantWithPurgedUsersReCreatedIsEqualWithoutIds) {
  start("aurora:users=400,lag=0");
  const std::string before = dump(false);
  std::map<std::string, Copy> copies;
  for (const Json& user : users()) copies[user["id"]] = read(user["id"]);
  const Json done = control("POST", "/tenants/aurora/disaster", {{"seed", 9}, {"purge", 12}});
  ASSERT_NE(dump(false), before);
  // Managers first: references to another purged user only hold once that one is back.
  for (const Json& gone : done["purged"]) recreate(copies[gone["id"]]);
  const Json names = Json::parse(before)["users"];
  const auto as_id = [&](const std::string& name) {
    return get("/users/" + form_encoded({{"", name}}).substr(1) + "?$select=id")
        .json["id"]
        .get<std::string>();
  };
  // Who has lost a sponsor gets it back, and has the others already.
  for (const auto& [name, user] : names.items())
    for (const std::string sponsor : user["sponsors"])
      graph("POST", "/users/" + as_id(name) + "/sponsors/$ref",
            {{"@odata.id", link(as_id(sponsor))}});
  for (const Json& gone : done["purged"]) {
    const Json manager = names[gone["userPrincipalName"].get<std::string>()]["manager"];
    if (manager.is_null()) continue;
    graph("PUT", "/users/" + as_id(gone["userPrincipalName"]) + "/manager/$ref",
          {{"@odata.id", link(as_id(manager))}});
  }
  const Json expected = Json::parse(before);
  const Json actual = Json::parse(dump(false));
  EXPECT_EQ(Json::diff(expected, actual), Json::array());
  EXPECT_EQ(dump(false), before);
  EXPECT_EQ(control("GET", "/counters")["duplicateUserPrincipalNames"], 0);
}

TEST_F(Dump, TakesWhatThereIsWhenMoreIsAsked) {
  start("aurora:users=20,lag=0");
  const Json done =
      control("POST", "/tenants/aurora/disaster", {{"delete", 500}, {"removeRoles", 20}});
  EXPECT_GT(done["deleted"].size(), 10U);
  EXPECT_LT(done["deleted"].size(), 20U);
}

TEST_F(Dump, DamageLeavesAuditRowsThatNameWhoDidIt) {
  start();
  control("POST", "/tenants/aurora/disaster", {{"delete", 1}});
  const Json rows =
      get("/auditLogs/directoryAudits?$filter=activityDisplayName%20eq%20'Delete%20user'")
          .json["value"];
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_TRUE(rows[0]["initiatedBy"]["user"]["userPrincipalName"].is_string());
  const std::string target = rows[0]["targetResources"][0]["id"];
  EXPECT_EQ(
      get("/auditLogs/directoryAudits?$filter=targetResources/any(t:t/id%20eq%20'" + target + "')")
          .json["value"]
          .size(),
      1U);
}

}  // namespace
}  // namespace graphsim_test
