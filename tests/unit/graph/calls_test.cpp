#include "graph/calls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "fakes/test_clock.h"

namespace entrad::graph {
namespace {

using nlohmann::json;

const base::Guid kUser = *base::Guid::parse("11111111-1111-4111-8111-111111111111");
const base::Guid kOther = *base::Guid::parse("22222222-2222-4222-8222-222222222222");
const base::Guid kGroup = *base::Guid::parse("33333333-3333-4333-8333-333333333333");
const std::string kU = kUser.str();
const std::string kG = kGroup.str();

class Calls : public testing::Test {
 protected:
  Calls() {
    Tenant tenant;
    tenant.name = "aurora";
    tenant.backup.client_id = "app";
    sessions_ = std::make_unique<Sessions>(std::vector{tenant}, governor_, clock_);
    session_ = sessions_->session("aurora", Purpose::backup).value();
  }
  std::vector<Request> all() const {
    const json phone = {{"id", "x"}, {"phoneType", "mobile"}, {"phoneNumber", "+1 5550100"}};
    return {calls::organization(),
            calls::directory_size(),
            calls::domains(),
            calls::count_users(),
            calls::list_users("id"),
            calls::list_deleted_users("id"),
            calls::list_groups("id"),
            calls::list_group_members(kGroup),
            calls::list_administrative_units("id"),
            calls::list_administrative_unit_members(kGroup),
            calls::list_role_definitions(),
            calls::list_role_assignments(),
            calls::list_role_assignments_of(kUser),
            calls::list_managers(),
            calls::get_user(kUser, "id"),
            calls::get_user_by_name("a@aurora.example", "id"),
            calls::get_deleted_user(kUser, "id"),
            calls::find_users_by_name("a@aurora.example"),
            calls::get_group(kGroup, "id"),
            calls::get_administrative_unit(kGroup, "id"),
            calls::get_manager(kUser),
            calls::list_member_of(kUser),
            calls::list_auth_methods(kUser),
            calls::restore_deleted(kUser, nlohmann::json::object()),
            calls::create_user({{"displayName", "A"}}),
            calls::patch_user(kUser, {{"city", nullptr}}),
            calls::set_manager(*session_, kUser, kOther),
            calls::remove_manager(kUser),
            calls::add_members(*session_, kGroup, {kUser, kOther}),
            calls::add_member(*session_, kGroup, kUser),
            calls::remove_member(kGroup, kUser),
            calls::add_unit_member(*session_, kGroup, kUser),
            calls::remove_unit_member(kGroup, kUser),
            calls::list_owned_by(kUser),
            calls::get_application(kGroup, "id"),
            calls::list_applications("id"),
            calls::add_owner(*session_, "/applications", kGroup, kUser),
            calls::remove_owner("/groups", kGroup, kUser),
            calls::add_user_sponsor(*session_, kUser, kOther),
            calls::add_group_sponsor(*session_, kUser, kGroup),
            calls::remove_sponsor(kUser, kOther),
            calls::create_role_assignment(kUser, "role", "/"),
            calls::delete_role_assignment("a/b"),
            calls::request_role_schedule(
                {calls::ScheduleAction::assign, true, kUser, "role", "/", "start", "end", "why"}),
            calls::request_role_schedule(
                {calls::ScheduleAction::remove, false, kUser, "role", "/", "start", "", "why"}),
            calls::assign_licenses(kUser, json::array({{{"skuId", kG}}}), {kU}),
            calls::create_app_role_assignment(kUser, kGroup, kOther),
            calls::delete_app_role_assignment(kUser, "a-b_c"),
            calls::get_service_principal(kGroup, "id"),
            calls::delete_user(kUser),
            calls::revoke_sessions(kUser),
            calls::issue_temporary_access_pass(kUser, 60),
            calls::remove_phone_method(kUser, phone),
            calls::remove_email_method(kUser),
            calls::add_phone_method(kUser, phone),
            calls::update_phone_method(kUser, phone),
            calls::add_email_method(kUser, {{"emailAddress", "a@aurora.example"}}),
            calls::update_email_method(kUser, {{"emailAddress", "a@aurora.example"}})};
  }

