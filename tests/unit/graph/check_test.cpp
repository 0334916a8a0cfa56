// `tenants check` against the simulator: with all that it needs, and with apps, tenants and clouds
// that lack something. Each of the lacking ones says which line tells it, and in which words.
#include "check_case.h"

#include <fstream>

#include "base/time_text.h"
#include "certificate.h"
#include "graph/credentials/certificate_end.h"

namespace entrad::graph {
namespace {

TEST(Check, AWellConfiguredTenantIsFine) {
  Rig rig;
  const auto found = checked(rig);
  for (const auto& row : found.lines)
    EXPECT_TRUE(row.ok && !row.limited) << row.what << ": " << row.found << "; " << row.remedy;
  EXPECT_TRUE(found.ok);
  EXPECT_EQ(found.users, 120U);
  EXPECT_FALSE(found.display_name.empty());
  EXPECT_THAT(found.verified_domains, ElementsAre("aurora.onmicrosoft.com", "aurora.example"));
  EXPECT_THAT(found.federated_domains, IsEmpty());
  EXPECT_THAT(found.granted.at("backup"), testing::Contains("User.Read.All"));
  EXPECT_THAT(found.granted.at("restore"), testing::Contains("User.ReadWrite.All"));
  const std::vector<std::string> lists{"administrativeUnits", "groups", "users"};
  std::vector<std::string> asked;
  for (const auto& [collection, unknown] : found.unknown_properties) {
    asked.push_back(collection);
    EXPECT_THAT(unknown, IsEmpty()) << collection;
  }
  EXPECT_EQ(asked, lists);
}

TEST(Check, WritesNothing) {
  Rig rig;
  const auto before = rig.sim.dump("aurora");
  checked(rig);
  EXPECT_EQ(rig.sim.dump("aurora"), before);
  EXPECT_EQ(rig.sim.get("/_control/counters").at("writes"), 0);
}

TEST(Check, QuotasAndTimesAreThoseOfTheSize) {
  Rig rig;
  const auto found = checked(rig);
  EXPECT_EQ(found.size_class, "M");
  for (const auto& quota : found.quotas) {
    if (quota.bucket != "directory.read") continue;
    EXPECT_EQ(quota.limit, 5000U);
    EXPECT_EQ(quota.window_seconds, 10U);
    EXPECT_EQ(quota.unit, "resourceUnits");
  }
  ASSERT_EQ(found.least_times.size(), 2U);
  EXPECT_EQ(found.least_times[0].seconds, 0U) << "120 writes fit into one window";
  EXPECT_EQ(found.least_times[1].seconds, 230U) << "120 requests, 5 in 10 s, the first 5 at once";
  std::uint64_t limit = 0;
  for (const auto& row : rig.governor.status())
    if (row.bucket == "directory.read") limit = row.limit;
  EXPECT_EQ(limit, 5000U) << "the governor learns the size as well";
}

TEST(Check, WhatIsLeftOutByChoiceIsNoLimit) {
  Rig rig;
  const auto found = checked(rig);
  const auto& photo = line(found, "section photo");
  EXPECT_TRUE(photo.ok && !photo.limited);
  EXPECT_THAT(photo.found, HasSubstr("ProfilePhoto.Read.All"));
  EXPECT_THAT(line(found, "section restrictedAttributes").found,
              HasSubstr("CustomSecAttributeAssignment.Read.All, User-LifeCycleInfo.Read.All"));
}

TEST(Check, SyncedUsersAreCounted) {
  Rig rig;
  std::uint64_t synced = 0;
  const auto users =
      rig.session().send(test::get("/users?$select=onPremisesSyncEnabled&$top=999"), {});
  for (const json& user : users->body.at("value"))
    synced += user.at("onPremisesSyncEnabled") == true ? 1 : 0;
  EXPECT_GT(synced, 0U);
  EXPECT_EQ(checked(rig).synced_users, synced);
}

// --- credentials

TEST(CheckedCredential, ThatIsRefusedIsOneLineAndNothingMoreIsAsked) {
  Rig rig;
  rig.sim.put("/_control/tenants/aurora/apps/restore", {{"secret", "another"}});
  const auto found = checked(rig);
  EXPECT_TRUE(line(found, "backup credential").ok);
  const auto& refused = line(found, "restore credential");
  EXPECT_FALSE(refused.ok);
  EXPECT_THAT(refused.found, HasSubstr("secret is wrong"));
  EXPECT_EQ(refused.kind, "authenticationFailed");
  for (const auto& row : found.lines) EXPECT_NE(row.part, "restore") << row.what;
}

TEST(CheckedCredential, OfABackupThatMayWriteIsToldToBeLess) {
  Rig rig;
  auto permissions = permissions_without(rig, "backup", {});
  permissions.emplace_back("Group.ReadWrite.All");
  set_permissions(rig, "backup", permissions);
  const auto found = checked(rig);
  EXPECT_TRUE(found.ok);
  EXPECT_THAT(told(found, "backup credential"), HasSubstr("LIMITED"));
  EXPECT_THAT(told(found, "backup credential"), HasSubstr("take Group.ReadWrite.All"));
}

TEST(CheckedCredential, OfARestoreThatMayOnlyReadIsSaidPlainly) {
  Rig rig;
  set_permissions(rig, "restore", {"User.Read.All", "Group.Read.All"});
  const auto found = checked(rig);
  EXPECT_FALSE(found.ok);
  EXPECT_THAT(told(found, "restore credential"),
              HasSubstr("LACKS will not work: it may only read"));
}

TEST(CheckedCredential, WithoutOneForRestoresTheBackupsIsLookedAt) {
  Rig rig;
  rig.tenant.restore.reset();
  rig.renew_sessions();
  const auto found = checked(rig);
  EXPECT_THAT(told(found, "restore credential"), HasSubstr("the backup's is used"));
  EXPECT_THAT(told(found, "restore credential"), HasSubstr("[tenant.aurora.restore]"));
  EXPECT_THAT(told(found, "restore with object"), HasSubstr("lacks User.ReadWrite.All"));
}

TEST(CheckedCredential, SaysWhatNothingNeeds) {
  Rig rig;
  auto permissions = permissions_without(rig, "backup", {});
  permissions.emplace_back("Calendars.Read");
  set_permissions(rig, "backup", permissions);
  EXPECT_THAT(told(checked(rig), "backup credential"), HasSubstr("nothing here needs Calendars"));
}

TEST(CheckedCredential, SaysWhenItsCertificateEnds) {
  Rig rig;
  const entrad::test::Certificate certificate;  // for an hour
  const fakes::TemporaryDirectory folder;
  const auto file = folder.path() / "backup.pem";
  std::ofstream(file) << certificate.pem();
  rig.sim.put("/_control/tenants/aurora/apps/backup",
              {{"certificatePem", certificate.certificate_pem()}});
  rig.tenant.backup.client_secret_file.clear();
  rig.tenant.backup.certificate_file = file;
  rig.renew_sessions();
  const auto end = *certificate_end(file);
  EXPECT_LT(end - rig.clock.wall(), std::chrono::minutes(61));
  const std::string credential = told(checked(rig), "backup credential");
  EXPECT_THAT(credential,
              HasSubstr("LIMITED certificate good until " + base::rfc3339(end).substr(0, 10)));
  EXPECT_THAT(credential, HasSubstr("register another certificate"));
  EXPECT_FALSE(certificate_end(folder.path() / "none.pem"));
}

// --- the tenant and its cloud

TEST(CheckedTenant, WithoutPremiumHasNoEligibleRolesToRead) {
  Rig rig;
  settings(rig, {{"premium", false}});
  const auto found = checked(rig);
  EXPECT_TRUE(found.ok);
  const std::string roles = told(found, "eligible admin roles");
  EXPECT_THAT(roles, HasSubstr("LIMITED roles: active only; eligible assignments are unknown"));
  EXPECT_THAT(roles, HasSubstr("P2"));
}

TEST(CheckedTenant, WithEligibleRolesSaysThatARestoreBringsThemBack) {
  Rig rig;
  rig.sim.fault({{"match", {{"path", "/roleManagement/directory/roleEligibilitySchedules"}}},
                 {"action", "status"},
                 {"status", 200},
                 {"body", {{"value", {{{"id", "e1"}}}}}}});
  EXPECT_THAT(told(checked(rig), "eligible admin roles"),
              HasSubstr("some users are eligible for roles; a restore with roles brings"));
}

TEST(CheckedTenant, WithoutThePassPolicySaysWhatWillNotWork) {
  Rig rig;
  settings(rig, {{"passes", {{"enabled", false}}}});
  const auto found = checked(rig);
  EXPECT_TRUE(found.ok);
  EXPECT_THAT(told(found, "restore with temporary passes"), HasSubstr("LIMITED will not work"));
}

TEST(CheckedTenant, PassesAreToldWithTheirLifetimes) {
  Rig rig;
  settings(rig, {{"passes", {{"leastMinutes", 10}, {"mostMinutes", 600}, {"usableOnce", true}}}});
  EXPECT_THAT(told(checked(rig), "restore with temporary passes"),
              HasSubstr("passes of 10 min to 10 h, usable once"));
}

TEST(CheckedTenant, CloudWithoutMethodPoliciesIsLimited) {
  Rig rig;
  settings(rig, {{"methodPolicies", false}});
  EXPECT_THAT(told(checked(rig), "restore with temporary passes"),
              HasSubstr("LIMITED permitted; whether the tenant's policy allows passes is unknown"));
}

TEST(CheckedTenant, FederatedDomainsAreNamed) {
  Rig rig;
  settings(rig, {{"federated", true}});
  const auto found = checked(rig);
  EXPECT_THAT(found.federated_domains, ElementsAre("aurora.example"));
  EXPECT_THAT(told(found, "federated domains"), HasSubstr("LIMITED aurora.example"));
}

TEST(CheckedTenant, LicencesShowTheirSeats) {
  Rig rig;
  const auto roomy = checked(rig);
  ASSERT_EQ(roomy.licenses.size(), 3U);
  EXPECT_EQ(roomy.licenses[0].enabled, 2'000'000U);
  EXPECT_GT(roomy.licenses[0].consumed, 50U);
  settings(rig, {{"seats", roomy.licenses[0].consumed}});
  const auto full = checked(rig);
  EXPECT_TRUE(full.ok);
  EXPECT_THAT(told(full, "licences"),
              HasSubstr("no seat is free of " + full.licenses[0].sku_part_number + " ->"));
}

TEST(CheckedTenant, PropertiesThatTheCloudDoesNotKnowAreFoundAgainEachTime) {
  Rig rig;
  settings(rig, {{"unknownProperties",
                  {"user.employeeOrgData", "user.employeeType", "group.uniqueName",
                   "administrativeUnit.isMemberManagementRestricted"}}});
  const auto poor = checked(rig);
  EXPECT_TRUE(poor.ok);
  EXPECT_THAT(poor.unknown_properties.at("users"), ElementsAre("employeeOrgData", "employeeType"));
  EXPECT_THAT(poor.unknown_properties.at("groups"), ElementsAre("uniqueName"));
  EXPECT_THAT(poor.unknown_properties.at("administrativeUnits"),
              ElementsAre("isMemberManagementRestricted"));
  EXPECT_THAT(told(poor, "properties of users"),
              HasSubstr("LIMITED this cloud does not know employeeOrgData, employeeType"));
  settings(rig, {{"unknownProperties", json::array()}});
  EXPECT_THAT(checked(rig).unknown_properties.at("users"), IsEmpty());
}

TEST(Check, AnUnknownTenantIsAnError) {
  Rig rig;
  EXPECT_EQ(check(*rig.sessions, "borealis", {}).error().kind, base::ErrorKind::not_found);
}

TEST(Check, AStopEndsIt) {
  Rig rig;
  std::stop_source stop;
  stop.request_stop();
  const auto stopped = check(*rig.sessions, "aurora", {stop.get_token(), nullptr});
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().kind, base::ErrorKind::cancelled);
}

}  // namespace
}  // namespace entrad::graph
