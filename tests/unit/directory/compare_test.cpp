#include "directory/compare.h"
#include "base/json.h"

#include <gtest/gtest.h>

#include <random>

namespace entrad::directory {
namespace {

using nlohmann::json;

json merged(json base, const json& changes) {
  base.update(changes);
  return base;
}

const json kUser = base::read_json(R"({
  "id":"00000000-0000-4000-8000-000000000001","displayName":"Zoë Novák","city":"Praha",
  "mail":"zoe@aurora.example","userPrincipalName":"zoe@aurora.example","mailNickname":"zoe",
  "accountEnabled":true,"businessPhones":["+420 555123"],"otherMails":["a@x.example","b@x.example"],
  "usageLocation":"CZ","preferredLanguage":"cs","onPremisesSyncEnabled":null,
  "employeeOrgData":null,"onPremisesExtensionAttributes":{"extensionAttribute1":null,"extensionAttribute2":"x"},
  "proxyAddresses":["SMTP:zoe@aurora.example","smtp:z@aurora.example"],
  "identities":[{"signInType":"userPrincipalName","issuer":"aurora.example","issuerAssignedId":"zoe@aurora.example"}],
  "createdDateTime":"2020-01-01T00:00:00Z","lastPasswordChangeDateTime":"2020-01-01T00:00:00Z"})");

std::vector<std::string> names(const std::vector<Change>& changes) {
  std::vector<std::string> out;
  for (const Change& change : changes) out.push_back(change.attribute);
  return out;
}

TEST(CompareObjects, EqualUsersDoNotDiffer) { EXPECT_TRUE(compare_objects(kUser, kUser).empty()); }

TEST(CompareObjects, ChangeSaysFromToAndHowToSettleIt) {
  const auto changes = compare_objects(merged(kUser, {{"city", "Brno"}}), kUser);
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].attribute, "city");
  EXPECT_EQ(changes[0].from, "Brno");
  EXPECT_EQ(changes[0].to, "Praha");
  EXPECT_EQ(changes[0].restorable, Restorable::yes);
  EXPECT_TRUE(changes[0].tool.empty());
}

TEST(CompareObjects, SensitiveAttributesSaySo) {
  const auto changes = compare_objects(merged(kUser, {{"accountEnabled", false}}), kUser);
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].restorable, Restorable::sensitive);
}

TEST(CompareObjects, UnsettingIsADifferenceButUnknownIsNot) {
  EXPECT_EQ(names(compare_objects(kUser, merged(kUser, {{"city", nullptr}}))),
            std::vector<std::string>{"city"});
  EXPECT_EQ(names(compare_objects(kUser, merged(kUser, {{"mail", nullptr}}))),
            std::vector<std::string>{"mail"});
  json unknown = kUser;
  unknown.erase("city");
  EXPECT_TRUE(compare_objects(kUser, unknown).empty());
  EXPECT_TRUE(compare_objects(unknown, kUser).empty());
}

TEST(CompareObjects, WhatGraphNeverClearsIsNotAskedToBeCleared) {
  for (const char* name : {"displayName", "userPrincipalName", "mailNickname", "accountEnabled"})
    EXPECT_TRUE(compare_objects(kUser, merged(kUser, {{name, nullptr}})).empty()) << name;
}

TEST(CompareObjects, OrderOfSetsDoesNotMatterButContentDoes) {
  EXPECT_TRUE(
      compare_objects(merged(kUser, {{"otherMails", {"b@x.example", "a@x.example"}}}), kUser)
          .empty());
  EXPECT_EQ(names(compare_objects(merged(kUser, {{"otherMails", {"b@x.example"}}}), kUser)),
            std::vector<std::string>{"otherMails"});
  EXPECT_EQ(names(compare_objects(merged(kUser, {{"businessPhones", json::array()}}), kUser)),
            std::vector<std::string>{"businessPhones"});
}

TEST(CompareObjects, WhatChangesByItselfIsNoDifference) {
  EXPECT_TRUE(compare_objects(merged(kUser, {{"createdDateTime", "2026-01-01T00:00:00Z"},
                                             {"lastPasswordChangeDateTime", nullptr},
                                             {"somethingNew", 5}}),
                              kUser)
                  .empty());
}

