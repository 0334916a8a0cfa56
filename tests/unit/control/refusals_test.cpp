// What the socket refuses, with which words. Each row goes over a real connection.
#include <gtest/gtest.h>

#include "control/routes.h"
#include "rig.h"

namespace entrad::control {
namespace {

struct Row {
  const char* name;
  const char* method;
  const char* target;
  const char* body;
  int status;
  const char* kind;
  const char* words;  // part of the message or the hint
};

class Refusal : public testing::TestWithParam<Row> {
 protected:
  // One server for all rows: nothing that is refused may change it.
  static void SetUpTestSuite() {
    rig_ = std::make_unique<Rig>();
    rig_->add_snapshot();
    rig_->add_job(api::JobKind::restore, api::JobState::running);    // 1
    rig_->add_job(api::JobKind::restore, api::JobState::succeeded);  // 2
    rig_->add_job(api::JobKind::backup, api::JobState::running);     // 3
  }
  static void TearDownTestSuite() { rig_.reset(); }
  static std::unique_ptr<Rig> rig_;
};

std::unique_ptr<Rig> Refusal::rig_;

TEST_P(Refusal, IsAnsweredInWords) {
  const Row& row = GetParam();
  const auto answer = rig_->ask(row.method, row.target, row.body);
  EXPECT_EQ(answer.status, row.status) << answer.body;
  EXPECT_EQ(answer.error_kind(), row.kind);
  const std::string said = answer.message() + " | " + answer.hint();
  EXPECT_NE(said.find(row.words), std::string::npos) << said;
}

std::string row_name(const testing::TestParamInfo<Row>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(
    Paths, Refusal,
    testing::Values(
        Row{"UnknownPath", "GET", "/v1/nothing", "", 404, "notFound", "/v1/status"},
        Row{"WrongMethod", "DELETE", "/v1/jobs", "", 405, "failedPrecondition", "GET, POST"},
        Row{"PutIsNoMethod", "PUT", "/v1/status", "", 405, "failedPrecondition", "use GET"},
        Row{"JobIdIsNoNumber", "GET", "/v1/jobs/seven", "", 400, "invalidArgument", "\"seven\""},
        Row{"JobIdIsNegative", "GET", "/v1/jobs/-1", "", 400, "invalidArgument", "\"-1\""},
        Row{"JobIdIsTooLarge", "GET", "/v1/jobs/99999999999999999999", "", 400, "invalidArgument",
            "whole number"},
        Row{"NoSuchJob", "GET", "/v1/jobs/77", "", 404, "notFound", "77"},
        Row{"NoSuchJobsItems", "GET", "/v1/jobs/77/items", "", 404, "notFound", "77"},
        Row{"NoSuchJobsPlan", "GET", "/v1/jobs/77/plan", "", 404, "notFound", "77"},
        Row{"NoSuchJobsReport", "GET", "/v1/jobs/77/report", "", 404, "notFound", "77"},
        Row{"NoSuchJobsEvents", "GET", "/v1/events?job=77", "", 404, "notFound", "77"},
        Row{"NoPlanYet", "GET", "/v1/jobs/1/plan", "", 412, "failedPrecondition", "no plan yet"},
        Row{"EndedWithoutPlan", "GET", "/v1/jobs/2/plan", "", 412, "failedPrecondition",
            "ended as succeeded"},
        Row{"BackupsHaveNoPlan", "GET", "/v1/jobs/3/plan", "", 412, "failedPrecondition",
            "is a backup"},
        Row{"NoSuchJobsChanges", "GET", "/v1/jobs/77/changes", "", 404, "notFound", "77"},
        Row{"BackupsHaveNoChanges", "GET", "/v1/jobs/3/changes", "", 412, "failedPrecondition",
            "3"},
        Row{"BackupsHaveNoReport", "GET", "/v1/jobs/3/report", "", 412, "failedPrecondition", "3"},
        Row{"BadlyEncodedPath", "GET", "/v1/jobs/%zz", "", 400, "invalidArgument", "%25"}),
    row_name);

INSTANTIATE_TEST_SUITE_P(
    Tenants, Refusal,
    testing::Values(
        Row{"SnapshotsOfNobody", "GET", "/v1/tenants/nobody/snapshots", "", 404, "notFound",
            "aurora"},
        Row{"SnapshotOfNobody", "GET", "/v1/tenants/nobody/snapshots/1", "", 404, "notFound",
            "nobody"},
        Row{"UsersOfNobody", "GET", "/v1/tenants/nobody/users", "", 404, "notFound", "nobody"},
        Row{"UserOfNobody", "GET", "/v1/tenants/nobody/users/x", "", 404, "notFound", "nobody"},
        Row{"VersionsOfNobody", "GET", "/v1/tenants/nobody/users/x/versions", "", 404, "notFound",
            "nobody"},
        Row{"CheckOfNobody", "POST", "/v1/tenants/nobody/check", "", 404, "notFound", "nobody"},
        Row{"JobsOfNobody", "GET", "/v1/jobs?tenant=nobody", "", 404, "notFound", "nobody"},
        Row{"NoSuchSnapshot", "GET", "/v1/tenants/aurora/snapshots/9", "", 404, "notFound", "9"},
        Row{"SnapshotIsNoNumber", "GET", "/v1/tenants/aurora/snapshots/x", "", 400,
            "invalidArgument", "whole number"},
        Row{"NoSuchUser", "GET", "/v1/tenants/aurora/users/bob", "", 404, "notFound", "bob"},
        Row{"NoSuchUsersVersions", "GET", "/v1/tenants/aurora/users/bob/versions", "", 404,
            "notFound", "bob"},
        Row{"AtIsNoTime", "GET", "/v1/tenants/aurora/users?at=someday", "", 400, "invalidArgument",
            "someday"},
        Row{"AtIsNoSnapshot", "GET", "/v1/tenants/aurora/users/bob?at=9", "", 404, "notFound", "9"},
        Row{"AtIsBeforeTheFirst", "GET", "/v1/tenants/aurora/users?at=2001-01-01", "", 404,
            "notFound", "2001"},
        Row{"CursorIsNotOurs", "GET", "/v1/tenants/aurora/users?cursor=zzz", "", 400,
            "invalidArgument", "cursor"}),
    row_name);

INSTANTIATE_TEST_SUITE_P(
    Parameters, Refusal,
    testing::Values(
        Row{"LimitIsZero", "GET", "/v1/jobs?limit=0", "", 400, "invalidArgument", "1 to 1000"},
        Row{"LimitIsTooLarge", "GET", "/v1/jobs?limit=1001", "", 400, "invalidArgument",
            "1 to 1000"},
        Row{"LimitIsNoNumber", "GET", "/v1/tenants/aurora/users?limit=ten", "", 400,
            "invalidArgument", "limit"},
        Row{"ItemsLimitIsTooLarge", "GET", "/v1/jobs/1/items?limit=1001", "", 400,
            "invalidArgument", "1 to 1000"},
        Row{"FromIsNoNumber", "GET", "/v1/jobs/1/items?from=a", "", 400, "invalidArgument", "from"},
        Row{"UnknownOutcome", "GET", "/v1/jobs/1/items?outcome=fine", "", 400, "invalidArgument",
            "alreadyRight"},
        Row{"UnknownKind", "GET", "/v1/jobs?kind=dance", "", 400, "invalidArgument", "verify"},
        Row{"SwitchIsNoSwitch", "GET", "/v1/jobs?open=yes", "", 400, "invalidArgument",
            "true, false"},
        Row{"DescIsNoSwitch", "GET", "/v1/tenants/aurora/users?desc=1", "", 400, "invalidArgument",
            "true, false"},
        Row{"DeletedIsNoSwitch", "GET", "/v1/tenants/aurora/users?deleted=1", "", 400,
            "invalidArgument", "true, false"},
        Row{"UnknownSort", "GET", "/v1/tenants/aurora/users?sort=age", "", 400, "invalidArgument",
            "name, id, modified"},
        Row{"AfterIsNoNumber", "GET", "/v1/events?after=x", "", 400, "invalidArgument", "after"},
        Row{"EventsOfNoNumber", "GET", "/v1/events?job=x", "", 400, "invalidArgument", "job"}),
    row_name);

INSTANTIATE_TEST_SUITE_P(
    Bodies, Refusal,
    testing::Values(
        Row{"NoBody", "POST", "/v1/jobs", "", 400, "invalidArgument", "JSON object"},
        Row{"NoJson", "POST", "/v1/jobs", "{\"kind\":", 400, "invalidArgument", "byte 9"},
        Row{"NoUtf8", "POST", "/v1/jobs", "{\"kind\":\"\xff\"}", 400, "invalidArgument", "UTF-8"},
        Row{"NoObject", "POST", "/v1/jobs", "[1]", 400, "invalidArgument", "JSON array"},
        Row{"NoKind", "POST", "/v1/jobs", "{}", 400, "invalidArgument", "\"backup\""},
        Row{"KindIsNull", "POST", "/v1/jobs", R"({"kind":null})", 400, "invalidArgument",
            "\"backup\""},
        Row{"KindIsNoText", "POST", "/v1/jobs", R"({"kind":7})", 400, "invalidArgument",
            "\"kind\" must be a text"},
        Row{"NoSuchKind", "POST", "/v1/jobs", R"({"kind":"dance"})", 400, "invalidArgument",
            "\"dance\""},
        Row{"KindOfTheDaemonsOwn", "POST", "/v1/jobs", R"({"kind":"undo"})", 400, "invalidArgument",
            "cannot be submitted"},
        Row{"NoTenant", "POST", "/v1/jobs", R"({"kind":"backup"})", 400, "invalidArgument",
            "one of: aurora"},
        Row{"TenantIsNoText", "POST", "/v1/jobs", R"({"kind":"backup","tenant":["aurora"]})", 400,
            "invalidArgument", "\"tenant\" must be a text, and is a JSON array"},
        Row{"NoSuchTenant", "POST", "/v1/jobs", R"({"kind":"backup","tenant":"nobody"})", 404,
            "notFound", "aurora"},
        Row{"UnknownField", "POST", "/v1/jobs",
            R"({"kind":"restore","tenant":"aurora","withRole":true})", 400, "invalidArgument",
            "\"withRole\""},
        Row{"UnknownFieldOfASelection", "POST", "/v1/jobs",
            R"({"kind":"restore","tenant":"aurora","selection":{"user":"x"}})", 400,
            "invalidArgument", "\"user\""},
        Row{"RestoreFieldInABackup", "POST", "/v1/jobs",
            R"({"kind":"backup","tenant":"aurora","withRoles":true})", 400, "invalidArgument",
            "\"withRoles\""},
        Row{"SwitchInABodyIsNoSwitch", "POST", "/v1/jobs",
            R"({"kind":"restore","tenant":"aurora","withRoles":"yes"})", 400, "invalidArgument",
            "\"withRoles\" must be true or false"},
        Row{"CounterpartsAreNoObjects", "POST", "/v1/jobs",
            R"({"kind":"restore","tenant":"aurora","counterparts":["x"]})", 400, "invalidArgument",
            "\"counterparts\" must be a list of objects"},
        Row{"NoSuchKindOfCounterpart", "POST", "/v1/jobs",
            R"({"kind":"restore","tenant":"aurora","counterparts":[{"kind":"team"}]})", 400,
            "invalidArgument", "administrativeUnit"},
        Row{"UserOptionsOfAWrongType", "POST", "/v1/jobs",
            R"({"kind":"restore","tenant":"aurora","userOptions":[{"user":"a","exact":"yes"}]})",
            400, "invalidArgument", "\"exact\" must be true or false"},
        Row{"NoSuchUserOption", "POST", "/v1/jobs",
            R"({"kind":"restore","tenant":"aurora","userOptions":[{"user":"a","exakt":true}]})",
            400, "invalidArgument", "exakt"},
        Row{"NoSuchOtherTenant", "POST", "/v1/jobs",
            R"({"kind":"restore","tenant":"aurora","toTenant":"nobody","selection":{"all":true}})",
            404, "notFound", "aurora"},
        Row{"UsersAreNoList", "POST", "/v1/jobs",
            R"({"kind":"restore","tenant":"aurora","selection":{"users":"x"}})", 400,
            "invalidArgument", "\"users\" must be a list of texts"},
        Row{"UsersAreNoTexts", "POST", "/v1/jobs",
            R"({"kind":"restore","tenant":"aurora","selection":{"users":[1]}})", 400,
            "invalidArgument", "\"users\" must be a list of texts"},
        Row{"SelectionIsNoObject", "POST", "/v1/jobs",
            R"({"kind":"restore","tenant":"aurora","selection":"all"})", 400, "invalidArgument",
            "\"selection\" must be an object"},
        Row{"NobodyIsSelected", "POST", "/v1/jobs",
            R"({"kind":"restore","tenant":"aurora","withObject":true})", 400, "invalidArgument",
            ""},
        Row{"ApproveKnowsItsFields", "POST", "/v1/jobs/1/approve", R"({"force":true})", 400,
            "invalidArgument", "it knows: removals"},
        Row{"UndoOfARunningJob", "POST", "/v1/jobs/1/undo", "", 412, "failedPrecondition",
            "still running"},
        Row{"UndoKnowsItsFields", "POST", "/v1/jobs/2/undo", R"({"job":"2"})", 400,
            "invalidArgument", "a job's number"},
        Row{"RetryOfNobody", "POST", "/v1/jobs/2/retry", "{}", 412, "failedPrecondition",
            "no user who could be tried again"},
        Row{"AWordThatIsNone", "POST", "/v1/jobs",
            R"({"kind":"restore","tenant":"aurora","attributeMode":"all"})", 400, "invalidArgument",
            "one of: overwrite, merge"},
        Row{"PauseOfAJobThatIsOver", "POST", "/v1/jobs/2/pause", "", 412, "failedPrecondition",
            "is over"},
        Row{"ResumeOfAJobThatIsNotPaused", "POST", "/v1/jobs/1/resume", "", 412,
            "failedPrecondition", "not paused"},
        Row{"CancelTakesNoBody", "POST", "/v1/jobs/1/cancel", "now", 400, "invalidArgument",
            "no body"},
        Row{"CheckTakesNoBody", "POST", "/v1/tenants/aurora/check", "[]", 400, "invalidArgument",
            "no body"}),
    row_name);

INSTANTIATE_TEST_SUITE_P(
    States, Refusal,
    testing::Values(Row{"ApproveWhatIsNotHeld", "POST", "/v1/jobs/1/approve", "", 412,
                        "failedPrecondition", "does not wait"},
                    Row{"ApproveNothing", "POST", "/v1/jobs/77/approve", "", 404, "notFound", "77"},
                    Row{"CancelWhatIsOver", "POST", "/v1/jobs/2/cancel", "", 412,
                        "failedPrecondition", "is over"},
                    Row{"CancelNothing", "POST", "/v1/jobs/77/cancel", "", 404, "notFound", "77"}),
    row_name);

std::string filled_in(const Route& route) {
  std::string out(route.pattern);
  const auto put = [&out](const std::string& name, const std::string& value) {
    if (const std::size_t at = out.find(name); at != std::string::npos)
      out.replace(at, name.size(), value);
  };
  put("{id}", "1");
  put("{tenant}", kTenant);
  put("{number}", "1");
  put("{user}", kUserId);
  put("{group}", kUserId);
  return out;
}

TEST(EveryRoute, RefusesAQueryParameterThatItDoesNotKnow) {
  const Rig rig;
  for (const Route& route : routes()) {
    const auto answer = rig.ask(std::string(route.method), filled_in(route) + "?colour=red");
    EXPECT_EQ(answer.status, 400) << route.pattern;
    EXPECT_EQ(answer.error_kind(), "invalidArgument");
    EXPECT_NE(answer.message().find("\"colour\""), std::string::npos) << answer.body;
  }
}

TEST(EveryRoute, NamesItsMethodsToAWrongOne) {
  const Rig rig;
  for (const Route& route : routes()) {
    const auto answer = rig.ask("PATCH", filled_in(route));
    EXPECT_EQ(answer.status, 405) << route.pattern;
    EXPECT_NE(answer.headers.at("allow").find(route.method), std::string::npos) << route.pattern;
  }
}

}  // namespace
}  // namespace entrad::control
