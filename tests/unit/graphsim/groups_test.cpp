#include "simulator_process.h"

namespace graphsim_test {
namespace {

class Membership : public SimulatorTest {
 protected:
  void begin(const std::string& kind) {
    start();
    group_ = group(kind)["id"];
    id_ = plain_user()["id"];
    graph("DELETE", "/groups/" + group_ + "/members/" + id_ + "/$ref");
  }
  Reply add(const std::string& id) {
    return graph("POST", "/groups/" + group_ + "/members/$ref", {{"@odata.id", link(id)}});
  }
  bool is_member(const std::string& id) {
    for (const Json& m : all("/groups/" + group_ + "/members?$select=id&$top=999"))
      if (m["id"] == id) return true;
    return false;
  }
  std::string group_, id_;
};

TEST_F(Membership, IsAddedOnceAndRemoved) {
  begin("security");
  EXPECT_EQ(add(id_).status, 204U);
  EXPECT_TRUE(is_member(id_));
  const Reply again = add(id_);
  EXPECT_EQ(again.status, 400U);
  EXPECT_EQ(again.message(),
            "One or more added object references already exist for the following modified "
            "properties: 'members'.");
  EXPECT_EQ(graph("DELETE", "/groups/" + group_ + "/members/" + id_ + "/$ref").status, 204U);
  EXPECT_FALSE(is_member(id_));
}

TEST_F(Membership, RemovalOfANonMemberBlamesTheGroup) {
  begin("security");
  const Reply reply = graph("DELETE", "/groups/" + group_ + "/members/" + id_ + "/$ref");
  EXPECT_EQ(reply.status, 404U);
  EXPECT_NE(reply.message().find(group_), std::string::npos);
}

TEST_F(Membership, DeletedWithoutRefDeletesTheUserItself) {
  begin("security");
  add(id_);
  EXPECT_EQ(graph("DELETE", "/groups/" + group_ + "/members/" + id_).status, 204U);
  EXPECT_EQ(get("/users/" + id_).status, 404U);
  EXPECT_EQ(get("/directory/deletedItems/" + id_).status, 200U);
}

TEST_F(Membership, OfAMissingObjectIsNotFound) {
  begin("security");
  EXPECT_EQ(add("00000000-0000-4000-8000-000000000000").status, 404U);
}

struct Kind {
  const char* kind;
  unsigned status;
  const char* message;
};
void PrintTo(const Kind& row, std::ostream* out) { *out << row.kind; }
class RefusingGroup : public Membership, public testing::WithParamInterface<Kind> {};

TEST_P(RefusingGroup, RefusesANewMember) {
  begin(GetParam().kind);
  const Reply reply = add(id_);
  EXPECT_EQ(reply.status, GetParam().status);
  EXPECT_NE(reply.message().find(GetParam().message), std::string::npos) << reply.message();
}

INSTANTIATE_TEST_SUITE_P(
    Each, RefusingGroup,
    testing::Values(Kind{"dynamic", 400, "dynamic membership"},
                    Kind{"mail", 400,
                         "Cannot Update a mail-enabled security groups and or distribution list."},
                    Kind{"synced", 400, "on-premises mastered"}),
    [](const auto& row) { return std::string(row.param.kind); });

TEST_F(Membership, OfARoleAssignableGroupNeedsRoleManagement) {
  begin("role");
  EXPECT_EQ(add(id_).status, 204U);
  control("PUT", "/tenants/aurora/apps/restore",
          {{"roles", {"GroupMember.ReadWrite.All", "User.Read.All", "Group.Read.All"}}});
  as("restore");
  EXPECT_EQ(graph("DELETE", "/groups/" + group_ + "/members/" + id_ + "/$ref").status, 403U);
}

TEST_F(Membership, ManyAreBoundAllOrNothing) {
  begin("microsoft365");
  Json links = Json::array();
  for (const Json& user : users()) {
    const std::string id = user["id"];
    if (links.size() < 20 && user["userType"] == "Member" && !is_member(id))
      links.push_back(link(id));
  }
  ASSERT_EQ(links.size(), 20U);
  const auto before = all("/groups/" + group_ + "/members?$top=999").size();
  Json bad = links;
  bad[7] = link("00000000-0000-4000-8000-000000000000");
  const std::string path = "/groups/" + group_;
  EXPECT_EQ(graph("PATCH", path, {{"members@odata.bind", bad}}).status, 404U);
  EXPECT_EQ(all(path + "/members?$top=999").size(), before);
  EXPECT_EQ(graph("PATCH", path, {{"members@odata.bind", links}}).status, 204U);
  EXPECT_EQ(all(path + "/members?$top=999").size(), before + 20);
  EXPECT_EQ(graph("PATCH", path, {{"members@odata.bind", links}}).status, 400U);
  links.push_back(link(id_));
  EXPECT_NE(graph("PATCH", path, {{"members@odata.bind", links}}).message().find("20 link changes"),
            std::string::npos);
}

TEST_F(Membership, OfAMicrosoft365GroupIsForUsersOnly) {
  begin("microsoft365");
  const Reply reply = add(group("security")["id"]);
  EXPECT_EQ(reply.status, 400U);
}

TEST_F(Membership, OfADynamicGroupFollowsTheAttribute) {
  begin("dynamic");
  const std::string rule = get("/groups/" + group_).json["membershipRule"];
  const auto open = rule.find('"');
  const std::string department = rule.substr(open + 1, rule.rfind('"') - open - 1);
  graph("PATCH", "/users/" + id_, {{"department", "Nowhere"}});
  EXPECT_FALSE(is_member(id_));
  graph("PATCH", "/users/" + id_, {{"department", department}});
  EXPECT_TRUE(is_member(id_));
  bool listed = false;
  for (const Json& one : all("/users/" + id_ + "/memberOf")) listed = listed || one["id"] == group_;
  EXPECT_TRUE(listed);
}

TEST_F(Membership, CastNeedsConsistencyAndCountsOnlyThatType) {
  begin("security");
  const std::string cast = "/groups/" + group_ + "/members/microsoft.graph.user";
  EXPECT_EQ(get(cast).status, 400U);
  const Reply reply = get(cast + "?$count=true&$top=999", {{"ConsistencyLevel", "eventual"}});
  ASSERT_EQ(reply.status, 200U);
  EXPECT_EQ(reply.json["@odata.count"], reply.json["value"].size());
}

TEST_F(Membership, ListsGroupsRolesAndUnitsOfAUserByType) {
  start();
  const std::string admin = get("/users?$top=1&$select=id").json["value"][0]["id"];
  std::map<std::string, int> types;
  for (const Json& one : all("/users/" + admin + "/memberOf"))
    ++types[one["@odata.type"].get<std::string>()];
  EXPECT_GT(types["#microsoft.graph.group"], 2);
  EXPECT_GT(types["#microsoft.graph.directoryRole"], 0);
  EXPECT_GE(all("/users/" + admin + "/transitiveMemberOf").size(),
            all("/users/" + admin + "/memberOf").size());
}

TEST_F(Membership, IsLimitedToTypeAndIdForAnAppThatMayNotReadUsers) {
  begin("security");
  add(id_);
  control("PUT", "/tenants/aurora/apps/backup", {{"roles", {"GroupMember.Read.All"}}});
  as("backup");
  const Json member = get("/groups/" + group_ + "/members?$top=1").json["value"][0];
  EXPECT_TRUE(member["id"].is_string());
  EXPECT_EQ(member["@odata.type"], "#microsoft.graph.user");
  EXPECT_TRUE(member.contains("displayName"));
  EXPECT_TRUE(member["displayName"].is_null());
  EXPECT_EQ(member["businessPhones"], Json::array());
}

TEST_F(Membership, OfAnAdministrativeUnitIsAddedAndRemoved) {
  begin("security");
  const Json unit = get("/directory/administrativeUnits").json["value"][0];
  const std::string members =
      "/directory/administrativeUnits/" + unit["id"].get<std::string>() + "/members/";
  graph("DELETE", members + id_ + "/$ref");
  EXPECT_EQ(graph("POST", members + "$ref", {{"@odata.id", link(id_)}}).status, 204U);
  EXPECT_EQ(graph("POST", members + "$ref", {{"@odata.id", link(id_)}}).status, 400U);
  EXPECT_EQ(graph("DELETE", members + id_ + "/$ref").status, 204U);
  EXPECT_EQ(graph("DELETE", members + id_ + "/$ref").status, 404U);
}

}  // namespace
}  // namespace graphsim_test
