#include "graph/session.h"
#include "base/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <set>
#include <thread>

#include "graph/calls.h"
#include "graph/paging.h"
#include "rig.h"

namespace entrad::graph {
namespace {

using base::ErrorKind;
using nlohmann::json;
using test::get;
using test::Rig;

json counters(const Rig& rig) { return rig.sim.get("/_control/counters"); }

TEST(SessionTest, ReadsAUser) {
  Rig rig;
  const std::string id = rig.users(1).front();
  const auto reply = rig.session().send(get("/users/" + id + "?$select=id,displayName"), {});
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_TRUE(reply->done());
  EXPECT_EQ(reply->body.at("id"), id);
}

TEST(SessionTest, CountsUsersAsANumber) {
  Rig rig;
  const auto reply = rig.session().send(calls::count_users(), {});
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->body, 120);
}

TEST(SessionTest, AnAbsentUserIsAnAnswer) {
  Rig rig;
  const auto reply = rig.session().send(calls::get_user(base::Guid::random(), "id"), {});
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->verdict.cls, Class::absent);
  EXPECT_EQ(reply->status, 404);
}

TEST(SessionTest, FollowsEveryPage) {
  Rig rig;
  std::set<std::string> ids;
  int pages = 0;
  const auto take = [&](std::string_view body) -> base::Result<void> {
    ++pages;
    const json page = base::read_json(body);
    for (const json& row : page.at("value")) ids.insert(row.at("id").get<std::string>());
    return {};
  };
  const auto read = rig.session().pages(get("/users?$select=id&$top=25"), take, {});
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(ids.size(), 120U);
  EXPECT_GE(pages, 5);
}

TEST(SessionTest, GoesOnFromALinkThatABatchBroughtButNotToAnotherHost) {
  Rig rig;
  const auto first = rig.session().batch({get("/users?$select=id&$top=25")}, {});
  ASSERT_TRUE(first);
  std::size_t rest = 0;
  const auto count = [&](std::string_view body) -> base::Result<void> {
    rest += base::read_json(body).at("value").size();
    return {};
  };
  const std::string link = first->at(0).body.at("@odata.nextLink");
  ASSERT_TRUE(rig.session().pages_after(link, count, {}));
  EXPECT_EQ(rest, 95U);
  const auto away = rig.session().pages_after("http://127.0.0.1:9/v1.0/users", count, {});
  EXPECT_EQ(away.error().kind, ErrorKind::graph_refused);
}

TEST(SessionTest, WhatThePageReaderRefusesEndsThePages) {
  Rig rig;
  int pages = 0;
  const auto read = rig.session().pages(get("/users?$top=25"),
                                        [&](std::string_view) -> base::Result<void> {
                                          ++pages;
                                          return base::fail(ErrorKind::store_full, "no room");
                                        },
                                        {});
  EXPECT_EQ(read.error().kind, ErrorKind::store_full);
  EXPECT_EQ(pages, 1);
}

TEST(SessionTest, AnExpiredPageTokenIsNamed) {
  Rig rig;
  rig.sim.fault(
      {{"match", {{"method", "GET"}, {"path", "/users"}, {"count", 1}}},
       {"action", "status"},
       {"status", 400},
       {"body", {{"error", {{"code", "Directory_ExpiredPageToken"}, {"message", "x"}}}}}});
  const auto read =
      rig.session().pages(get("/users"), [](std::string_view) { return base::Result<void>(); }, {});
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::graph_refused);
  EXPECT_EQ(read.error().details.at("code"), "Directory_ExpiredPageToken");
}

TEST(SessionTest, ALinkToAnotherHostIsNotFollowed) {
  Rig rig;
  rig.sim.fault({{"match", {{"method", "GET"}, {"path", "/users"}, {"count", 1}}},
                 {"action", "status"},
                 {"status", 200},
                 {"body",
                  {{"value", json::array()},
                   {"@odata.nextLink", "http://127.0.0.1:9/v1.0/users?$skiptoken=x"}}}});
  const auto read =
      rig.session().pages(get("/users"), [](std::string_view) { return base::Result<void>(); }, {});
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::graph_refused);
  EXPECT_EQ(read.error().message, "Graph answered with a link to another host");
}

TEST(Paging, OnlyLinksToTheSameSchemeHostAndPortAreTaken) {
  const std::string graph = "https://graph.microsoft.com";
  const auto path = [&](const std::string& link) {
    return path_of_link(graph, link).value_or(std::string("refused"));
  };
  EXPECT_EQ(path("https://graph.microsoft.com/v1.0/users?$skiptoken=a%2Fb"),
            "/users?$skiptoken=a%2Fb");
  EXPECT_EQ(path("https://GRAPH.microsoft.com:443/v1.0/users"), "/users");
  for (const char* link :
       {"http://graph.microsoft.com/v1.0/users", "https://graph.microsoft.com:8443/v1.0/users",
        "https://graph.microsoft.com.evil.example/v1.0/users",
        "https://graph.microsoft.com@evil.example/v1.0/users",
        "https://evil.example/https://graph.microsoft.com/v1.0/users",
        "https://evil.example\\@graph.microsoft.com/v1.0/users", "/v1.0/users", "",
        "https://graph.microsoft.com/beta/users", "https://graph.microsoft.com"})
    EXPECT_EQ(path(link), "refused") << link;
}