  fakes::TestClock clock_;
  Governor governor_{Quotas::published(), clock_};
  std::unique_ptr<Sessions> sessions_;
  Session* session_ = nullptr;
};

// Without /$ref the object itself would be deleted. An assignment is an object of its own.
TEST_F(Calls, NoDeleteOfALinkIsWithoutRef) {
  int deletes = 0;
  for (const Request& request : all()) {
    if (request.method != "DELETE") continue;
    ++deletes;
    const bool is_of_its_own = request.path.find("ssignments/") != std::string::npos ||
                               request.path.find("Methods/") != std::string::npos ||
                               request.path == "/users/" + kU;
    EXPECT_TRUE(request.path.ends_with("/$ref") || is_of_its_own) << request.path;
  }
  EXPECT_EQ(deletes, 10);
}

TEST_F(Calls, OnlyReadsHaveNoBodyButTheRestoreAndTheDeletes) {
  for (const Request& request : all()) {
    const bool bodyless = request.method == "GET" || request.method == "DELETE" ||
                          request.path.ends_with("/restore") ||
                          request.path.ends_with("/revokeSignInSessions");
    EXPECT_EQ(request.body.is_null(), bodyless) << request.method << " " << request.path;
    EXPECT_EQ(request.body.is_object(), !bodyless) << request.body;
  }
}

TEST_F(Calls, PathsAreAsMicrosoftDocumentsThem) {
  std::vector<std::string> lines;
  for (const Request& request : all())
    lines.push_back(request.method + " " + request.path.substr(request.path.find('/')));
  EXPECT_THAT(
      lines,
      testing::ElementsAre(
          "GET /organization?$select=id,displayName,verifiedDomains",
          "GET /organization?$select=id,directorySizeQuota", "GET /domains", "GET /users/$count",
          "GET /users?$select=id&$top=999",
          "GET /directory/deletedItems/microsoft.graph.user?$select=id&$top=999",
          "GET /groups?$select=id&$top=999", "GET /groups/" + kG + "/members?$select=id&$top=999",
          "GET /directory/administrativeUnits?$select=id&$top=999",
          "GET /directory/administrativeUnits/" + kG + "/members?$select=id&$top=999",
          "GET /roleManagement/directory/roleDefinitions",
          "GET /roleManagement/directory/roleAssignments",
          "GET /roleManagement/directory/roleAssignments?$filter=principalId%20eq%20%27" + kU +
              "%27",
          "GET /users?$select=id&$expand=manager($select=id)&$top=999",
          "GET /users/" + kU + "?$select=id", "GET /users/a%40aurora.example?$select=id",
          "GET /directory/deletedItems/" + kU + "/microsoft.graph.user?$select=id",
          "GET /users?$filter=userPrincipalName%20eq%20%27a%40aurora.example%27&$select=id,"
          "userPrincipalName,createdDateTime",
          "GET /groups/" + kG + "?$select=id",
          "GET /directory/administrativeUnits/" + kG + "?$select=id",
          "GET /users/" + kU + "/manager?$select=id",
          "GET /users/" + kU + "/memberOf?$select=id&$top=999",
          "GET /users/" + kU + "/authentication/methods",
          "POST /directory/deletedItems/" + kU + "/restore", "POST /users", "PATCH /users/" + kU,
          "PUT /users/" + kU + "/manager/$ref", "DELETE /users/" + kU + "/manager/$ref",
          "PATCH /groups/" + kG, "POST /groups/" + kG + "/members/$ref",
          "DELETE /groups/" + kG + "/members/" + kU + "/$ref",
          "POST /directory/administrativeUnits/" + kG + "/members/$ref",
          "DELETE /directory/administrativeUnits/" + kG + "/members/" + kU + "/$ref",
          "GET /users/" + kU + "/ownedObjects?$select=id&$top=999",
          "GET /applications/" + kG + "?$select=id", "GET /applications?$select=id&$top=999",
          "POST /applications/" + kG + "/owners/$ref",
          "DELETE /groups/" + kG + "/owners/" + kU + "/$ref",
          "POST /users/" + kU + "/sponsors/$ref", "POST /users/" + kU + "/sponsors/$ref",
          "DELETE /users/" + kU + "/sponsors/" + kOther.str() + "/$ref",
          "POST /roleManagement/directory/roleAssignments",
          "DELETE /roleManagement/directory/roleAssignments/a%2Fb",
          "POST /roleManagement/directory/roleEligibilityScheduleRequests",
          "POST /roleManagement/directory/roleAssignmentScheduleRequests",
          "POST /users/" + kU + "/assignLicense",
          "POST /servicePrincipals/" + kG + "/appRoleAssignedTo",
          "DELETE /users/" + kU + "/appRoleAssignments/a-b_c",
          "GET /servicePrincipals/" + kG + "?$select=id", "DELETE /users/" + kU,
          "POST /users/" + kU + "/revokeSignInSessions",
          "POST /users/" + kU + "/authentication/temporaryAccessPassMethods",
          "DELETE /users/" + kU +
              "/authentication/phoneMethods/3179e48a-750b-4051-897c-87b9720928f7",
          "DELETE /users/" + kU +
              "/authentication/emailMethods/3ddfcfc8-9383-446f-83cc-3ab9be4be18f",
          "POST /users/" + kU + "/authentication/phoneMethods",
          "PATCH /users/" + kU +
              "/authentication/phoneMethods/3179e48a-750b-4051-897c-87b9720928f7",
          "POST /users/" + kU + "/authentication/emailMethods",
          "PATCH /users/" + kU +
              "/authentication/emailMethods/3ddfcfc8-9383-446f-83cc-3ab9be4be18f"));
}

TEST_F(Calls, ReferencesAreAbsolute) {
  const std::string root = "https://graph.microsoft.com/v1.0";
  EXPECT_EQ(calls::set_manager(*session_, kUser, kOther).body,
            json::object({{"@odata.id", root + "/users/" + kOther.str()}}));
  EXPECT_EQ(calls::add_member(*session_, kGroup, kUser).body,
            json::object({{"@odata.id", root + "/directoryObjects/" + kU}}));
  EXPECT_EQ(calls::add_owner(*session_, "/groups", kGroup, kUser).body,
            json::object({{"@odata.id", root + "/directoryObjects/" + kU}}));
  EXPECT_EQ(calls::add_user_sponsor(*session_, kUser, kOther).body,
            json::object({{"@odata.id", root + "/users/" + kOther.str()}}));
  EXPECT_EQ(calls::add_group_sponsor(*session_, kUser, kGroup).body,
            json::object({{"@odata.id", root + "/groups/" + kG}}));
  EXPECT_EQ(calls::add_members(*session_, kGroup, {kUser}).body,
            json::object({{"members@odata.bind", {root + "/directoryObjects/" + kU}}}));
}

TEST_F(Calls, AWriteTakesTwentyMembersAndNotOneMore) {
  const std::vector<base::Guid> twenty(20, kUser);
  EXPECT_EQ(calls::add_members(*session_, kGroup, twenty).body["members@odata.bind"].size(), 20U);
  EXPECT_THROW(calls::add_members(*session_, kGroup, std::vector(21, kUser)), std::logic_error);
  EXPECT_THROW(calls::add_members(*session_, kGroup, {}), std::logic_error);
}

TEST_F(Calls, AMethodGoesBackWithoutWhatGraphDoesNotTake) {
  const json stored = {{"@odata.type", "#microsoft.graph.phoneAuthenticationMethod"},
                       {"id", "3179e48a-750b-4051-897c-87b9720928f7"},
                       {"phoneNumber", "+1 5550100"},
                       {"phoneType", "mobile"},
                       {"smsSignInState", "ready"}};
  const json sent = {{"phoneNumber", "+1 5550100"}, {"phoneType", "mobile"}};
  EXPECT_EQ(calls::add_phone_method(kUser, stored).body, sent);
  EXPECT_EQ(calls::update_phone_method(kUser, stored).body, sent);
}

TEST_F(Calls, LicencesGoInOneCallWithBothLists) {
  EXPECT_EQ(calls::assign_licenses(kUser, json::array(), {kG}).body,
            json::object({{"addLicenses", json::array()}, {"removeLicenses", {kG}}}));
}

// "Create roleEligibilityScheduleRequest": a removal has no schedule.
TEST_F(Calls, ARoleByScheduleEndsWhenItIsToldTo) {
  using Action = calls::ScheduleAction;
  const auto body = [](Action action, const std::string& end) {
    return calls::request_role_schedule(
               {action, true, kUser, "role", "/", "2026-11-23T18:00:00Z", end, "why"})
        .body;
  };
  json wanted{
      {"action", "adminAssign"},
      {"principalId", kU},
      {"roleDefinitionId", "role"},
      {"directoryScopeId", "/"},
      {"justification", "why"},
      {"scheduleInfo",
       {{"startDateTime", "2026-11-23T18:00:00Z"},
        {"expiration", {{"type", "afterDateTime"}, {"endDateTime", "2026-12-01T00:00:00Z"}}}}}};
  EXPECT_EQ(body(Action::assign, "2026-12-01T00:00:00Z"), wanted);
  wanted["action"] = "adminUpdate";
  wanted["scheduleInfo"]["expiration"] = {{"type", "noExpiration"}};
  EXPECT_EQ(body(Action::update, ""), wanted);
  wanted["action"] = "adminRemove";
  wanted.erase("scheduleInfo");
  EXPECT_EQ(body(Action::remove, ""), wanted);
}

TEST_F(Calls, ANameIsEncodedAndItsQuotesDoubled) {
  EXPECT_EQ(calls::get_user_by_name("g#EXT#@aurora.example", "").path,
            "/users/g%23EXT%23%40aurora.example");
  EXPECT_THAT(calls::find_users_by_name("o'neil@aurora.example").path,
              testing::HasSubstr("%27o%27%27neil%40aurora.example%27"));
}

TEST_F(Calls, OnlyTheCountIsAnAdvancedQuery) {
  for (const Request& request : all())
    EXPECT_EQ(request.eventual, request.path == "/users/$count") << request.path;
}

}  // namespace
}  // namespace entrad::graph
