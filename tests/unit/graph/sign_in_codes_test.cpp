// Every code of the sign-in service: what a person reads, and whether it is asked again.
#include "graph/credentials/sign_in_codes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/json.h"
#include "base/text.h"
#include "base/time_text.h"
#include "fakes/loopback_server.h"
#include "fakes/temporary_directory.h"
#include "fakes/test_clock.h"
#include "graph/credentials/token.h"
#include "token_endpoint.h"

namespace entrad::graph {
namespace {

using base::ErrorKind;
using fakes::Answered;
using fakes::Asked;
using testing::HasSubstr;
using testing::Not;

struct Row {
  std::int64_t code;
  const char* says;
  const char* hint;
  ErrorKind kind;
  std::size_t requests;  // in all
};
void PrintTo(const Row& row, std::ostream* out) { *out << row.code; }

class SignInCodeRow : public test::TokenEndpoint, public testing::WithParamInterface<Row> {};

TEST_P(SignInCodeRow, IsSaidWithWhatToDo) {
  const Row& row = GetParam();
  always(test::entra_refusal(row.code));
  const auto token = get();
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().kind, row.kind);
  EXPECT_THAT(token.error().message, HasSubstr("tenant aurora: "));
  EXPECT_THAT(token.error().message, HasSubstr(row.says));
  EXPECT_THAT(token.error().hint, HasSubstr(row.hint));
  EXPECT_THAT(token.error().message + token.error().hint, Not(HasSubstr("Trace ID")));
  EXPECT_EQ(requests(), row.requests);
}

constexpr auto kRefused = ErrorKind::authentication_failed;

INSTANTIATE_TEST_SUITE_P(
    Codes, SignInCodeRow,
    testing::Values(
        Row{7000215, "the client secret is wrong", "not its id", kRefused, 1},
        Row{7000222, "secret has expired", "make a new secret", kRefused, 1},
        Row{700016, "not in this tenant", "consent", kRefused, 1},
        Row{700027, "certificate is not registered", "upload the certificate", kRefused, 3},
        Row{700021, "another app", "client_id", kRefused, 1},
        Row{700023, "another audience", "tenant_id", kRefused, 1},
        Row{700024, "not valid at this time", "timedatectl", kRefused, 2},
        Row{70011, "scope was refused", "Graph endpoint", kRefused, 1},
        Row{90002, "no such tenant", "cloud", kRefused, 1},
        Row{900023, "neither a GUID nor a domain", "tenant_id", kRefused, 1},
        Row{70021, "no federated credential", "issuer, subject and audience", kRefused, 3},
        Row{70025, "has no federated credential", "add one", kRefused, 3},
        Row{700211, "the token's issuer", "\"iss\"", kRefused, 3},
        Row{700212, "the token's audience", "api://AzureADTokenExchange", kRefused, 3},
        Row{700213, "the token's subject", "\"sub\"", kRefused, 3},
        Row{53003, "Conditional Access", "workload identities", kRefused, 1},
        Row{50196, "asked too often", "after a pause", ErrorKind::graph_unavailable, 6},
        Row{7000999, "AADSTS7000999: Entra's own words.", "error?code=7000999", kRefused, 1}),
    [](const auto& row) { return std::to_string(row.param.code); });

TEST(SignInCodes, AreEachInTheTableOnceAndInTheTestAbove) {
  const std::set<std::int64_t> tested{7000215, 7000222, 700016, 700027, 700021, 700023,
                                      700024,  70025,   70011,  90002,  900023, 70021,
                                      700211,  700212,  700213, 53003,  50196};
  std::set<std::int64_t> known;
  for (const SignInCode& row : sign_in_codes()) {
    EXPECT_TRUE(known.insert(row.code).second) << row.code;
    EXPECT_FALSE(row.hint.empty());
    EXPECT_FALSE(row.message.ends_with('.'));
  }
  EXPECT_EQ(known, tested);
}

class SignInAnswer : public test::TokenEndpoint {};

TEST_F(SignInAnswer, ACodeIsReadFromTheWordsWhereTheListIsMissing) {
  always({400, R"({"error":"invalid_client","error_description":"AADSTS7000222: expired."})"});
  EXPECT_THAT(get().error().message, HasSubstr("the client secret has expired"));
}

TEST_F(SignInAnswer, TroubleOfTheServiceIsAskedAgainAsLateAsItSays) {
  answers({{503, "busy", {{"Retry-After", "40"}}},
           {429, R"({"error":"x"})"},
           {200, "<html>a proxy's page</html>"},
           {400, R"({"error":"temporarily_unavailable","error_description":"later"})"},
           test::granted("good")});
  const auto began = clock_.steady();
  EXPECT_EQ(get().value(), "good");
  EXPECT_EQ(requests(), 5U);
  EXPECT_GE(clock_.steady() - began, std::chrono::seconds(40));
  EXPECT_LE(clock_.steady() - began, std::chrono::seconds(40 + 2 + 4 + 8 + 1));
}

TEST_F(SignInAnswer, TroubleThatStaysIsSaid) {
  always({503, "busy"});
  const auto token = get();
  EXPECT_EQ(token.error().kind, ErrorKind::graph_unavailable);
  EXPECT_THAT(token.error().message, HasSubstr("status 503"));
  EXPECT_EQ(requests(), 6U);
}

TEST_F(SignInAnswer, LifesThatMakeNoSenseDoNoHarm) {
  for (const char* life : {"-5", "9223372036854775807", "\"nonsense\"", "1e300", "null"}) {
    always({200, R"({"access_token":"t","expires_in":)" + std::string(life) + "}"});
    EXPECT_EQ(get().value(), "t") << life;
  }
}

// Our clock, the service's, what the service does, and what is said of it.
class SignInClock : public test::TokenEndpoint {
 protected:
  static constexpr const char* kTheirs = "Mon, 23 Nov 2026 18:00:00 GMT";
  SignInClock() { clock_.set_wall(base::parse_time("2026-11-23T18:00:00Z", {}).value()); }
  static Answered too_early(const char* date = kTheirs) {
    Answered answer = test::entra_refusal(700024);
    answer.headers["Date"] = date;
    return answer;
  }
};

TEST_F(SignInClock, ADifferenceIsSaidInWords) {
  always(too_early());
  clock_.set_wall(clock_.wall() - std::chrono::hours(3));
  auto token = get();
  EXPECT_THAT(token.error().message, HasSubstr("this machine's clock is 3 h"));
  EXPECT_THAT(token.error().message, HasSubstr("behind the sign-in service's"));
  EXPECT_THAT(token.error().hint, HasSubstr("timedatectl"));
  clock_.set_wall(clock_.wall() + std::chrono::hours(5));
  token = get();
  EXPECT_THAT(token.error().message, HasSubstr("2 h"));
  EXPECT_THAT(token.error().message, HasSubstr("ahead of the sign-in service's"));
}

TEST_F(SignInClock, ARightOneIsNotBlamed) {
  always(too_early());
  clock_.set_wall(clock_.wall() + std::chrono::seconds(2));
  const auto token = get();
  EXPECT_THAT(token.error().message, HasSubstr("this machine's clock is right"));
  EXPECT_THAT(token.error().hint, HasSubstr("federated token's file is renewed"));
}

TEST_F(SignInClock, WithoutADateNothingIsRepeated) {
  always(too_early("no date"));
  EXPECT_THAT(get().error().hint, HasSubstr("timedatectl"));
  EXPECT_EQ(requests(), 1U);
}

}  // namespace
}  // namespace entrad::graph