TEST(SessionTest, AReadIsTriedAgainUntilItWorks) {
  Rig rig;
  rig.users(1);
  for (const char* action : {"drop", "html", "status"}) {
    rig.sim.fault({{"match", {{"method", "GET"}, {"path", "/users"}, {"count", 3}}},
                   {"action", action},
                   {"when", "after"}});
    const auto reply = rig.session().send(get("/users?$top=1"), {});
    ASSERT_TRUE(reply) << reply.error().message;
    EXPECT_TRUE(reply->done());
  }
}

TEST(SessionTest, AReadThatNeverWorksIsGivenUp) {
  Rig rig;
  rig.sim.fault(
      {{"match", {{"method", "GET"}, {"path", "/users"}}}, {"action", "status"}, {"status", 503}});
  const auto reply = rig.session().send(get("/users"), {});
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, ErrorKind::graph_unavailable);
}

TEST(SessionTest, AWriteWithoutAnAnswerIsNotRepeated) {
  Rig rig;
  const std::string id = rig.users(1).front();
  rig.sim.fault({{"match", {{"method", "PATCH"}, {"path", "/users/" + id}}},
                 {"action", "drop"},
                 {"when", "after"}});
  const auto before = counters(rig).at("writes").get<int>();
  Request patch{"PATCH", "/users/" + id, {{"city", "Oslo"}}, false};
  const auto reply = rig.session().send(patch, {});
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->verdict.cls, Class::ambiguous);
  EXPECT_EQ(counters(rig).at("writes").get<int>(), before + 1);
}

TEST(SessionTest, AThrottledWriteGoesAgainAfterExactlyRetryAfter) {
  Rig rig;
  const std::string id = rig.users(1).front();
  rig.sim.fault({{"match", {{"method", "PATCH"}, {"path", "/users/" + id}, {"count", 1}}},
                 {"action", "status"},
                 {"status", 429},
                 {"headers", {{"Retry-After", "20"}}}});
  const auto before = rig.clock.steady();
  std::vector<std::string> reasons;
  Call call;
  call.on_wait = [&](base::Duration, const std::string& reason) { reasons.push_back(reason); };
  Request patch{"PATCH", "/users/" + id, {{"city", "Oslo"}}, false};
  const auto reply = rig.session().send(patch, call);
  ASSERT_TRUE(reply);
  EXPECT_TRUE(reply->done());
  const auto took = rig.clock.steady() - before;
  EXPECT_GE(took, std::chrono::seconds(20));
  EXPECT_EQ(reasons, (std::vector<std::string>{"Microsoft Graph asked to wait", ""}));
  EXPECT_EQ(rig.session().counters().throttled, 1U);
}

TEST(SessionTest, A401IsMetWithANewTokenOnce) {
  Rig rig;
  rig.users(1);
  rig.sim.fault({{"match", {{"method", "GET"}, {"path", "/users"}, {"count", 1}}},
                 {"action", "status"},
                 {"status", 401}});
  EXPECT_TRUE(rig.session().send(get("/users?$top=1"), {}));
  rig.sim.fault(
      {{"match", {{"method", "GET"}, {"path", "/users"}}}, {"action", "status"}, {"status", 401}});
  const auto reply = rig.session().send(get("/users?$top=1"), {});
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, ErrorKind::authentication_failed);
}

// Two hours pass in two seconds.
TEST(SessionTest, AWaitForQuotaThatOutlivesTheTokenEndsWithAFreshOne) {
  auto options = test::options("aurora:users=60,seed=7,lag=0");
  options.time_scale = 3600;
  Rig rig(options);
  rig.users(1);
  rig.governor.throttled("aurora", rig.tenant.restore->client_id, {{"directory.read", 1}},
                         std::chrono::hours(2));
  ASSERT_TRUE(rig.session().send(get("/users?$top=1"), {}));
  EXPECT_FALSE(counters(rig).at("byStatus").contains("401"));
}

TEST(SessionTest, AStopEndsAWaitForQuota) {
  Rig rig;
  rig.governor.throttled("aurora", rig.tenant.restore->client_id, {{"directory.read", 1}},
                         std::chrono::hours(5));
  std::stop_source stop;
  Call call{stop.get_token(), [&](base::Duration, const std::string&) { stop.request_stop(); }};
  const auto reply = rig.session().send(get("/users"), call);
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, ErrorKind::cancelled);
}

TEST(SessionTest, WithoutACredentialOfItsOwnARestoreUsesTheBackupsSession) {
  Rig rig;
  EXPECT_NE(&rig.session(Purpose::backup), &rig.session(Purpose::restore));
  rig.tenant.restore.reset();
  rig.renew_sessions();
  EXPECT_EQ(&rig.session(Purpose::backup), &rig.session(Purpose::restore));
}

TEST(SessionTest, AnUnknownTenantIsRefusedWithTheKnownOnes) {
  Rig rig;
  const auto session = rig.sessions->session("borealis", Purpose::backup);
  EXPECT_EQ(session.error().kind, ErrorKind::not_found);
  EXPECT_THAT(session.error().hint, testing::HasSubstr("aurora"));
}

TEST(SessionTest, GrantedRolesAreThoseOfTheToken) {
  Rig rig;
  const auto roles = rig.session(Purpose::backup).granted_roles({});
  ASSERT_TRUE(roles);
  EXPECT_THAT(*roles, testing::Contains("User.Read.All"));
  EXPECT_THAT(*roles, testing::Not(testing::Contains("User.ReadWrite.All")));
}

}  // namespace
}  // namespace entrad::graph
