// Admin roles by schedule: requests, what they are refused for, and what time does to them.
#include <algorithm>

#include "simulator_process.h"

namespace graphsim_test {
namespace {

constexpr const char* kReader = "88d8e3e3-8f55-4a1e-953a-9b9898b8876b";  // Directory Readers
constexpr const char* kEnd = "2099-01-01T00:00:00Z";
const std::string kRoles = "/roleManagement/directory/";

class Schedules : public SimulatorTest {
 protected:
  void SetUp() override {
    start();
    id_ = plain_user()["id"];
  }

  static Json until(const std::string& end) {
    return {{"startDateTime", "2024-01-01T00:00:00Z"},
            {"expiration", {{"type", "afterDateTime"}, {"endDateTime", end}}}};
  }
  static Json for_good() { return {{"expiration", {{"type", "noExpiration"}}}}; }

  Json body(const std::string& action, const Json& schedule) const {
    Json out{{"action", action},
             {"principalId", id_},
             {"roleDefinitionId", kReader},
             {"directoryScopeId", "/"},
             {"justification", "for a test"}};
    if (!schedule.is_null()) out["scheduleInfo"] = schedule;
    return out;
  }
  Reply eligible(const Json& request) {
    return graph("POST", kRoles + "roleEligibilityScheduleRequests", request);
  }
  Reply active(const Json& request) {
    return graph("POST", kRoles + "roleAssignmentScheduleRequests", request);
  }
  std::vector<Json> listed(const std::string& set) {
    auto rows = all(kRoles + set);
    std::erase_if(rows, [this](const Json& row) { return row["principalId"] != id_; });
    return rows;
  }
  Json dumped() {
    const Json dump = send("GET", "/_control/tenants/aurora/dump").json;
    for (const auto& [name, user] : dump["users"].items())
      if (user["object"]["id"] == id_) return user["schedules"];
    return nullptr;
  }
  Json set(const Json& settings) { return control("PUT", "/tenants/aurora/settings", settings); }

  std::string id_;
};

TEST_F(Schedules, MakeAUserEligible) {
  const Reply made = eligible(body("adminAssign", until(kEnd)));
  ASSERT_EQ(made.status, 201U) << made.text;
  EXPECT_EQ(made.json["status"], "Provisioned");
  EXPECT_GT(made.json["scheduleInfo"]["startDateTime"].get<std::string>(), "2026");
  const auto rows = listed("roleEligibilitySchedules");
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0]["id"], made.json["targetScheduleId"]);
  EXPECT_EQ(rows[0]["scheduleInfo"]["expiration"]["endDateTime"], kEnd);
  EXPECT_TRUE(listed("roleAssignments").empty());
  EXPECT_EQ(
      dumped(),
      Json::array(
          {{{"role", "Directory Readers"}, {"scope", "/"}, {"state", "eligible"}, {"end", kEnd}}}));
}

TEST_F(Schedules, AssignARoleForATimeAfterWhichItIsGone) {
  Json schedule = for_good();
  schedule["expiration"] = {{"type", "afterDuration"}, {"duration", "PT8H"}};
  ASSERT_EQ(active(body("adminAssign", schedule)).status, 201U);
  EXPECT_EQ(listed("roleAssignments").size(), 1U);
  EXPECT_EQ(listed("roleAssignmentSchedules").size(), 1U);
  send("POST", "/_control/clock", {{"advance", 8 * 3600 + 1}});
  as("restore");
  EXPECT_TRUE(listed("roleAssignments").empty());
  EXPECT_TRUE(listed("roleAssignmentSchedules").empty());
  EXPECT_EQ(dumped(), Json::array());
}

TEST_F(Schedules, BeginWhenTheyShall) {
  Json schedule = until(kEnd);
  schedule["startDateTime"] = "2098-01-01T00:00:00Z";
  ASSERT_EQ(active(body("adminAssign", schedule)).status, 201U);
  EXPECT_EQ(listed("roleAssignmentSchedules").size(), 1U);
  EXPECT_TRUE(listed("roleAssignments").empty());
}

