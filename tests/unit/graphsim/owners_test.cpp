// Who owns groups, applications and service principals, and who sponsors whom.
#include "simulator_process.h"

namespace graphsim_test {
namespace {

constexpr const char* kNobody = "00000000-0000-4000-8000-000000000000";

class Owners : public SimulatorTest {
 protected:
  void begin(const std::string& path) {
    object_ = path;
    id_ = plain_user()["id"];
    other_ = plain_user(1)["id"];
    own({});
  }
  void begin_with_group(const std::string& kind) {
    start();
    begin("/groups/" + group(kind)["id"].get<std::string>());
  }
  // Sets who owns the object.
  void own(const Json& owners) {
    control("POST", "/tenants/aurora/owners",
            {{"object", object_.substr(object_.rfind('/') + 1)},
             {"owners", owners.is_null() ? Json::array() : owners}});
  }
  Reply add(const std::string& id) {
    return graph("POST", object_ + "/owners/$ref", {{"@odata.id", link(id)}});
  }
  Reply remove(const std::string& id) {
    return graph("DELETE", object_ + "/owners/" + id + "/$ref");
  }
  std::size_t owners() { return all(object_ + "/owners?$select=id&$top=999").size(); }
  bool owns(const std::string& id) {
    for (const Json& one : all("/users/" + id + "/ownedObjects?$select=id&$top=999"))
      if (object_.ends_with(one["id"].get<std::string>())) return true;
    return false;
  }
  Json many(std::size_t count) {
    Json ids = Json::array();
    for (const Json& user : all("/users?$select=id&$top=999"))
      if (ids.size() < count && user["id"] != id_) ids.push_back(user["id"]);
    return ids;
  }
  void may_only(const Json& roles) {
    control("PUT", "/tenants/aurora/apps/restore", {{"roles", roles}});
    as("restore");
  }
  // What is the same for everything that can be owned.
  void expect_that_it_is_added_once_and_removed() {
    EXPECT_EQ(add(id_).status, 204U);
    EXPECT_TRUE(owns(id_));
    const Reply again = add(id_);
    EXPECT_EQ(again.status, 400U);
    EXPECT_NE(again.message().find("already exist"), std::string::npos);
    EXPECT_NE(again.message().find("'owners'"), std::string::npos);
    EXPECT_EQ(add(kNobody).status, 404U);
    EXPECT_EQ(add(other_).status, 204U);
    EXPECT_EQ(remove(id_).status, 204U);
    EXPECT_FALSE(owns(id_));
    EXPECT_EQ(remove(id_).status, 404U);
  }
  void expect_that_there_are_a_hundred_at_most() {
    own(many(100));
    const Reply reply = add(id_);
    EXPECT_EQ(reply.status, 400U);
    EXPECT_NE(reply.message().find("maximum number of owners"), std::string::npos);
    EXPECT_EQ(owners(), 100U);
  }

