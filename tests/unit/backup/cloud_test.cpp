// Properties that a tenant's cloud does not know: left out, remembered, and asked for again.
#include "backup/cloud.h"

#include "rig.h"
#include "store/own_state.h"
#include "store/unknown_properties.h"

namespace entrad::backup {
namespace {

using api::ObjectKind;
using api::Section;
using nlohmann::json;

using Names = std::vector<std::string>;

void cloud_lacks(Rig& rig, const json& properties) {
  rig.simulator.put("/_control/tenants/" + kTenant + "/settings",
                    {{"unknownProperties", properties}});
}

Names remembered(Rig& rig, const std::string& collection = "users") {
  const auto known = store::unknown_properties(rig.store->own_state(), kTenant, collection);
  return known ? known->names : Names{"nothing is remembered"};
}

int refusals(Rig& rig) {
  const auto by_status = rig.simulator.get("/_control/counters").at("byStatus");
  return by_status.value("400", 0);
}

std::string reason_of(const api::Snapshot& snapshot) {
  return snapshot.sections.at("object").reason;
}

TEST(Cloud, WhatOneBackupWasRefusedTheNextDoesNotAskFor) {
  Rig rig;
  cloud_lacks(rig, {"user.employeeType", "group.uniqueName"});
  const auto first = rig.backup().value();
  EXPECT_EQ(refusals(rig), 2);
  EXPECT_EQ(remembered(rig), Names{"employeeType"});
  EXPECT_EQ(remembered(rig, "groups"), Names{"uniqueName"});
  const auto second = rig.backup().value();
  EXPECT_EQ(refusals(rig), 2) << "it knew";
  EXPECT_EQ(second.changed, 0U);
  for (const auto& snapshot : {first, second})
    EXPECT_NE(reason_of(snapshot).find("employeeType"), std::string::npos);
}

TEST(Cloud, ARefusalThatNamesNothingIsFoundOut) {
  Rig rig;
  rig.simulator.fault(
      {{"match", {{"method", "GET"}, {"path", "/users"}, {"query", "employeeType"}}},
       {"action", "status"},
       {"status", 501},
       {"body", {{"error", {{"code", "NotImplemented"}, {"message", "Not supported."}}}}}});
  const auto snapshot = rig.backup();
  ASSERT_TRUE(snapshot) << snapshot.error().message;
  EXPECT_EQ(remembered(rig), Names{"employeeType"});
  const auto user = rig.ids(*snapshot, ObjectKind::user).front();
  EXPECT_FALSE(
      rig.json(*snapshot, ObjectKind::user, user, Section::object).contains("employeeType"));
}

TEST(Cloud, AfterAWeekTheWholeListIsTriedAgain) {
  Rig rig;
  const auto long_ago = rig.clock.wall() - std::chrono::hours(24 * 8);
  ASSERT_TRUE(store::remember_unknown_properties(rig.store->own_state(), kTenant, "users",
                                                 {{"employeeType"}, long_ago}));
  const auto snapshot = rig.backup().value();
  EXPECT_EQ(reason_of(snapshot), "");
  EXPECT_EQ(remembered(rig), Names{}) << "the cloud has learnt it";
  const auto user = rig.ids(snapshot, ObjectKind::user).front();
  EXPECT_TRUE(rig.json(snapshot, ObjectKind::user, user, Section::object).contains("employeeType"));
}

TEST(Cloud, WithinTheWeekItIsNotAskedFor) {
  Rig rig;
  const auto lately = rig.clock.wall() - std::chrono::hours(24 * 6);
  ASSERT_TRUE(store::remember_unknown_properties(rig.store->own_state(), kTenant, "users",
                                                 {{"employeeType"}, lately}));
  EXPECT_NE(reason_of(rig.backup().value()).find("employeeType"), std::string::npos);
}

TEST(Cloud, ACheckAlwaysAsksForAllAndItsFindingsGuideTheNextBackup) {
  Rig rig;
  cloud_lacks(rig, {"user.employeeType"});
  auto check = check_tenant(*rig.store, rig.sessions, rig.clock, kTenant, {});
  ASSERT_TRUE(check) << check.error().message;
  EXPECT_EQ(check->unknown_properties.at("users"), Names{"employeeType"});
  EXPECT_EQ(remembered(rig), Names{"employeeType"});
  const int before = refusals(rig);
  ASSERT_TRUE(rig.backup());
  EXPECT_EQ(refusals(rig), before) << "the backup knew from the check";
  cloud_lacks(rig, json::array());
  check = check_tenant(*rig.store, rig.sessions, rig.clock, kTenant, {});
  EXPECT_EQ(check.value().unknown_properties.at("users"), Names{});
  EXPECT_EQ(remembered(rig), Names{});
  EXPECT_EQ(reason_of(rig.backup().value()), "");
}

TEST(Cloud, WhereAllIsKnownNothingIsWritten) {
  Rig rig;
  ASSERT_TRUE(rig.backup());
  EXPECT_EQ(remembered(rig), Names{"nothing is remembered"});
}

TEST(Cloud, TenantsAndCollectionsAreRememberedApart) {
  Rig rig;
  ASSERT_TRUE(store::remember_unknown_properties(rig.store->own_state(), "borealis", "users",
                                                 {{"employeeType"}, rig.clock.wall()}));
  EXPECT_EQ(reason_of(rig.backup().value()), "");
  EXPECT_FALSE(store::unknown_properties(rig.store->own_state(), "borealis", "groups"));
}

}  // namespace
}  // namespace entrad::backup