TEST_F(Schedules, AreRemovedOnce) {
  for (const bool is_eligible : {true, false}) {
    const auto post = [&](const Json& request) {
      return is_eligible ? eligible(request) : active(request);
    };
    ASSERT_EQ(post(body("adminAssign", until(kEnd))).status, 201U);
    const Reply removed = post(body("adminRemove", nullptr));
    EXPECT_EQ(removed.status, 201U) << removed.text;
    EXPECT_EQ(removed.json["status"], "Revoked");
    EXPECT_EQ(post(body("adminRemove", nullptr)).code(), "RoleAssignmentDoesNotExist");
  }
  EXPECT_EQ(dumped(), Json::array());
  EXPECT_TRUE(listed("roleAssignments").empty());
}

TEST_F(Schedules, AreUpdated) {
  EXPECT_EQ(eligible(body("adminUpdate", for_good())).code(), "RoleAssignmentDoesNotExist");
  ASSERT_EQ(eligible(body("adminAssign", until(kEnd))).status, 201U);
  ASSERT_EQ(eligible(body("adminUpdate", for_good())).status, 201U);
  const auto rows = listed("roleEligibilitySchedules");
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0]["scheduleInfo"]["expiration"]["type"], "noExpiration");
}

TEST_F(Schedules, ARoleHeldForGoodCanBeLimited) {
  ASSERT_EQ(graph("POST", kRoles + "roleAssignments",
                  {{"principalId", id_}, {"roleDefinitionId", kReader}, {"directoryScopeId", "/"}})
                .status,
            201U);
  EXPECT_EQ(active(body("adminAssign", until(kEnd))).code(), "RoleAssignmentExists");
  ASSERT_EQ(active(body("adminUpdate", until(kEnd))).status, 201U);
  EXPECT_EQ(listed("roleAssignments").size(), 1U);
  EXPECT_EQ(dumped()[0]["end"], kEnd);
}

TEST_F(Schedules, AreThereOnce) {
  ASSERT_EQ(eligible(body("adminAssign", until(kEnd))).status, 201U);
  const Reply again = eligible(body("adminAssign", for_good()));
  EXPECT_EQ(again.status, 400U);
  EXPECT_EQ(again.code(), "RoleAssignmentExists");
  EXPECT_EQ(active(body("adminAssign", until(kEnd))).status, 201U) << "the other kind";
}

TEST_F(Schedules, GoWithTheAssignmentThatIsDeleted) {
  ASSERT_EQ(active(body("adminAssign", until(kEnd))).status, 201U);
  const std::string assignment = listed("roleAssignments").at(0)["id"];
  EXPECT_EQ(graph("DELETE", kRoles + "roleAssignments/" + assignment).status, 204U);
  EXPECT_TRUE(listed("roleAssignmentSchedules").empty());
}

TEST_F(Schedules, WantASoundBody) {
  struct Row {
    const char* what;
    Json change;
  };
  const Json past = until("2024-06-01T00:00:00Z");
  for (const Row& row :
       {Row{"no action", {{"action", nullptr}}}, Row{"unknown action", {{"action", "assign"}}},
        Row{"a user's action", {{"action", "selfActivate"}}},
        Row{"no principal", {{"principalId", nullptr}}},
        Row{"no role", {{"roleDefinitionId", nullptr}}},
        Row{"no scope", {{"directoryScopeId", nullptr}}},
        Row{"a scope that is not there", {{"directoryScopeId", "/administrativeUnits/" + id_}}},
        Row{"no schedule", {{"scheduleInfo", nullptr}}},
        Row{"no expiration", {{"scheduleInfo", Json::object()}}},
        Row{"an end in the past", {{"scheduleInfo", past}}},
        Row{"a property that is read only", {{"status", "Provisioned"}}},
        Row{"a property that is not there", {{"until", kEnd}}},
        Row{"both an end and none",
            {{"scheduleInfo",
              {{"expiration", {{"type", "noExpiration"}, {"endDateTime", kEnd}}}}}}},
        Row{"a duration that is none",
            {{"scheduleInfo",
              {{"expiration", {{"type", "afterDuration"}, {"duration", "8 hours"}}}}}}}}) {
    Json request = body("adminAssign", until(kEnd));
    request.update(row.change);
    EXPECT_EQ(eligible(request).status, 400U) << row.what;
  }
  EXPECT_EQ(dumped(), Json::array());
}