  std::string object_;  // its path
  std::string id_;
  std::string other_;
};

TEST_F(Owners, OfAGroupAreAddedOnceAndRemoved) {
  begin_with_group("security");
  expect_that_it_is_added_once_and_removed();
  expect_that_there_are_a_hundred_at_most();
}

struct Kind {
  const char* kind;
  unsigned status;
};
void PrintTo(const Kind& row, std::ostream* out) { *out << row.kind; }
class OwnersByKind : public Owners, public testing::WithParamInterface<Kind> {};

TEST_P(OwnersByKind, AreTakenOrNot) {
  begin_with_group(GetParam().kind);
  EXPECT_EQ(add(id_).status, GetParam().status);
  EXPECT_EQ(owners(), GetParam().status == 204 ? 1U : 0U);
}

TEST_P(OwnersByKind, TheLastOneStays) {
  begin_with_group(GetParam().kind);
  own({id_});
  const Reply reply = remove(id_);
  EXPECT_EQ(reply.status, 400U);
  if (GetParam().status == 204) {
    EXPECT_NE(reply.message().find("at least one owner"), std::string::npos);
  }
  EXPECT_TRUE(owns(id_));
}

INSTANTIATE_TEST_SUITE_P(Each, OwnersByKind,
                         testing::Values(Kind{"security", 204}, Kind{"microsoft365", 204},
                                         Kind{"role", 204}, Kind{"dynamic", 204}, Kind{"mail", 400},
                                         Kind{"synced", 400}),
                         [](const auto& row) { return std::string(row.param.kind); });

// One in the recycle bin does not count.
TEST_F(Owners, TheLastLiveOneStays) {
  begin_with_group("security");
  own({id_, other_});
  control("POST", "/tenants/aurora/users/delete", {{"ids", {other_}}});
  EXPECT_EQ(remove(id_).status, 400U);
  EXPECT_EQ(owners(), 1U);
}

TEST_F(Owners, OfAGroupNeedMoreThanItsMembers) {
  begin_with_group("security");
  may_only({"GroupMember.ReadWrite.All", "User.Read.All"});
  EXPECT_EQ(add(id_).status, 403U);
  EXPECT_EQ(graph("PATCH", object_, {{"owners@odata.bind", Json::array({link(id_)})}}).status,
            403U);
  may_only({"Group.ReadWrite.All", "User.Read.All"});
  EXPECT_EQ(add(id_).status, 204U);
}

TEST_F(Owners, OfARoleAssignableGroupNeedRoleManagementToo) {
  begin_with_group("role");
  may_only({"Group.ReadWrite.All", "User.Read.All"});
  EXPECT_EQ(add(id_).status, 403U);
  may_only({"Group.ReadWrite.All", "User.Read.All", "RoleManagement.ReadWrite.Directory"});
  EXPECT_EQ(add(id_).status, 204U);
}

TEST_F(Owners, AreBoundWithMembersAllOrNothingTwentyAtMost) {
  begin_with_group("security");
  Json links = Json::array();
  for (const Json& id : many(20)) links.push_back(link(id));
  const auto bind = [&](const Json& members, const Json& owners) {
    return graph("PATCH", object_,
                 {{"members@odata.bind", members}, {"owners@odata.bind", owners}});
  };
  EXPECT_NE(bind(Json::array({link(id_)}), links).message().find("20 link changes"),
            std::string::npos);
  EXPECT_EQ(
      graph("PATCH", object_, {{"owners@odata.bind", Json::array({link(id_), link(kNobody)})}})
          .status,
      404U);
  EXPECT_EQ(owners(), 0U);
  EXPECT_EQ(graph("PATCH", object_, {{"owners@odata.bind", links}}).status, 204U);
  EXPECT_EQ(owners(), 20U);
  EXPECT_EQ(graph("PATCH", object_, {{"owners@odata.bind", links}}).status, 400U);
}

class Sponsors : public Owners {
 protected:
  void SetUp() override {
    start();
    id_ = plain_user()["id"];
    control("POST", "/tenants/aurora/users/" + id_ + "/extras", {{"sponsors", Json::array()}});
  }
  Reply sponsor(const std::string& url) {
    return graph("POST", "/users/" + id_ + "/sponsors/$ref", {{"@odata.id", url}});
  }
  Reply remove_sponsor(const std::string& id) {
    return graph("DELETE", "/users/" + id_ + "/sponsors/" + id + "/$ref");
  }
  std::size_t sponsors() { return all("/users/" + id_ + "/sponsors?$select=id").size(); }
};

TEST_F(Sponsors, AreUsersAndGroupsAddedOnceAndRemoved) {
  const std::string boss = plain_user(1)["id"];
  const std::string team = group("security")["id"];
  EXPECT_EQ(sponsor(link(boss)).status, 204U);
  EXPECT_EQ(sponsor(link(team)).status, 204U);
  EXPECT_EQ(sponsors(), 2U);
  const Reply again = sponsor(link(boss));
  EXPECT_EQ(again.status, 400U);
  EXPECT_NE(again.message().find("'sponsors'"), std::string::npos);
  EXPECT_EQ(sponsor(link(kNobody)).status, 404U);
  EXPECT_EQ(sponsor("nobody").status, 400U);
  EXPECT_EQ(remove_sponsor(boss).status, 204U);
  EXPECT_EQ(remove_sponsor(boss).status, 404U);
  EXPECT_EQ(sponsors(), 1U);
}

TEST_F(Sponsors, NeedTheirPermission) {
  const std::string boss = plain_user(1)["id"];
  may_only({"User.Read.All", "Group.ReadWrite.All"});
  EXPECT_EQ(sponsor(link(boss)).status, 403U);
  EXPECT_EQ(remove_sponsor(boss).status, 403U);
}

TEST_F(Sponsors, AreShownInTheDump) {
  const std::string boss = plain_user(1)["userPrincipalName"];
  sponsor(link(plain_user(1)["id"]));
  const Json dumped = control("GET", "/tenants/aurora/dump?ids=false");
  const std::string name = plain_user()["userPrincipalName"];
  EXPECT_EQ(dumped.at("users").at(name).at("sponsors"), Json::array({boss}));
}

// The part of Microsoft's description that the contract test has does not have these.
class UndescribedOwners : public Owners, public testing::WithParamInterface<const char*> {
 protected:
  void SetUp() override {
    start();
    const std::string collection = GetParam();
    begin(collection + "/" + all(collection)[0]["id"].get<std::string>());
  }
};

TEST_P(UndescribedOwners, AreAddedOnceAndRemoved) {
  expect_that_it_is_added_once_and_removed();
  EXPECT_EQ(remove(other_).status, 204U) << "the last one may go";
  expect_that_there_are_a_hundred_at_most();
}

TEST_P(UndescribedOwners, NeedTwoPermissions) {
  may_only({"Application.ReadWrite.All", "User.Read.All"});
  EXPECT_EQ(add(id_).status, 403U);
  may_only({"Directory.Read.All", "Application.Read.All"});
  EXPECT_EQ(add(id_).status, 403U);
  may_only({"Application.ReadWrite.All", "Directory.Read.All"});
  EXPECT_EQ(add(id_).status, 204U);
}

TEST_P(UndescribedOwners, AreShownInTheDump) {
  add(id_);
  const Json dumped = control("GET", "/tenants/aurora/dump");
  const std::string name = plain_user()["userPrincipalName"];
  const std::string kind =
      std::string(GetParam()) == "/applications" ? "application " : "servicePrincipal ";
  bool shown = false;
  for (const std::string one : dumped.at("users").at(name).at("owned"))
    shown = shown || one.starts_with(kind);
  EXPECT_TRUE(shown);
}

INSTANTIATE_TEST_SUITE_P(Each, UndescribedOwners,
                         testing::Values("/applications", "/servicePrincipals"),
                         [](const auto& row) { return std::string(row.param).substr(1); });

}  // namespace
}  // namespace graphsim_test
