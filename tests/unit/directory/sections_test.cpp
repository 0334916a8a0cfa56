#include "directory/sections.h"
#include "base/json.h"

#include <gtest/gtest.h>

namespace entrad::directory {
namespace {

using api::ObjectKind;
using nlohmann::json;

base::Guid guid(int number) {
  return *base::Guid::parse("00000000-0000-4000-8000-00000000000" + std::to_string(number));
}

TEST(Sections, MembershipsAreSortedOnceEachAndReadBack) {
  const std::vector<Link> links{{guid(2), ObjectKind::group},
                                {guid(1), ObjectKind::administrative_unit},
                                {guid(2), ObjectKind::group}};
  const std::string content = memberships_section(links);
  EXPECT_EQ(content,
            R"([{"id":"00000000-0000-4000-8000-000000000001","kind":"administrativeUnit"},)"
            R"({"id":"00000000-0000-4000-8000-000000000002","kind":"group"}])");
  EXPECT_EQ(read_memberships(content), (std::vector<Link>{links[1], links[0]}));
  EXPECT_EQ(memberships_section({}), "[]");
  EXPECT_TRUE(read_memberships("[]").empty());
  std::string spaced;
  for (const char c : content) spaced += c == ',' ? std::string(", ") : std::string(1, c);
  EXPECT_EQ(read_memberships(spaced), read_memberships(content));
}

TEST(Sections, RolesAreSortedOnceEachAndReadBack) {
  const std::vector<Role> roles{
      {"b", "/"}, {"a", "/administrativeUnits/x"}, {"a", "/"}, {"b", "/"}};
  const std::string content = roles_section(roles);
  EXPECT_EQ(content, R"([{"directoryScopeId":"/","roleDefinitionId":"a"},)"
                     R"({"directoryScopeId":"/administrativeUnits/x","roleDefinitionId":"a"},)"
                     R"({"directoryScopeId":"/","roleDefinitionId":"b"}])");
  EXPECT_EQ(read_roles(content), (std::vector<Role>{roles[2], roles[1], roles[0]}));
}

TEST(Sections, ManagerIsAnIdOrNull) {
  const auto id = guid(7);
  EXPECT_EQ(manager_section(&id), R"({"id":"00000000-0000-4000-8000-000000000007"})");
  EXPECT_EQ(manager_section(nullptr), "null");
  EXPECT_EQ(read_manager(manager_section(&id)), id);
  EXPECT_EQ(read_manager("null"), std::nullopt);
}

TEST(Sections, MethodsAreSortedByTypeAndIdWhateverOrderGraphGives) {
  const json methods = base::read_json(R"([
    {"@odata.type":"#b","id":"1","x":null},{"@odata.type":"#a","id":"2"},{"@odata.type":"#a","id":"1"}])");
  const std::string expected = R"([{"@odata.type":"#a","id":"1"},{"@odata.type":"#a","id":"2"},)"
                               R"({"@odata.type":"#b","id":"1","x":null}])";
  EXPECT_EQ(auth_methods_section(methods), expected);
  EXPECT_EQ(auth_methods_section({methods[2], methods[0], methods[1]}), expected);
  EXPECT_EQ(auth_methods_section(json::array()), "[]");
}

TEST(Sections, DamagedContentIsAnException) {
  EXPECT_THROW(read_memberships("{"), std::exception);
  EXPECT_THROW(read_memberships(R"([{"id":"x","kind":"group"}])"), std::exception);
  EXPECT_THROW(read_manager(R"({"id":"x"})"), std::exception);
  EXPECT_THROW(read_roles(R"([{"roleDefinitionId":"x"}])"), std::exception);
}

struct GroupRow {
  const char* name;
  const char* group;
  GroupWrite write;
  const char* type;
};

class GroupTable : public testing::TestWithParam<GroupRow> {};

TEST_P(GroupTable, AgreesWithMicrosoftsReference) {
  const json group = base::read_json(GetParam().group);
  EXPECT_EQ(group_write(group), GetParam().write);
  EXPECT_EQ(group_type(group), GetParam().type);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, GroupTable,
    testing::Values(
        GroupRow{"Security", R"({"securityEnabled":true,"mailEnabled":false,"groupTypes":[],
                                 "isAssignableToRole":null,"onPremisesSyncEnabled":null})",
                 GroupWrite::yes, "security"},
        GroupRow{"Microsoft365",
                 R"({"securityEnabled":false,"mailEnabled":true,"groupTypes":["Unified"]})",
                 GroupWrite::yes, "Microsoft 365"},
        GroupRow{
            "Dynamic",
            R"({"securityEnabled":true,"mailEnabled":false,"groupTypes":["DynamicMembership"]})",
            GroupWrite::dynamic, "dynamic"},
        GroupRow{"DynamicMicrosoft365",
                 R"({"mailEnabled":true,"groupTypes":["Unified","DynamicMembership"]})",
                 GroupWrite::dynamic, "dynamic"},
        GroupRow{"MailEnabledSecurity",
                 R"({"securityEnabled":true,"mailEnabled":true,"groupTypes":[]})",
                 GroupWrite::mail_enabled, "mail-enabled security"},
        GroupRow{"Distribution", R"({"securityEnabled":false,"mailEnabled":true,"groupTypes":[]})",
                 GroupWrite::mail_enabled, "distribution"},
        GroupRow{"Synced",
                 R"({"securityEnabled":true,"mailEnabled":false,"onPremisesSyncEnabled":true})",
                 GroupWrite::synced, "synced"},
        GroupRow{"NoLongerSynced",
                 R"({"securityEnabled":true,"mailEnabled":false,"onPremisesSyncEnabled":false})",
                 GroupWrite::yes, "security"},
        GroupRow{"RoleAssignable",
                 R"({"securityEnabled":true,"mailEnabled":false,"isAssignableToRole":true})",
                 GroupWrite::role_assignable, "role-assignable"},
        GroupRow{"NothingKnown", "{}", GroupWrite::yes, "security"}),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace entrad::directory