TEST_F(Schedules, AreForWhomAndWhatThereIs) {
  Json request = body("adminAssign", until(kEnd));
  request["principalId"] = "00000000-0000-4000-8000-000000000000";
  EXPECT_EQ(eligible(request).code(), "SubjectNotFound");
  request["principalId"] = group("security")["id"];
  EXPECT_EQ(eligible(request).code(), "SubjectNotFound");
  request["principalId"] = group("role")["id"];
  EXPECT_EQ(eligible(request).status, 201U);
  request = body("adminAssign", until(kEnd));
  request["roleDefinitionId"] = "00000000-0000-4000-8000-000000000000";
  EXPECT_EQ(eligible(request).code(), "RoleNotFound");
}

TEST_F(Schedules, OfAFreshUserWaitUntilItIsKnown) {
  set({{"pimLag", 600}});
  id_ = create("fresh");
  EXPECT_EQ(eligible(body("adminAssign", until(kEnd))).code(), "SubjectNotFound");
  send("POST", "/_control/clock", {{"advance", 601}});
  EXPECT_EQ(eligible(body("adminAssign", until(kEnd))).status, 201U);
}

TEST_F(Schedules, KeepToTheSettingsOfTheRole) {
  const std::string policy = "RoleAssignmentRequestPolicyValidationFailed";
  Json request = body("adminAssign", until(kEnd));
  request.erase("justification");
  const Reply unjustified = active(request);
  EXPECT_EQ(unjustified.code(), policy) << "as roles are when nobody has changed them";
  EXPECT_NE(unjustified.message().find("[\"JustificationRule\"]"), std::string::npos);
  EXPECT_EQ(eligible(request).status, 201U);
  eligible(body("adminRemove", nullptr));
  set({{"eligibleRoles", {{"forGood", false}, {"longestDays", 365}}}});
  for (const Json& schedule : {for_good(), until(kEnd)}) {
    const Reply refused = eligible(body("adminAssign", schedule));
    EXPECT_EQ(refused.code(), policy);
    EXPECT_NE(refused.message().find("[\"ExpirationRule\"]"), std::string::npos);
  }
  Json schedule = for_good();
  schedule["expiration"] = {{"type", "afterDuration"}, {"duration", "P180D"}};
  EXPECT_EQ(eligible(body("adminAssign", schedule)).status, 201U);
  set({{"eligibleRoles", {{"ticket", true}}}});
  EXPECT_NE(eligible(body("adminUpdate", schedule)).message().find("TicketingRule"),
            std::string::npos);
}

TEST_F(Schedules, AreNotForEverybodyToWrite) {
  as("backup");
  EXPECT_EQ(eligible(body("adminAssign", until(kEnd))).status, 403U);
  EXPECT_EQ(active(body("adminAssign", until(kEnd))).status, 403U);
  control("PUT", "/tenants/aurora/apps/backup",
          {{"roles", {"RoleAssignmentSchedule.Remove.Directory", "User.Read.All"}}});
  as("backup");
  EXPECT_EQ(active(body("adminAssign", until(kEnd))).status, 403U);
  EXPECT_EQ(active(body("adminRemove", nullptr)).code(), "RoleAssignmentDoesNotExist");
}

TEST_F(Schedules, NeedTheLicence) {
  set({{"premium", false}});
  EXPECT_EQ(eligible(body("adminAssign", until(kEnd))).code(), "AadPremiumLicenseRequired");
}

TEST_F(Schedules, CanBeTriedWithoutBeingMade) {
  Json request = body("adminAssign", until(kEnd));
  request["isValidationOnly"] = true;
  EXPECT_EQ(eligible(request).status, 201U);
  EXPECT_EQ(dumped(), Json::array());
}

}  // namespace
}  // namespace graphsim_test
