#include "graph/classes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "base/time_text.h"

namespace entrad::graph {
namespace {

using base::ErrorKind;
using testing::HasSubstr;

Response refused(int status, const std::string& code, const std::string& message,
                 const nlohmann::json& details = nullptr) {
  nlohmann::json error = {{"code", code}, {"message", message}};
  if (!details.is_null()) error["details"] = details;
  Response response;
  response.status = status;
  response.headers["content-type"] = "application/json";
  response.body = base::json_text({{"error", error}});
  return response;
}

struct ClassCase {
  const char* name;
  const char* method;
  const char* path;
  int status;
  const char* code;
  const char* message;
  Class cls;
};

class ClassTable : public testing::TestWithParam<ClassCase> {};

TEST_P(ClassTable, TellsWhatGraphMeans) {
  const ClassCase& row = GetParam();
  const Verdict verdict =
      classify(row.method, row.path, refused(row.status, row.code, row.message));
  EXPECT_EQ(name(verdict.cls), name(row.cls));
  EXPECT_EQ(verdict.code, row.code);
  if (row.cls == Class::done) return;
  EXPECT_FALSE(verdict.error.message.empty());
  EXPECT_EQ(verdict.error.details.at("message"), row.message);
}

constexpr const char* kBad = "Request_BadRequest";
constexpr const char* kMembers = "/groups/g/members/$ref";
constexpr const char* kRoles = "/roleManagement/directory/roleAssignments";
constexpr const char* kAlready =
    "One or more added object references already exist for the following modified properties: "
    "'members'.";
constexpr const char* kNotYet =
    "The source resource object or one of the objects being referenced do not exist.";
constexpr const char* kSynced =
    "Unable to update the specified properties for on-premises mastered Directory Sync objects or "
    "objects currently undergoing migration.";
constexpr const char* kDenied = "Insufficient privileges to complete the operation.";

INSTANTIATE_TEST_SUITE_P(
    Classes, ClassTable,
    testing::Values(
        ClassCase{"a_member_already", "POST", kMembers, 400, kBad, kAlready, Class::done},
        ClassCase{"one_of_twenty_is_a_member_already", "PATCH", "/groups/g", 400, kBad, kAlready,
                  Class::refused},
        ClassCase{"a_role_held_already", "POST", kRoles, 400, kBad,
                  "A conflicting object with one or more of the specified property values is "
                  "present in the directory.",
                  Class::done},
        ClassCase{"an_app_role_held_already", "POST", "/servicePrincipals/s/appRoleAssignedTo", 400,
                  kBad, "Permission being assigned already exists on the object", Class::done},
        ClassCase{"not_a_member_any_more", "DELETE", "/groups/g/members/u/$ref", 404,
                  "Request_ResourceNotFound", "Resource 'g' does not exist", Class::done},
        ClassCase{"the_name_is_taken", "POST", "/users", 400, kBad,
                  "Another object with the same value for property userPrincipalName already "
                  "exists.",
                  Class::conflict},
        ClassCase{"several_of_that_name", "GET", "/groups/x", 400,
                  "Request_MultipleObjectsWithSameKeyValue", "More than one", Class::conflict},
        ClassCase{"a_fresh_user_as_member", "POST", kMembers, 400, kBad, kNotYet,
                  Class::replication},
        ClassCase{"the_same_as_404", "POST", kMembers, 404, "Request_ResourceNotFound", kNotYet,
                  Class::replication},
        ClassCase{"a_fresh_user_for_an_app_role", "POST", "/servicePrincipals/s/appRoleAssignedTo",
                  400, kBad, "Not a valid reference update.", Class::replication},
        ClassCase{"a_fresh_user_for_a_role", "POST", kRoles, 404, "SubjectNotFound",
                  "The subject is not found.", Class::replication},
        ClassCase{"two_writes_at_once", "PATCH", "/users/u", 409, "Directory_ConcurrencyViolation",
                  "Error due to concurrent requests being made to the tenant.", Class::concurrency},
        ClassCase{"two_writes_at_once_as_400", "PATCH", "/groups/g", 400,
                  "Directory_ConcurrencyViolation", "", Class::concurrency},
        ClassCase{"locked", "PATCH", "/users/u", 423, "Locked", "", Class::concurrency},
        ClassCase{"a_synced_user", "PATCH", "/users/u", 400, kBad, kSynced, Class::impossible},
        ClassCase{"a_distribution_list", "POST", kMembers, 400, kBad,
                  "Cannot Update a mail-enabled security groups and or distribution list.",
                  Class::impossible},
        ClassCase{"a_dynamic_group", "POST", kMembers, 400, kBad,
                  "Insufficient privileges or unsupported operation: the members of a group with "
                  "dynamic membership cannot be changed.",
                  Class::impossible},
        ClassCase{"a_dynamic_group_as_403", "POST", kMembers, 403, "Authorization_RequestDenied",
                  "the members of a group with dynamic membership", Class::impossible},
        ClassCase{"an_attribute_of_exchange", "PATCH", "/users/u", 400, kBad,
                  "Unable to update the specified properties for objects that have originated "
                  "within an external service.",
                  Class::impossible},
        ClassCase{"an_absent_user", "GET", "/users/u", 404, "Request_ResourceNotFound", "",
                  Class::absent},
        ClassCase{"an_absent_object", "GET", "/directoryObjects/u", 404, "Directory_ObjectNotFound",
                  "", Class::absent},
        ClassCase{"an_expired_token", "GET", "/users", 401, "InvalidAuthenticationToken", "",
                  Class::unauthorized},
        ClassCase{"an_admin_as_target", "PATCH", "/users/u", 403, "Authorization_RequestDenied",
                  kDenied, Class::permission},
        ClassCase{"no_licence", "GET", "/auditLogs/directoryAudits", 403,
                  "Authentication_RequestFromNonPremiumTenantOrB2CTenant", "", Class::permission},
        ClassCase{"a_full_directory", "POST", "/users", 403, "Directory_QuotaExceeded", "",
                  Class::refused},
        ClassCase{"a_dead_page_token", "GET", "/users", 400, "Directory_ExpiredPageToken", "",
                  Class::refused},
        ClassCase{"an_unsupported_query", "GET", "/users", 400, "Request_UnsupportedQuery", "",
                  Class::refused},
        ClassCase{"gone", "GET", "/users/delta", 410, "syncStateNotFound", "", Class::refused},
        ClassCase{"precondition", "PATCH", "/users/u", 412, "", "", Class::refused},
        ClassCase{"never_run_in_a_batch", "PATCH", "/users/u", 424, "", "", Class::transient},
        ClassCase{"throttled", "POST", "/users", 429, "TooManyRequests", "", Class::throttled},
        ClassCase{"a_read_that_failed_inside", "GET", "/users", 500, "Service_InternalServerError",
                  "", Class::transient},
        ClassCase{"a_write_that_failed_inside", "POST", "/users", 500, "UnknownError", "",
                  Class::ambiguous},
        ClassCase{"not_implemented", "GET", "/users", 501, "NotImplemented", "", Class::refused},
        ClassCase{"a_read_from_a_busy_service", "GET", "/users", 503, "ServiceUnavailable", "",
                  Class::transient},
        ClassCase{"a_write_to_a_busy_service", "PATCH", "/users/u", 503, "ServiceUnavailable", "",
                  Class::ambiguous},
        ClassCase{"a_write_lost_behind_a_gateway", "DELETE", "/users/u/manager/$ref", 504, "", "",
                  Class::ambiguous},
        ClassCase{"anything_else_is_refused", "POST", "/users", 400, kBad, "Invalid value.",
                  Class::refused}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Classes, AnsweredWith2xxIsDone) {
  Response response;
  response.status = 204;
  EXPECT_EQ(classify("PATCH", "/users/u", response).cls, Class::done);
}

TEST(Classes, WithoutAnAnswerOnlyAWriteThatMayHaveBeenSentIsAmbiguous) {
  Response response;
  response.trouble = "connection reset";
  EXPECT_EQ(classify("POST", "/users", response).cls, Class::transient);
  response.maybe_sent = true;
  EXPECT_EQ(classify("POST", "/users", response).cls, Class::ambiguous);
  EXPECT_EQ(classify("GET", "/users", response).cls, Class::transient);
  EXPECT_THAT(classify("GET", "/users", response).error.message, HasSubstr("connection reset"));
}

TEST(Classes, AGatewaysPageIsNoAnswer) {
  Response response;
  response.headers["content-type"] = "text/html; charset=utf-8";
  response.body = "<html>";
  for (const int status : {200, 400, 404, 502}) {
    response.status = status;
    EXPECT_EQ(classify("GET", "/users/u", response).cls, Class::transient) << status;
    EXPECT_EQ(classify("POST", "/users", response).cls, Class::ambiguous) << status;
  }
}

TEST(Classes, AConflictNamesTheProperty) {
  const auto response =
      refused(400, kBad, "Another object with the same value for property userPrincipalName",
              {{{"code", "ObjectConflict"}, {"target", "userPrincipalName"}}});
  const Verdict verdict = classify("POST", "/users", response);
  EXPECT_EQ(verdict.cls, Class::conflict);
  EXPECT_EQ(verdict.error.kind, ErrorKind::conflict);
  EXPECT_THAT(verdict.error.message, HasSubstr("userPrincipalName"));
}

TEST(Classes, ADeniedWriteToAUserSaysWhichRoleHelps) {
  const Verdict verdict =
      classify("PATCH", "/users/u", refused(403, "Authorization_RequestDenied", kDenied));
  EXPECT_EQ(verdict.error.kind, ErrorKind::permission_denied);
  EXPECT_THAT(verdict.error.message, HasSubstr("admin role"));
  EXPECT_THAT(verdict.error.hint, HasSubstr("Privileged Authentication Administrator"));
}

TEST(Classes, AQueryDoesNotDecideWhatAPathIs) {
  const Verdict verdict =
      classify("POST", "/users?x=/groups/", refused(400, kBad, "a dynamic value was not expected"));
  EXPECT_EQ(verdict.cls, Class::refused);
  EXPECT_THAT(verdict.error.message, HasSubstr("a dynamic value was not expected"));
}

struct RetryRow {
  const char* name;
  const char* header;
  std::optional<base::Duration> wait;
};
class RetryAfter : public testing::TestWithParam<RetryRow> {};

TEST_P(RetryAfter, IsRead) {
  Response response;
  response.headers["retry-after"] = GetParam().header;
  const auto now = base::parse_time("2026-11-23T18:00:00Z", {}).value();
  EXPECT_EQ(retry_after(response, now), GetParam().wait);
}

using std::chrono::milliseconds;
using std::chrono::seconds;
INSTANTIATE_TEST_SUITE_P(
    Classes, RetryAfter,
    testing::Values(RetryRow{"whole", "17", seconds(17)}, RetryRow{"zero", "0", seconds(0)},
                    RetryRow{"spaces", " 5 ", seconds(5)},
                    RetryRow{"fraction", "2.125", milliseconds(2125)},
                    RetryRow{"date", "Mon, 23 Nov 2026 18:00:30 GMT", seconds(30)},
                    RetryRow{"past", "Mon, 23 Nov 2026 17:00:00 GMT", seconds(0)},
                    RetryRow{"nonsense", "soon", std::nullopt},
                    RetryRow{"negative", "-3", std::nullopt}, RetryRow{"empty", "", std::nullopt}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(RetryAfter, AbsentIsNothing) { EXPECT_EQ(retry_after(Response(), {}), std::nullopt); }

}  // namespace
}  // namespace entrad::graph