TEST(CompareObjects, ObjectIsSentWholeWithNullsForWhatTheBackupHasNot) {
  const json live = merged(kUser, {{"employeeOrgData", {{"division", "D"}, {"costCenter", "C"}}}});
  const auto changes = compare_objects(live, kUser);
  ASSERT_EQ(names(changes), std::vector<std::string>{"employeeOrgData"});
  EXPECT_EQ(changes[0].to, (json{{"division", nullptr}, {"costCenter", nullptr}}));
  const auto back = compare_objects(kUser, live);
  ASSERT_EQ(back.size(), 1U);
  EXPECT_EQ(back[0].to, live["employeeOrgData"]);
}

TEST(CompareObjects, ObjectWithNothingSetIsAnUnsetOne) {
  EXPECT_TRUE(compare_objects(merged(kUser, {{"employeeOrgData", {{"division", nullptr}}}}), kUser)
                  .empty());
  json wanted = kUser;
  wanted["onPremisesExtensionAttributes"].erase("extensionAttribute1");
  EXPECT_TRUE(compare_objects(kUser, wanted).empty());
  EXPECT_TRUE(compare_objects(wanted, kUser).empty());
}

TEST(CompareObjects, PrimaryAddressFollowsMail) {
  const json live = merged(
      kUser, {{"mail", "zoe2@aurora.example"},
              {"proxyAddresses",
               {"SMTP:zoe2@aurora.example", "smtp:zoe@aurora.example", "smtp:z@aurora.example"}}});
  EXPECT_EQ(names(compare_objects(live, kUser)), std::vector<std::string>{"mail"});
}

TEST(CompareObjects, OtherAliasesAreForExchange) {
  const auto changes =
      compare_objects(merged(kUser, {{"proxyAddresses", {"SMTP:zoe@aurora.example"}}}), kUser);
  ASSERT_EQ(names(changes), std::vector<std::string>{"proxyAddresses"});
  EXPECT_EQ(changes[0].restorable, Restorable::elsewhere);
  EXPECT_EQ(changes[0].tool, "Exchange Online");
}

TEST(CompareObjects, AliasesDifferByAddressNotByItsCase) {
  EXPECT_TRUE(
      compare_objects(
          merged(kUser, {{"proxyAddresses", {"SMTP:Zoe@aurora.example", "smtp:Z@Aurora.example"}}}),
          kUser)
          .empty());
}

TEST(CompareObjects, SignInNameOfIdentitiesFollowsUserPrincipalName) {
  json live = kUser;
  live["identities"][0]["issuerAssignedId"] = "zoe2@aurora.example";
  EXPECT_TRUE(compare_objects(live, kUser).empty());
  live["identities"].push_back(
      {{"signInType", "federated"}, {"issuer", "f.example"}, {"issuerAssignedId", "7"}});
  const auto changes = compare_objects(live, kUser);
  ASSERT_EQ(names(changes), std::vector<std::string>{"identities"});
  EXPECT_EQ(changes[0].restorable, Restorable::elsewhere);
  EXPECT_FALSE(changes[0].tool.empty());
}

TEST(CompareObjects, OfSyncedUsersActiveDirectoryOwnsMostAttributes) {
  const json live = merged(kUser, {{"onPremisesSyncEnabled", true},
                                   {"city", "Brno"},
                                   {"mobilePhone", "+420 1"},
                                   {"usageLocation", "SK"},
                                   {"otherMails", json::array()},
                                   {"preferredLanguage", "sk"}});
  const json wanted = merged(kUser, {{"mobilePhone", nullptr}});
  for (const Change& change : compare_objects(live, wanted)) {
    const bool owned = change.attribute != "usageLocation" && change.attribute != "otherMails";
    EXPECT_EQ(change.restorable == Restorable::elsewhere, owned) << change.attribute;
    EXPECT_EQ(change.tool, owned ? "on-premises Active Directory" : "") << change.attribute;
  }
  EXPECT_EQ(compare_objects(live, wanted).size(), 5U);
}

