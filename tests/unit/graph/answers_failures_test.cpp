// What it means when Graph, or what lies between, fails; and requests that Graph does not take.
#include "answer_case.h"

namespace entrad::graph {
namespace {

using test::AnswerCase;
using test::kBad;
using test::kReport;

class FailureAnswers : public testing::TestWithParam<AnswerCase> {};
TEST_P(FailureAnswers, MeanWhatTheTableSays) { test::expect_meaning(GetParam()); }

constexpr const char* kToken = "Microsoft Graph did not accept the access token";
constexpr const char* kCheck = "run \"entractl tenants check\"";
constexpr const char* kWait = "Microsoft Graph asked to wait";
constexpr const char* kGoesOn = "it goes on by itself";
constexpr const char* kHealth =
    "it is tried again by itself; if it stays, look at Microsoft's service health";
constexpr const char* kLookedUp = "it is looked up before anything is written again";
constexpr const char* kForgotList = "Graph forgot the list while it was being read";
constexpr const char* kAgain =
    "start the backup again, and see that nothing else keeps this tenant's quota busy meanwhile";
constexpr const char* kForgotPoint =
    "Graph does not remember the point since which changes were asked for";
constexpr const char* kFull =
    "nothing is lost: a backup that reads everything starts from a new point";

INSTANTIATE_TEST_SUITE_P(
    Service, FailureAnswers,
    testing::Values(
        AnswerCase{"an_expired_token", "GET", "/users", 401, "InvalidAuthenticationToken",
                   "Lifetime validation failed, the token is expired.", Class::unauthorized, kToken,
                   kCheck},
        AnswerCase{"a_token_refused_by_number", "POST", "/users", 401, "80049228", "",
                   Class::unauthorized, kToken, kCheck},
        AnswerCase{"throttled", "POST", "/users", 429, "TooManyRequests",
                   "Please retry again later.", Class::throttled, kWait, kGoesOn},
        AnswerCase{"throttled_by_the_legacy_back_end", "GET", "/users", 429, "TooManyRequests",
                   "Too many requests from Identifier:x under category:aadgraph.app.tenant_large.",
                   Class::throttled, kWait, kGoesOn},
        AnswerCase{"out_of_bandwidth", "GET", "/users", 509, "BandwidthLimitExceeded", "",
                   Class::transient, "the app registration's bandwidth is used up (status 509)",
                   "it is tried again by itself; if it stays, run fewer jobs at once"},
        AnswerCase{"a_write_out_of_bandwidth", "PATCH", "/users/u", 509, "BandwidthLimitExceeded",
                   "", Class::ambiguous,
                   "a write was not answered: whether it happened is not known (status 509)",
                   kLookedUp},
        AnswerCase{"a_read_that_failed_inside", "GET", "/users", 500, "Service_InternalServerError",
                   "", Class::transient, "Microsoft Graph could not answer (status 500)", kHealth},
        AnswerCase{"a_write_that_failed_inside", "POST", "/users", 500, "UnknownError", "",
                   Class::ambiguous,
                   "a write was not answered: whether it happened is not known (status 500)",
                   kLookedUp},
        AnswerCase{"a_read_from_a_busy_service", "GET", "/users", 503, "ServiceUnavailable", "",
                   Class::transient, "Microsoft Graph could not answer (status 503)", kHealth},
        AnswerCase{"a_write_to_a_busy_service", "PATCH", "/users/u", 503, "ServiceUnavailable", "",
                   Class::ambiguous,
                   "a write was not answered: whether it happened is not known (status 503)",
                   kLookedUp},
        AnswerCase{"a_read_lost_behind_a_gateway", "GET", "/users", 504, "UnknownError", "",
                   Class::transient, "Microsoft Graph could not answer (status 504)", kHealth},
        AnswerCase{"a_write_lost_behind_a_gateway", "DELETE", "/users/u/manager/$ref", 504,
                   "UnknownError", "", Class::ambiguous,
                   "a write was not answered: whether it happened is not known (status 504)",
                   kLookedUp},
        AnswerCase{"never_run_in_a_batch", "PATCH", "/users/u", 424, "FailedDependency", "",
                   Class::transient,
                   "the request was not run, because one before it in the same batch failed",
                   "it is sent again by itself"}),
    test::case_name);

INSTANTIATE_TEST_SUITE_P(
    Lists, FailureAnswers,
    testing::Values(
        AnswerCase{"a_dead_page_token", "GET", "/users", 400, "Directory_ExpiredPageToken",
                   "The specified page token value has expired.", Class::refused, kForgotList,
                   kAgain},
        AnswerCase{"a_page_token_of_a_retried_answer", "GET", "/users", 400, kBad,
                   "DirectoryPageTokenNotFoundException", Class::refused, kForgotList, kAgain},
        AnswerCase{"a_page_token_of_a_retried_answer_by_code", "GET", "/users", 400,
                   "DirectoryPageTokenNotFoundException", "", Class::refused, kForgotList, kAgain},
        AnswerCase{"a_forgotten_state", "GET", "/users/delta", 410, "syncStateNotFound", "",
                   Class::refused, kForgotPoint, kFull},
        AnswerCase{"a_forgotten_state_as_400", "GET", "/users/delta", 400, "syncStateNotFound", "",
                   Class::refused, kForgotPoint, kFull},
        AnswerCase{"a_state_to_be_read_anew", "GET", "/groups/delta", 404, "resyncRequired", "",
                   Class::refused, kForgotPoint, kFull},
        AnswerCase{"a_state_that_is_gone", "GET", "/groups/delta", 410, "Gone", "", Class::refused,
                   kForgotPoint, kFull},
        AnswerCase{"something_else_that_is_gone", "GET", "/users", 410, "Gone", "", Class::refused,
                   "what was asked for is gone for good", "start the backup again"}),
    test::case_name);

INSTANTIATE_TEST_SUITE_P(
    OurMistakes, FailureAnswers,
    testing::Values(
        AnswerCase{"a_query_without_consistency", "GET", "/users", 400, "Request_UnsupportedQuery",
                   "Unsupported Query.", Class::refused,
                   "Graph does not take this query without ConsistencyLevel", kReport},
        AnswerCase{"a_property_that_a_cloud_lacks", "GET", "/users", 400, "BadRequest",
                   "Could not find a property named 'employeeType' on type "
                   "'microsoft.graph.user'.",
                   Class::refused, "this cloud does not know a property that was asked for",
                   "it is left out by itself and remembered; if this stays, please report it with "
                   "the details"},
        AnswerCase{"a_property_of_sharepoint", "GET", "/users", 501, "NotImplemented", "",
                   Class::refused, "a property was asked for that Graph cannot give in a list",
                   "such properties live in SharePoint and are in no backup; please report it with "
                   "the details"},
        AnswerCase{"a_lost_content_type", "POST", "/users", 415, "UnsupportedMediaType", "",
                   Class::refused, "Graph did not recognise the request's body as JSON", kReport},
        AnswerCase{"an_unknown_call", "DELETE", "/organization", 405, kBad, "", Class::refused,
                   "Graph does not know this call", kReport}),
    test::case_name);

// Bodies that are none of Graph's.
Response plain(int status, const std::string& body, const std::string& type = "") {
  Response response;
  response.status = status;
  response.body = body;
  if (!type.empty()) response.headers["content-type"] = type;
  return response;
}

TEST(Foreign, AGatewaysPageIsNoAnswerWhateverItsStatus) {
  for (const int status : {200, 302, 400, 403, 404, 502}) {
    const Response page = plain(status, "<html>", "text/html; charset=utf-8");
    EXPECT_EQ(classify("GET", "/users/u", page).cls, Class::transient) << status;
    EXPECT_EQ(classify("POST", "/users", page).cls, Class::ambiguous) << status;
  }
}

TEST(Foreign, ARefusalWithoutGraphsWordsIsNone) {
  for (const int status : {400, 403, 404, 410})
    for (const char* body : {"", "not found", "{\"message\":\"no\"}", "{\"error\":7}"}) {
      EXPECT_EQ(classify("GET", "/users/u", plain(status, body)).cls, Class::transient) << body;
      EXPECT_EQ(classify("DELETE", "/groups/g/members/u/$ref", plain(status, body)).cls,
                Class::ambiguous)
          << body;
    }
}

TEST(Foreign, ARedirectIsNone) {
  EXPECT_EQ(classify("GET", "/users", plain(307, "")).cls, Class::transient);
}

TEST(Foreign, SaysWhoMayHaveAnswered) {
  const auto verdict = classify("GET", "/users", plain(403, "blocked"));
  EXPECT_EQ(verdict.error.message,
            "Microsoft Graph could not answer (something in between answered with status 403)");
  EXPECT_EQ(verdict.error.hint,
            "it is tried again by itself; if it stays, ask who runs the proxy or firewall between "
            "this machine and Microsoft Graph");
}

TEST(Foreign, SomeStatusesNeedNoWords) {
  const auto meaning = [](int status, const char* method) {
    return name(classify(method, "/users/u", plain(status, "")).cls);
  };
  EXPECT_EQ(meaning(401, "GET"), "unauthorized");
  EXPECT_EQ(meaning(408, "PATCH"), "ambiguous");
  EXPECT_EQ(meaning(409, "PATCH"), "concurrency");
  EXPECT_EQ(meaning(423, "PATCH"), "concurrency");
  EXPECT_EQ(meaning(424, "PATCH"), "transient");
  EXPECT_EQ(meaning(429, "PATCH"), "throttled");
  EXPECT_EQ(meaning(502, "GET"), "transient");
  EXPECT_EQ(meaning(502, "PATCH"), "ambiguous");
}

TEST(Foreign, ABareNumberIsARefusedToken) {
  EXPECT_EQ(classify("GET", "/users", plain(401, "80049228")).cls, Class::unauthorized);
}

TEST(Shape, InnerErrorsAreReadUnderEitherNameAndNested) {
  const auto meaning = [](const std::string& body) {
    return name(classify("PATCH", "/users/u", plain(400, body)).cls);
  };
  const std::string deep = R"({"code":"x","innererror":{"code":"Directory_ConcurrencyViolation"}})";
  EXPECT_EQ(meaning(R"({"error":{"code":"BadRequest","innerError":)" + deep + "}}"), "concurrency");
  EXPECT_EQ(meaning(R"({"error":{"code":"BadRequest","innererror":)" + deep + "}}"), "concurrency");
  EXPECT_EQ(meaning(R"({"error":{"code":"BadRequest"}})"), "refused");
}

TEST(Shape, UnknownAndMalformedMembersAreHarmless) {
  for (const char* body :
       {R"({"error":{}})", R"({"error":{"code":7,"message":[],"details":{},"innerError":3}})",
        R"({"error":{"code":"x","details":[1,null,"a",{}],"new":{"a":[]}},"also":1})"})
    EXPECT_EQ(classify("PATCH", "/users/u", plain(400, body)).cls, Class::refused) << body;
}

TEST(Shape, InnerErrorsWithoutEndAreReadToADepth) {
  std::string body = R"({"error":{"code":"x")";
  for (int i = 0; i < 1000; ++i) body += R"(,"innerError":{"code":"y")";
  body += std::string(1002, '}');
  EXPECT_EQ(classify("PATCH", "/users/u", plain(400, body)).cls, Class::refused);
}

}  // namespace
}  // namespace entrad::graph
