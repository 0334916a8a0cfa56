#include <gtest/gtest.h>

#include "base/json.h"
#include "directory/audit_rows.h"
#include "directory/sections.h"
#include "directory/targets.h"

namespace entrad::directory {
namespace {

using nlohmann::json;

base::Guid guid(int number) {
  return *base::Guid::parse("00000000-0000-4000-8000-00000000000" + std::to_string(number));
}

TEST(Entitlements, RolesWithAScheduleAreKeptAndARestoreSeesOnlyThoseForGood) {
  const json until{{"expiration", {{"endDateTime", "2027-01-01T00:00:00Z"}}}};
  const std::vector<HeldRole> roles{{{"b", "/"}, true, json::object()},
                                    {{"a", "/"}, false, until},
                                    {{"a", "/"}, true, until},
                                    {{"b", "/"}, false, nullptr},
                                    {{"b", "/"}, false, nullptr}};
  const std::string content = held_roles_section(roles);
  EXPECT_EQ(content,
            R"([{"directoryScopeId":"/","roleDefinitionId":"a","scheduleInfo":{"expiration":)"
            R"({"endDateTime":"2027-01-01T00:00:00Z"}},"state":"active"},)"
            R"({"directoryScopeId":"/","roleDefinitionId":"a","scheduleInfo":{"expiration":)"
            R"({"endDateTime":"2027-01-01T00:00:00Z"}},"state":"eligible"},)"
            R"({"directoryScopeId":"/","roleDefinitionId":"b"},)"
            R"({"directoryScopeId":"/","roleDefinitionId":"b","scheduleInfo":{},)"
            R"("state":"eligible"}])");
  EXPECT_EQ(read_roles(content), (std::vector<Role>{{"b", "/"}}));
  const auto held = read_held_roles(content);
  ASSERT_EQ(held.size(), 4U);
  EXPECT_FALSE(held[0].eligible);
  EXPECT_EQ(held[0].schedule, until);
  EXPECT_TRUE(held[1].eligible);
  EXPECT_TRUE(held[2].schedule.is_null());
  EXPECT_TRUE(held[3].eligible);
  EXPECT_EQ(held_roles_section(held), content);
}

TEST(Entitlements, LicencesAreThoseThatNoGroupAssigned) {
  const json states = base::read_json(R"([
      {"skuId":"b","disabledPlans":["2","1"],"assignedByGroup":null,"state":"Active"},
      {"skuId":"c","disabledPlans":[],"assignedByGroup":"00000000-0000-4000-8000-000000000001"},
      {"skuId":"a","disabledPlans":null},
      {"skuId":"b","disabledPlans":["2","1"],"assignedByGroup":null,"state":"Error"}])");
  const std::string content = licenses_section(states);
  EXPECT_EQ(content,
            R"([{"disabledPlans":[],"skuId":"a"},{"disabledPlans":["1","2"],"skuId":"b"}])");
  const auto read = read_licenses(content);
  ASSERT_EQ(read.size(), 2U);
  EXPECT_EQ(read[1].disabled_plans, (std::vector<std::string>{"1", "2"}));
}

TEST(Entitlements, AppRolesAreSortedOnceEachAndReadBack) {
  const std::vector<AppRole> roles{{guid(2), guid(1)}, {guid(1), {}}, {guid(2), guid(1)}};
  const auto again = read_app_roles(app_roles_section(roles));
  EXPECT_EQ(again, (std::vector<AppRole>{roles[1], roles[0]}));
}

TEST(Targets, DomainHasAnIdOfItsNameInAnyCase) {
  EXPECT_EQ(domain_id("Aurora.Example"), domain_id("aurora.example"));
  EXPECT_NE(domain_id("aurora.example"), domain_id("aurora.example."));
  EXPECT_EQ(domain_id("aurora.example").str(), "88a643f1-4708-656e-10f5-5de79082b1c2");
}

TEST(Targets, ProductIsTheSameInWhateverOrderItsPlansCome) {
  const auto sku = [](const char* plans) {
    return product_content(base::read_json(std::string(R"({"skuId":"x","id":"t_x","accountId":"t",)"
                                                       R"("servicePlans":)") +
                                           plans + "}"));
  };
  const std::string content = sku(R"([{"servicePlanId":"2"},{"servicePlanId":"1"}])");
  EXPECT_EQ(content, sku(R"([{"servicePlanId":"1"},{"servicePlanId":"2"}])"));
  EXPECT_EQ(content,
            R"({"servicePlans":[{"servicePlanId":"1"},{"servicePlanId":"2"}],"skuId":"x"})");
}

json row(const char* activity, const char* by) {
  return base::read_json(std::string(R"({"id":"r1","activityDateTime":"2026-11-20T10:00:00.1Z",)"
                                     R"("result":"success","activityDisplayName":")") +
                         activity + R"(","initiatedBy":)" + by +
                         R"(,"targetResources":[{"id":"00000000-0000-4000-8000-000000000001",
                            "type":"User"},{"id":"not a guid"}]})");
}

TEST(AuditRows, NameTheirTargetsAndTheUserWhoDidIt) {
  const char* user = R"({"app":null,"user":{"id":"00000000-0000-4000-8000-000000000002"}})";
  EXPECT_EQ(named_in(row("Update user", user)), (std::vector<base::Guid>{guid(1), guid(2)}));
  const char* self = R"({"user":{"id":"00000000-0000-4000-8000-000000000001"}})";
  EXPECT_EQ(named_in(row("Update user", self)), (std::vector<base::Guid>{guid(1)}));
  EXPECT_TRUE(named_in(json::object()).empty());
}

TEST(AuditRows, TellWhoDeletedAUser) {
  const auto soft = deletion_in(
      row("Delete user", R"({"user":{"id":"u","userPrincipalName":null,"displayName":"Ada"}})"));
  ASSERT_TRUE(soft);
  EXPECT_FALSE(soft->hard);
  EXPECT_EQ(soft->time, "2026-11-20T10:00:00.1Z");
  EXPECT_EQ(soft->deleted_by, (json{{"kind", "user"}, {"id", "u"}, {"name", "Ada"}}));
  const auto hard = deletion_in(
      row("Hard Delete user", R"({"user":null,"app":{"appId":"a","displayName":"Sync"}})"));
  ASSERT_TRUE(hard && hard->hard);
  EXPECT_EQ(hard->deleted_by, (json{{"kind", "app"}, {"id", "a"}, {"name", "Sync"}}));
  EXPECT_FALSE(deletion_in(row("Update user", "null")));
  json failed = row("Delete user", "null");
  failed["result"] = "failure";
  EXPECT_FALSE(deletion_in(failed));
}

TEST(AuditRows, DeletionIsReadBack) {
  const Deletion deletion{"2026-11-20T10:00:00Z", true, {{"id", "a"}}};
  const auto again = read_deletion(deletion_section(deletion));
  ASSERT_TRUE(again);
  EXPECT_EQ(deletion_section(again), deletion_section(deletion));
  EXPECT_EQ(deletion_section(std::nullopt), "null");
  EXPECT_FALSE(read_deletion("null"));
}

TEST(AuditRows, AreSortedByTimeWhateverOrderTheyCome) {
  const json early{{"id", "b"}, {"activityDateTime", "2026-11-20T10:00:00Z"}};
  const json late{{"id", "a"}, {"activityDateTime", "2026-11-20T10:00:01Z"}};
  EXPECT_EQ(audit_section({late, early}), audit_section({early, late}));
  EXPECT_LT(audit_section({late, early}).find("\"b\""), audit_section({late, early}).find("\"a\""));
}

}  // namespace
}  // namespace entrad::directory
