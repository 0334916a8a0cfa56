#include <set>

#include "simulator_process.h"

namespace graphsim_test {
namespace {

class Paging : public SimulatorTest {};

TEST_F(Paging, ReturnsEveryUserOnceWhateverThePageSize) {
  start();
  for (const char* top : {"1", "7", "100", "199", "200", "999"}) {
    std::set<std::string> ids;
    for (const Json& user : all(std::string("/users?$select=id&$top=") + top))
      EXPECT_TRUE(ids.insert(user["id"]).second);
    EXPECT_EQ(ids.size(), 200U) << top;
  }
}

TEST_F(Paging, StartsWithAHundredAndRefusesAThousand) {
  start();
  EXPECT_EQ(get("/users").json["value"].size(), 100U);
  EXPECT_EQ(get("/users?$top=1000").status, 400U);
  EXPECT_EQ(get("/users?$top=0").status, 400U);
  EXPECT_EQ(get("/users?$top=many").status, 400U);
}

TEST_F(Paging, LinksAreAbsoluteAndKeepTheQuery) {
  start();
  const std::string next = get("/users?$top=10&$select=id,mail").json["@odata.nextLink"];
  EXPECT_EQ(next.find(process_->ready()["http"].get<std::string>() + "/v1.0/users?"), 0U);
  const Json second = get(next).json["value"];
  EXPECT_EQ(second.size(), 10U);
  EXPECT_EQ(second[0].size(), 2U);
}

TEST_F(Paging, SurvivesUsersDeletedBetweenPages) {
  start();
  const Json first = get("/users?$top=50&$select=id").json;
  const std::string victim = plain_user(3)["id"];
  graph("DELETE", "/users/" + victim);
  std::set<std::string> ids;
  for (const Json& user : first["value"]) ids.insert(user["id"]);
  for (const Json& user : all(first["@odata.nextLink"])) EXPECT_TRUE(ids.insert(user["id"]).second);
  EXPECT_GE(ids.size(), 199U);
}

TEST_F(Paging, APageCanBeEmptyAndStillNotBeTheLast) {
  start("aurora:users=30000,lag=0,groups=40");
  const std::string path = "/users?$select=id&$filter=displayName%20eq%20'Nobody%20at%20all'";
  const Json page = get(path).json;
  EXPECT_TRUE(page["value"].empty());
  ASSERT_TRUE(page.contains("@odata.nextLink"));
  EXPECT_TRUE(all(path).empty());
}

TEST_F(Paging, AdvancedPagesAskForConsistencyAgain) {
  start();
  const HeaderMap eventual{{"ConsistencyLevel", "eventual"}};
  const Json page = get("/users?$filter=userType%20ne%20'Guest'&$count=true&$top=5", eventual).json;
  const std::string next = page["@odata.nextLink"];
  EXPECT_EQ(get(next).code(), "Request_UnsupportedQuery");
  const Reply second = get(next, eventual);
  EXPECT_EQ(second.status, 200U);
  EXPECT_FALSE(second.json.contains("@odata.count"));
}

TEST_F(Paging, UnknownTokensHaveExpired) {
  start();
  EXPECT_EQ(get("/users?$skiptoken=bm9uc2Vuc2U").code(), "Directory_ExpiredPageToken");
}

TEST_F(Paging, GroupMembersComeOnceEach) {
  start();
  std::size_t pages = 0;
  for (const Json& g : all("/groups?$top=999&$select=id")) {
    const std::string path = "/groups/" + g["id"].get<std::string>() + "/members?$select=id&$top=";
    const auto whole = all(path + "999");
    std::set<std::string> ids;
    for (const Json& member : all(path + "9")) EXPECT_TRUE(ids.insert(member["id"]).second);
    EXPECT_EQ(ids.size(), whole.size());
    if (++pages == 12) break;
  }
}

TEST_F(Paging, ExpandedCollectionsEndAtTwenty) {
  start();
  const Json page = get("/users?$top=50&$select=id&$expand=memberOf($select=id)").json;
  for (const Json& user : page["value"]) EXPECT_LE(user["memberOf"].size(), 20U);
}

}  // namespace
}  // namespace graphsim_test
