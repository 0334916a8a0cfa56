#include "simulator_process.h"

namespace graphsim_test {
namespace {

class UserApi : public SimulatorTest {};

const HeaderMap kEventual{{"ConsistencyLevel", "eventual"}};

TEST_F(UserApi, ShowsTheDefaultSetWithoutSelect) {
  start();
  const Json user = get("/users?$top=1").json["value"][0];
  EXPECT_EQ(user.size(), 11U);
  EXPECT_TRUE(user.contains("officeLocation"));
  EXPECT_FALSE(user.contains("accountEnabled"));
}

TEST_F(UserApi, IsFoundByIdByNameAndInKeyForm) {
  start();
  const Json user = plain_user();
  const std::string id = user["id"];
  const std::string name = user["userPrincipalName"];
  EXPECT_EQ(get("/users/" + id).json["id"], id);
  EXPECT_EQ(get("/users/" + form_encoded({{"", name}}).substr(1)).json["id"], id);
  EXPECT_EQ(get("/users('" + id + "')").json["id"], id);
  EXPECT_EQ(get("/users/nobody@aurora.example").code(), "Request_ResourceNotFound");
}

TEST_F(UserApi, RefusesUnknownAndSharePointPropertiesInLists) {
  start();
  EXPECT_EQ(get("/users?$select=id,shoeSize").status, 400U);
  EXPECT_EQ(get("/users?$select=id,skills").status, 501U);
  EXPECT_EQ(get("/users/" + plain_user()["id"].get<std::string>() + "?$select=skills").status,
            200U);
}

TEST_F(UserApi, FiltersByEqualityPrefixAndMembershipOfAList) {
  start();
  const Json user = plain_user();
  const std::string id = user["id"];
  const std::string name = user["userPrincipalName"];
  EXPECT_EQ(get("/users?$filter=id%20in%20('" + id + "')").json["value"].size(), 1U);
  EXPECT_EQ(get("/users?$filter=userPrincipalName%20eq%20'" + name + "'").json["value"][0]["id"],
            id);
  EXPECT_EQ(get("/users?$filter=startsWith(userPrincipalName,'" + name.substr(0, 6) +
                "')%20and%20userType%20eq%20'Member'")
                .json["value"]
                .empty(),
            false);
  EXPECT_EQ(
      get("/users?$filter=proxyAddresses/any(p:p%20eq%20'SMTP:" + name + "')").json["value"].size(),
      1U);
}

TEST_F(UserApi, AsksForConsistencyWhereTheQueryIsAdvanced) {
  start();
  const std::string guests = "/users?$filter=userType%20ne%20'Guest'";
  const Reply refused = get(guests);
  EXPECT_EQ(refused.status, 400U);
  EXPECT_EQ(refused.code(), "Request_UnsupportedQuery");
  const Reply reply = get(guests + "&$count=true&$top=1", kEventual);
  ASSERT_EQ(reply.status, 200U);
  EXPECT_GT(reply.json["@odata.count"], 150);
  EXPECT_EQ(get("/users/$count").status, 400U);
  EXPECT_EQ(get("/users/$count", kEventual).text, "200");
}

TEST_F(UserApi, IgnoresACountWithoutConsistency) {
  start();
  EXPECT_FALSE(get("/users?$count=true&$top=1").json.contains("@odata.count"));
}

TEST_F(UserApi, FindsWordsWithSearch) {
  start();
  const Json hits =
      get("/users?$search=%22displayName:mari%22&$count=true&$select=displayName", kEventual).json;
  ASSERT_FALSE(hits["value"].empty());
  for (const Json& hit : hits["value"])
    EXPECT_NE(hit["displayName"].get<std::string>().find("Mari"), std::string::npos);
}

TEST_F(UserApi, OrdersByName) {
  start();
  const auto sorted = all("/users?$orderby=displayName&$select=displayName&$top=50");
  ASSERT_EQ(sorted.size(), 200U);
  EXPECT_FALSE(sorted.front()["displayName"].get<std::string>().empty());
}

TEST_F(UserApi, ExpandsTheManager) {
  start();
  const auto list = all("/users?$expand=manager($select=id,displayName)&$top=100");
  const auto with =
      std::count_if(list.begin(), list.end(), [](const Json& u) { return u.contains("manager"); });
  EXPECT_GT(with, 150);
}

class Creation : public SimulatorTest, public testing::WithParamInterface<const char*> {
 protected:
  Json body() {
    return {{"accountEnabled", true},
            {"displayName", "Nova"},
            {"mailNickname", "nova"},
            {"userPrincipalName", "nova@aurora.example"},
            {"passwordProfile", {{"password", "only-for-tests-1"}}}};
  }
};

TEST_P(Creation, IsRefusedWithout) {
  start();
  Json incomplete = body();
  incomplete.erase(GetParam());
  const Reply reply = graph("POST", "/users", incomplete);
  EXPECT_EQ(reply.status, 400U);
  EXPECT_NE(reply.message().find(GetParam()), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Each, Creation,
                         testing::Values("accountEnabled", "displayName", "mailNickname",
                                         "passwordProfile", "userPrincipalName"),
                         [](const auto& row) { return std::string(row.param); });

TEST_F(Creation, AnswersTheNewObjectAndRefusesItsNameTwice) {
  start();
  const Reply made = graph("POST", "/users", body());
  ASSERT_EQ(made.status, 201U);
  EXPECT_EQ(get("/users/" + made.json["id"].get<std::string>()).status, 200U);
  const Reply again = graph("POST", "/users", body());
  EXPECT_EQ(again.status, 400U);
  EXPECT_EQ(again.message(),
            "Another object with the same value for property userPrincipalName already exists.");
  EXPECT_EQ(again.json["error"]["details"][0]["code"], "ObjectConflict");
  EXPECT_EQ(again.json["error"]["details"][0]["target"], "userPrincipalName");
  EXPECT_EQ(control("GET", "/counters")["usersCreated"], 1);
}

TEST_F(Creation, NeedsAVerifiedDomainAndAJsonBody) {
  start();
  Json elsewhere = body();
  elsewhere["userPrincipalName"] = "nova@elsewhere.example";
  EXPECT_NE(graph("POST", "/users", elsewhere).message().find("verified domain"),
            std::string::npos);
  EXPECT_EQ(graph("POST", "/users", body(), {{"Content-Type", "text/plain"}}).status, 415U);
  const HeaderMap headers{{"Authorization", "Bearer " + token_},
                          {"Content-Type", "application/json"}};
  EXPECT_EQ(connection_->send("POST", "/v1.0/users", "{broken", headers).status, 400U);
}

TEST_F(Creation, IsDeniedToTheBackupApp) {
  start();
  as("backup");
  EXPECT_EQ(graph("POST", "/users", body()).code(), "Authorization_RequestDenied");
}

TEST_F(UserApi, ChangesAndClearsProperties) {
  start();
  const std::string path = "/users/" + plain_user()["id"].get<std::string>();
  EXPECT_EQ(graph("PATCH", path, {{"jobTitle", "Tester"}, {"city", nullptr}}).status, 204U);
  const Json after = get(path + "?$select=jobTitle,city").json;
  EXPECT_EQ(after["jobTitle"], "Tester");
  EXPECT_TRUE(after["city"].is_null());
}

TEST_F(UserApi, OneBadPropertyFailsTheWholeChange) {
  start();
  const std::string path = "/users/" + plain_user()["id"].get<std::string>();
  const Json before = get(path).json;
  EXPECT_EQ(graph("PATCH", path, {{"jobTitle", "Lost"}, {"usageLocation", "Czechia"}}).status,
            400U);
  EXPECT_EQ(get(path).json, before);
}

struct BadChange {
  const char* name;
  Json change;
};
void PrintTo(const BadChange& row, std::ostream* out) { *out << row.name; }
class RefusedChange : public SimulatorTest, public testing::WithParamInterface<BadChange> {};

TEST_P(RefusedChange, IsABadRequest) {
  start();
  const std::string path = "/users/" + plain_user()["id"].get<std::string>();
  const Reply reply = graph("PATCH", path, GetParam().change);
  EXPECT_EQ(reply.status, 400U) << reply.text;
  EXPECT_EQ(reply.code(), "Request_BadRequest");
}

INSTANTIATE_TEST_SUITE_P(
    Each, RefusedChange,
    testing::Values(BadChange{"ReadOnly", {{"createdDateTime", "2020-01-01T00:00:00Z"}}},
                    BadChange{"Proxies",
                              {{"proxyAddresses", Json::array({"smtp:a@aurora.example"})}}},
                    BadChange{"Unknown", {{"shoeSize", 42}}},
                    BadChange{"NameCleared", {{"displayName", nullptr}}},
                    BadChange{"TooLong", {{"city", std::string(129, 'x')}}},
                    BadChange{"EmptyText", {{"city", ""}}},
                    BadChange{"TwoPhones", {{"businessPhones", Json::array({"+1 1", "+1 2"})}}},
                    BadChange{"ListCleared", {{"businessPhones", nullptr}}},
                    BadChange{"WrongType", {{"accountEnabled", "yes"}}},
                    BadChange{"AgeGroup", {{"ageGroup", "Elder"}}},
                    BadChange{"ForeignDomain", {{"userPrincipalName", "a@b.example"}}}),
    [](const auto& row) { return row.param.name; });

TEST_F(UserApi, SyncedUsersRefuseWhatTheOnPremisesDirectoryOwns) {
  start();
  for (const Json& user : users()) {
    if (user["onPremisesSyncEnabled"] != true) continue;
    const std::string path = "/users/" + user["id"].get<std::string>();
    EXPECT_EQ(graph("PATCH", path, {{"city", "Elsewhere"}}).message(),
              "Unable to update the specified properties for on-premises mastered Directory Sync "
              "objects or objects currently undergoing migration.");
    EXPECT_EQ(graph("PATCH", path, {{"usageLocation", "CZ"}}).status, 204U);
    return;
  }
  FAIL() << "no synced user";
}

TEST_F(UserApi, ProtectedAccountsNeedADirectoryRoleOfTheApp) {
  start();
  const Json admin = get("/users?$top=1&$select=id").json["value"][0];
  const std::string path = "/users/" + admin["id"].get<std::string>();
  EXPECT_EQ(graph("PATCH", path, {{"mobilePhone", "+1 5550000"}}).status, 204U);
  control("PUT", "/tenants/aurora/apps/restore", {{"directoryRoles", Json::array()}});
  EXPECT_EQ(graph("PATCH", path, {{"mobilePhone", "+1 5550001"}}).status, 403U);
  EXPECT_EQ(graph("DELETE", path).status, 403U);
  EXPECT_EQ(graph("PATCH", path, {{"city", "Harmless"}}).status, 204U);
}

TEST_F(UserApi, MailRewritesThePrimaryAddress) {
  start();
  const std::string path = "/users/" + plain_user()["id"].get<std::string>();
  EXPECT_EQ(graph("PATCH", path, {{"mail", "fresh@aurora.example"}}).status, 204U);
  EXPECT_EQ(get(path + "?$select=proxyAddresses").json["proxyAddresses"][0],
            "SMTP:fresh@aurora.example");
}

TEST_F(UserApi, ManagerIsSetReadAndRemoved) {
  start();
  const std::string path = "/users/" + plain_user(0)["id"].get<std::string>();
  const std::string boss = plain_user(1)["id"];
  EXPECT_EQ(graph("PUT", path + "/manager/$ref", {{"@odata.id", link(boss)}}).status, 204U);
  EXPECT_EQ(get(path + "/manager").json["id"], boss);
  bool listed = false;
  for (const Json& report : all("/users/" + boss + "/directReports"))
    listed = listed || "/users/" + report["id"].get<std::string>() == path;
  EXPECT_TRUE(listed);
  EXPECT_EQ(graph("DELETE", path + "/manager/$ref").status, 204U);
  EXPECT_EQ(get(path + "/manager").status, 404U);
}

TEST_F(UserApi, LicencesNeedAUsageLocationAndBothLists) {
  start();
  const std::string id = create("nova");
  const std::string path = "/users/" + id + "/assignLicense";
  const std::string sku = get("/subscribedSkus").json["value"][0]["skuId"];
  const Json add{{"addLicenses", Json::array({{{"skuId", sku}, {"disabledPlans", Json::array()}}})},
                 {"removeLicenses", Json::array()}};
  EXPECT_EQ(graph("POST", path, add).message(),
            "License assignment cannot be done for user with invalid usage location.");
  EXPECT_EQ(graph("PATCH", "/users/" + id, {{"usageLocation", "CZ"}}).status, 204U);
  EXPECT_EQ(graph("POST", path, add).status, 200U);
  EXPECT_EQ(get("/users/" + id + "/licenseDetails").json["value"].size(), 1U);
  EXPECT_EQ(graph("POST", path, {{"addLicenses", Json::array()}}).status, 400U);
}

TEST_F(UserApi, UnknownPathsAndMethodsAreRefused) {
  start();
  EXPECT_EQ(get("/gadgets").status, 400U);
  EXPECT_EQ(graph("PUT", "/users").status, 405U);
  EXPECT_EQ(send("GET", "/beta/users").status, 404U);
}

TEST_F(UserApi, AnswersCarryTheHeadersOfGraph) {
  start();
  const Reply reply =
      get("/users?$top=20", {{"Accept-Encoding", "gzip"},
                             {"client-request-id", "11111111-2222-4333-8444-555555555555"},
                             {"return-client-request-id", "true"}});
  EXPECT_EQ(reply.headers.at("content-type"),
            "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;"
            "charset=utf-8");
  EXPECT_EQ(reply.headers.at("content-encoding"), "gzip");
  EXPECT_EQ(reply.headers.at("client-request-id"), "11111111-2222-4333-8444-555555555555");
  for (const char* name : {"request-id", "x-ms-ags-diagnostic", "date", "x-ms-resource-unit"})
    EXPECT_TRUE(reply.headers.contains(name)) << name;
}

}  // namespace
}  // namespace graphsim_test