// What a PATCH of the reported changes makes of a user no longer differs.
TEST(CompareObjectsProperty, ApplyingTheChangesSettlesThem) {
  std::mt19937 random(11);
  const std::vector<json> values{nullptr, "a", "b", "SMTP:zoe@aurora.example"};
  for (int round = 0; round < 2000; ++round) {
    json live = kUser;
    json wanted = kUser;
    for (const Attribute& attribute : user_attributes()) {
      if (attribute.restorable == Restorable::elsewhere) continue;
      for (json* side : {&live, &wanted})
        if (random() % 3 == 0) (*side)[std::string(attribute.name)] = values[random() % 4];
    }
    live["onPremisesSyncEnabled"] = nullptr;
    for (const Change& change : compare_objects(live, wanted)) {
      ASSERT_NE(change.restorable, Restorable::no) << change.attribute;
      live[change.attribute] = change.to;
    }
    const auto rest = names(compare_objects(live, wanted));
    ASSERT_TRUE(rest.empty() || rest == std::vector<std::string>{"proxyAddresses"}) << rest.front();
  }
}

TEST(CompareLinks, MissingAndExtraAreToldApart) {
  const auto guid = [](int n) {
    return *base::Guid::parse("00000000-0000-4000-8000-00000000000" + std::to_string(n));
  };
  const Link a{guid(1), api::ObjectKind::group};
  const Link b{guid(2), api::ObjectKind::group};
  const Link unit{guid(2), api::ObjectKind::administrative_unit};
  const auto difference = compare_memberships({b, a, a}, {unit, a});
  EXPECT_EQ(difference.missing, std::vector<Link>{unit});
  EXPECT_EQ(difference.extra, std::vector<Link>{b});
  EXPECT_TRUE(compare_memberships({a, b}, {b, a}).missing.empty());
}

TEST(CompareRoles, ScopeMatters) {
  const Role tenant{"r", "/"};
  const Role unit{"r", "/administrativeUnits/x"};
  const auto difference = compare_roles({unit}, {tenant});
  EXPECT_EQ(difference.missing, std::vector<Role>{tenant});
  EXPECT_EQ(difference.extra, std::vector<Role>{unit});
}

TEST(Compare, ALicenceIsTheSameWithTheSamePlansSwitchedOff) {
  const std::vector<DirectLicense> live{{"a", {"x", "y"}}, {"b", {}}, {"c", {}}};
  const std::vector<DirectLicense> wanted{{"a", {"y", "x"}}, {"b", {"z"}}, {"d", {}}};
  const auto difference = compare_licenses(live, wanted);
  ASSERT_EQ(difference.to_assign.size(), 2U);
  EXPECT_EQ(difference.to_assign[0].sku_id, "b");
  EXPECT_EQ(difference.to_assign[0].disabled_plans, std::vector<std::string>{"z"});
  EXPECT_EQ(difference.to_assign[1].sku_id, "d");
  EXPECT_EQ(difference.extra, std::vector<std::string>{"c"});
}

TEST(Compare, WhatIsBlankIsWhatAMergeFills) {
  for (const json& value : {json(), json(""), json::array(), json::object(), json{{"a", nullptr}}})
    EXPECT_TRUE(is_blank(value)) << value;
  for (const json& value : {json("x"), json(false), json{1}, json{{"a", "x"}}})
    EXPECT_FALSE(is_blank(value)) << value;
}

TEST(CompareObjects, DirectoryExtensionsOfTheWantedStateDiffer) {
  const std::string name = "extension_0123_badges";
  const json wanted{{name, {"a", "b"}}, {name + "@odata.type", "#Collection(String)"}};
  const auto changes = compare_objects(json::object(), wanted);
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].attribute, name);
  EXPECT_EQ(changes[0].from, nullptr);
  EXPECT_EQ(changes[0].to, (json{"a", "b"}));
  EXPECT_EQ(changes[0].restorable, Restorable::yes);
  EXPECT_TRUE(compare_objects(wanted, wanted).empty());
  EXPECT_TRUE(compare_objects(wanted, json::object()).empty()) << "it may not have been asked for";
  EXPECT_TRUE(compare_objects(json::object(), {{name, nullptr}}).empty());
  EXPECT_EQ(compare_objects({{name, "x"}}, {{name, nullptr}}).size(), 1U);
  EXPECT_TRUE(compare_objects(nullptr, wanted).empty());
}

}  // namespace
}  // namespace entrad::directory
