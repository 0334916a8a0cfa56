#include "control/routes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/text.h"

namespace entrad::control {
namespace {

using base::ErrorKind;

// The pattern with every name replaced: two routes of the same shape would hide each other.
std::string shape(const Route& route) {
  std::string out(route.method);
  for (const std::string& part : base::split(route.pattern, '/'))
    out += "/" + (part.starts_with('{') ? std::string("*") : part);
  return out;
}

TEST(Routes, AreSortedByPatternAndThenMethod) {
  const auto before = [](const Route& a, const Route& b) {
    return std::pair(a.pattern, a.method) < std::pair(b.pattern, b.method);
  };
  EXPECT_TRUE(std::is_sorted(routes().begin(), routes().end(), before));
}

TEST(Routes, DoNotHideEachOther) {
  std::set<std::string> shapes;
  for (const Route& route : routes())
    EXPECT_TRUE(shapes.insert(shape(route)).second) << shape(route);
}

TEST(Routes, AreCompleteRows) {
  for (const Route& route : routes()) {
    EXPECT_TRUE(route.method == "GET" || route.method == "POST" || route.method == "DELETE")
        << route.pattern;
    EXPECT_TRUE(route.pattern.starts_with("/v1/")) << route.pattern;
    EXPECT_NE(route.handler, nullptr) << route.pattern;
    EXPECT_FALSE(route.summary.empty()) << route.pattern;
    const auto names = base::split(route.parameters, ' ');
    EXPECT_TRUE(std::is_sorted(names.begin(), names.end())) << route.pattern;
  }
}

TEST(Routes, ThatChangeSomethingOrHandOutSecretsNeedAnOperator) {
  for (const Route& route : routes()) {
    const bool secrets = route.pattern.ends_with("/secrets");
    EXPECT_EQ(route.need == Need::operate, route.method != "GET" || secrets) << route.pattern;
  }
}

TEST(Match, DecodesThePartsOfAPath) {
  const auto found = match("GET", "/v1/tenants/aurora/users/adele%2Bv%40aurora.example%2Fx");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->route->pattern, "/v1/tenants/{tenant}/users/{user}");
  EXPECT_EQ(found->parts.at("user"), "adele+v@aurora.example/x");
}

TEST(Match, AnUnknownPathIsNotFoundWithAHint) {
  for (const char* path : {"/", "", "/v1", "/v2/status", "/v1/status/", "/v1//status", "/v1/jobs/",
                           "/v1/jobs/1/plan/more", "/v1/tenants//users"}) {
    const auto found = match("GET", path);
    ASSERT_FALSE(found) << path;
    EXPECT_EQ(found.error().kind, ErrorKind::not_found) << path;
    EXPECT_FALSE(found.error().hint.empty());
  }
}

TEST(Match, AWrongMethodNamesThoseThatArePossible) {
  const auto found = match("DELETE", "/v1/jobs");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().details.at("allow"), "GET, POST");
  EXPECT_EQ(match("POST", "/v1/jobs/7").error().details.at("allow"), "GET");
}

TEST(Match, ABadlyEncodedPartIsRefused) {
  for (const char* path : {"/v1/jobs/%", "/v1/jobs/%4", "/v1/jobs/%zz", "/v1/jobs/a%00b"})
    EXPECT_EQ(match("GET", path).error().kind, ErrorKind::invalid_argument) << path;
}

const Route& users_route() { return *match("GET", "/v1/tenants/a/users")->route; }

TEST(ReadQuery, DecodesValuesAndLeavesOutEmptyOnes) {
  const auto query = read_query("search=M%C3%BCller+%26&at=&desc=true&", users_route());
  ASSERT_TRUE(query);
  const std::map<std::string, std::string> expected{{"search", "Müller+&"}, {"desc", "true"}};
  EXPECT_EQ(*query, expected);
}

TEST(ReadQuery, NamesAParameterThatTheRouteDoesNotKnow) {
  const auto query = read_query("serach=x", users_route());
  ASSERT_FALSE(query);
  EXPECT_EQ(query.error().kind, ErrorKind::invalid_argument);
  EXPECT_NE(query.error().message.find("\"serach\""), std::string::npos);
  EXPECT_NE(query.error().hint.find("search"), std::string::npos);
  EXPECT_FALSE(read_query("=1", users_route()));
  EXPECT_FALSE(read_query("x", *match("GET", "/v1/status")->route));
}

TEST(ReadQuery, RefusesAParameterThatIsGivenTwice) {
  EXPECT_FALSE(read_query("at=1&at=2", users_route()));
  EXPECT_FALSE(read_query("at=&at=2", users_route()));
}

TEST(UrlDecode, TakesEveryEncodedByteBackButZero) {
  for (int byte = 1; byte < 256; ++byte) {
    const std::string text(1, static_cast<char>(byte));
    const auto plain = url_decode(base::url_encode(text));
    ASSERT_TRUE(plain) << byte;
    EXPECT_EQ(*plain, text) << byte;
  }
  EXPECT_FALSE(url_decode("%00"));
}

}  // namespace
}  // namespace entrad::control
