#include "simulator_process.h"

namespace graphsim_test {
namespace {

class RecycleBin : public SimulatorTest {
 protected:
  void begin() {
    start();
    user_ = plain_user();
    id_ = user_["id"];
  }
  Json user_;
  std::string id_;
};

TEST_F(RecycleBin, KeepsADeletedUserWithItsLinksHidden) {
  begin();
  const std::string plain = group("security")["id"];
  graph("POST", "/groups/" + plain + "/members/$ref", {{"@odata.id", link(id_)}});
  const auto members = all("/groups/" + plain + "/members?$top=999").size();
  EXPECT_EQ(graph("DELETE", "/users/" + id_).status, 204U);
  EXPECT_EQ(get("/users/" + id_).status, 404U);
  EXPECT_EQ(all("/groups/" + plain + "/members?$top=999").size(), members - 1);
  const auto binned = all("/directory/deletedItems/microsoft.graph.user");
  ASSERT_EQ(binned.size(), 1U);
  EXPECT_EQ(binned[0]["id"], id_);
  EXPECT_FALSE(binned[0]["deletedDateTime"].is_null());
}

TEST_F(RecycleBin, ShowsThePrincipalNameWithTheObjectIdInFront) {
  begin();
  graph("DELETE", "/users/" + id_);
  std::string digits = id_;
  std::erase(digits, '-');
  EXPECT_EQ(get("/directory/deletedItems/" + id_).json["userPrincipalName"],
            digits + user_["userPrincipalName"].get<std::string>());
}

TEST_F(RecycleBin, RestoreBringsBackTheSameObjectWithEverything) {
  begin();
  const Json before = control("GET", "/tenants/aurora/dump");
  graph("DELETE", "/users/" + id_);
  const Reply reply = graph("POST", "/directory/deletedItems/" + id_ + "/restore");
  ASSERT_EQ(reply.status, 200U) << reply.text;
  EXPECT_EQ(reply.json["id"], id_);
  EXPECT_EQ(reply.json["@odata.type"], "#microsoft.graph.user");
  EXPECT_EQ(control("GET", "/tenants/aurora/dump"), before);
}

TEST_F(RecycleBin, RestoreIsRefusedWhileAnotherUserHoldsTheName) {
  begin();
  const std::string name = user_["userPrincipalName"];
  graph("DELETE", "/users/" + id_);
  const Json taker{{"accountEnabled", true},
                   {"displayName", "Taker"},
                   {"mailNickname", "taker"},
                   {"userPrincipalName", name},
                   {"passwordProfile", {{"password", "only-for-tests-1"}}}};
  ASSERT_EQ(graph("POST", "/users", taker).status, 201U);
  const std::string restore = "/directory/deletedItems/" + id_ + "/restore";
  const Reply clash = graph("POST", restore);
  EXPECT_EQ(clash.status, 400U);
  EXPECT_EQ(clash.json["error"]["details"][0]["target"], "userPrincipalName");
  const Reply renamed = graph("POST", restore, {{"newUserPrincipalName", "again@aurora.example"}});
  ASSERT_EQ(renamed.status, 200U) << renamed.text;
  EXPECT_EQ(renamed.json["userPrincipalName"], "again@aurora.example");
}

TEST_F(RecycleBin, ClashingAddressesAreDroppedOnlyWhenAsked) {
  begin();
  const std::string mail = user_["mail"];
  graph("DELETE", "/users/" + id_);
  const std::string taker = create("taker");
  ASSERT_EQ(graph("PATCH", "/users/" + taker, {{"mail", mail}}).status, 204U);
  const std::string restore = "/directory/deletedItems/" + id_ + "/restore";
  EXPECT_EQ(graph("POST", restore).json["error"]["details"][0]["target"], "proxyAddresses");
  EXPECT_EQ(graph("POST", restore, {{"autoReconcileProxyConflict", true}}).status, 200U);
  const Json proxies = get("/users/" + id_ + "?$select=proxyAddresses").json["proxyAddresses"];
  for (const Json& one : proxies) EXPECT_NE(one, "SMTP:" + mail);
}

TEST_F(RecycleBin, IsNotEmptiedByAnApp) {
  begin();
  graph("DELETE", "/users/" + id_);
  EXPECT_EQ(graph("DELETE", "/directory/deletedItems/" + id_).status, 403U);
  EXPECT_EQ(get("/directory/deletedItems/" + id_).status, 200U);
}

TEST_F(RecycleBin, NeedsTheTypeInTheListAndConsistencyForItsOrder) {
  begin();
  EXPECT_EQ(get("/directory/deletedItems").status, 400U);
  const std::string list = "/directory/deletedItems/microsoft.graph.user";
  EXPECT_EQ(get(list + "?$orderby=deletedDateTime").status, 400U);
  EXPECT_EQ(get(list + "?$orderby=deletedDateTime&$count=true", {{"ConsistencyLevel", "eventual"}})
                .status,
            200U);
}

TEST_F(RecycleBin, PurgeDropsEveryReference) {
  begin();
  const std::string other = plain_user(1)["id"];
  graph("PUT", "/users/" + other + "/manager/$ref", {{"@odata.id", link(id_)}});
  control("POST", "/tenants/aurora/users/purge", {{"ids", Json::array({id_})}});
  EXPECT_EQ(get("/directory/deletedItems/" + id_).status, 404U);
  EXPECT_EQ(get("/users/" + other + "/manager").status, 404U);
  EXPECT_EQ(
      get("/roleManagement/directory/roleAssignments?$filter=principalId%20eq%20'" + id_ + "'")
          .json["value"]
          .size(),
      0U);
}

}  // namespace
}  // namespace graphsim_test
