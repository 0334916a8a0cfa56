// Rounds of a delta query against the simulator, with every odd answer that Graph is known for.
#include "graph/delta.h"

#include <gtest/gtest.h>

#include <set>

#include "base/json.h"
#include "graph/calls.h"
#include "graph/paging.h"
#include "mirror.h"

namespace entrad::graph {
namespace {

using base::ErrorKind;
using nlohmann::json;
using test::get;
using test::Rig;
using End = DeltaRound::End;

const Request kUsers = calls::users_delta("id,displayName");

// The ids that a reader has, as it would keep them.
struct Taken {
  std::set<std::string> ids;
  std::size_t pages = 0, objects = 0, discards = 0;

  DeltaReader reader() {
    return {[this](const DeltaPage& page) -> base::Result<void> {
              ++pages;
              objects += page.changes.size();
              for (const Change& change : page.changes) ids.insert(change.id.str());
              return {};
            },
            [this] {
              ++discards;
              ids.clear();
              objects = 0;
            }};
  }
};

// A tenant of 450 users, and rounds of its users.
class DeltaRounds : public testing::Test {
 protected:
  DeltaRounds() : rig(test::options("aurora:users=450,seed=7,groups=12,lag=0")) {}

  base::Result<DeltaRound> round(const DeltaCursor& since) {
    taken = {};
    return rig.session().delta(kUsers, since, taken.reader(), {});
  }
  DeltaCursor latest() { return rig.session().latest_delta(kUsers, {}).value(); }
  std::uint64_t requests() { return rig.sim.get("/_control/counters").at("requests"); }
  void rename(const std::string& user) {
    rig.sim.post("/_control/tenants/aurora/users/" + user + "/patch", {{"displayName", "New"}});
  }
  // `count` 0: always.
  void fault(const char* action, int count, const char* query = "", json more = json::object()) {
    json one{{"match", {{"path", "/users/delta"}, {"query", query}}}, {"action", action}};
    if (count > 0) one["match"]["count"] = count;
    one.update(more);
    rig.sim.fault(one);
  }
  void refuse(int status, const std::string& code, int count = 0, const char* query = "") {
    fault("status", count, query,
          {{"status", status}, {"body", {{"error", {{"code", code}, {"message", "x"}}}}}});
  }

  Rig rig;
  Taken taken;
};

TEST_F(DeltaRounds, TheFirstBringsEveryUserAndALink) {
  const auto first = round({});
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->end, End::closed);
  EXPECT_EQ(taken.ids.size(), 450U);
  EXPECT_GE(taken.pages, 3U);
  EXPECT_EQ(first->next.query, delta_query_hash(kUsers));
  const auto second = round(first->next);
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ(taken.objects, 0U);
  EXPECT_EQ(taken.pages, 1U);
  EXPECT_NE(second->next.link, first->next.link) << "always replaced";
}

TEST_F(DeltaRounds, TheLatestLinkCostsOneRequestAndBringsWhatComesAfterIt) {
  const auto users = rig.users(3);
  rename(users[0]);
  const auto before = requests();
  const DeltaCursor since = latest();
  EXPECT_EQ(requests() - before, 1U);
  rename(users[1]);
  ASSERT_TRUE(round(since));
  EXPECT_EQ(taken.ids, std::set<std::string>{users[1]});
}

TEST_F(DeltaRounds, APageGivesItsTextAndItsChangesInOneOrder) {
  const auto first = rig.session().delta(kUsers, {},
                                         {[](const DeltaPage& page) -> base::Result<void> {
                                            const json value = base::read_json(page.body)["value"];
                                            EXPECT_EQ(value.size(), page.changes.size());
                                            for (std::size_t i = 0; i < value.size(); ++i)
                                              EXPECT_EQ(value[i]["id"], page.changes[i].id.str());
                                            return {};
                                          },
                                          [] {}},
                                         {});
  ASSERT_TRUE(first);
}

struct DeadLink {
  const char* name;
  int status;
  const char* code;
};

class DeadLinks : public DeltaRounds, public testing::WithParamInterface<DeadLink> {};

TEST_P(DeadLinks, MakeItStartOver) {
  const DeltaCursor since = latest();
  refuse(GetParam().status, GetParam().code);
  const auto dead = round(since);
  ASSERT_TRUE(dead) << dead.error().message;
  EXPECT_EQ(dead->end, End::start_over);
  EXPECT_TRUE(dead->next.link.empty());
  EXPECT_NE(dead->reason.find(GetParam().code), std::string::npos) << dead->reason;
}

INSTANTIATE_TEST_SUITE_P(All, DeadLinks,
                         testing::Values(DeadLink{"gone", 410, "resyncRequired"},
                                         DeadLink{"gone_of_another_code", 410, "UnknownError"},
                                         DeadLink{"state_lost", 400, "syncStateNotFound"},
                                         DeadLink{"resync", 404, "resyncRequired"},
                                         DeadLink{"bad_token", 400, "BadRequest"},
                                         DeadLink{"expired", 400, "Directory_ExpiredPageToken"},
                                         DeadLink{"not_found", 404, "Request_ResourceNotFound"},
                                         DeadLink{"conflict", 409,
                                                  "Directory_ConcurrencyViolation"}),
                         [](const auto& row) { return std::string(row.param.name); });

class ForgottenLinks : public DeltaRounds, public testing::WithParamInterface<const char*> {};

TEST_P(ForgottenLinks, OfTheSimulatorMakeItStartOver) {
  const DeltaCursor since = latest();
  rig.sim.post("/_control/tenants/aurora/delta/forget", {{"answer", GetParam()}});
  const auto dead = round(since);
  ASSERT_TRUE(dead) << dead.error().message;
  EXPECT_EQ(dead->end, End::start_over);
  ASSERT_TRUE(round({}));
  EXPECT_EQ(taken.ids.size(), 450U);
}

INSTANTIATE_TEST_SUITE_P(All, ForgottenLinks,
                         testing::Values("gone", "goneWithoutLocation", "syncStateNotFound",
                                         "resyncRequired"));

TEST_F(DeltaRounds, ARefusalOfTheCallerIsNoDeadLink) {
  const DeltaCursor since = latest();
  refuse(403, "Authorization_RequestDenied");
  EXPECT_EQ(round(since).error().kind, ErrorKind::permission_denied);
  refuse(401, "InvalidAuthenticationToken", 1);  // one new token, one more try
  EXPECT_EQ(round(since)->end, End::closed);
  refuse(429, "TooManyRequests", 1);
  EXPECT_EQ(round(since)->end, End::closed);
  fault("status", 1, "", {{"status", 503}});
  EXPECT_EQ(round(since)->end, End::closed);
}

TEST_F(DeltaRounds, AFirstRoundThatIsRefusedIsAFailure) {
  refuse(400, "Request_BadRequest");
  EXPECT_EQ(round({}).error().kind, ErrorKind::graph_refused);
}

TEST_F(DeltaRounds, ALinkForAnotherSelectionIsNotUsed) {
  const DeltaCursor since = latest();
  const auto before = requests();
  const auto other = rig.session().delta(calls::users_delta("id,city"), since, taken.reader(), {});
  EXPECT_EQ(other->end, End::start_over);
  EXPECT_EQ(requests(), before) << "nothing was sent";
  DeltaCursor elsewhere = since;
  elsewhere.link = "http://127.0.0.1:9/v1.0/users/delta?$deltatoken=x";
  EXPECT_EQ(round(elsewhere)->end, End::start_over);
  EXPECT_EQ(requests(), before);
}

TEST_F(DeltaRounds, LinksToAnotherHostAreNotFollowedNorKept) {
  fault("foreignLink", 1);  // a nextLink
  const auto next = round({});
  ASSERT_FALSE(next);
  EXPECT_EQ(next.error().message, "Graph answered with a link to another host");
  EXPECT_EQ(taken.pages, 1U);
  const DeltaCursor since = latest();
  fault("foreignLink", 1);  // a deltaLink
  EXPECT_EQ(round(since).error().kind, ErrorKind::graph_refused);
}

TEST_F(DeltaRounds, EmptyPagesGoOn) {
  fault("emptyPage", 3);
  ASSERT_TRUE(round({}));
  EXPECT_EQ(taken.ids.size(), 450U);
  EXPECT_GE(taken.pages, 6U);
}

TEST_F(DeltaRounds, ReplaysChangeNothing) {
  fault("replay", 0);
  ASSERT_TRUE(round({}));
  EXPECT_EQ(taken.ids.size(), 450U);
  EXPECT_GT(taken.objects, 450U);
}

TEST_F(DeltaRounds, ALostPageTokenBeginsTheRoundAgain) {
  for (const char* action : {"expiredPage", "unknownPage"}) {
    fault(action, 1, "skiptoken");
    const auto first = round({});
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_EQ(taken.discards, 1U);
    EXPECT_EQ(taken.objects, 450U) << "what came before the restart was dropped";
  }
}

TEST_F(DeltaRounds, ALostPageTokenOfALaterRoundBeginsAtItsLink) {
  const DeltaCursor since = latest();
  for (const std::string& user : rig.users(130)) rename(user);
  fault("expiredPage", 1, "skiptoken");
  ASSERT_TRUE(round(since));
  EXPECT_EQ(taken.discards, 1U);
  EXPECT_EQ(taken.ids.size(), 130U);
}

TEST_F(DeltaRounds, ATokenThatIsAlwaysLostFailsAfterThreeRestarts) {
  fault("expiredPage", 0, "skiptoken");
  const auto first = round({});
  ASSERT_FALSE(first);
  EXPECT_TRUE(is_lost_page(first.error()));
  EXPECT_EQ(taken.discards, 3U);
  EXPECT_EQ(taken.pages, 4U);
}

TEST_F(DeltaRounds, AResetInMidRoundDropsWhatCame) {
  const DeltaCursor since = latest();
  for (const std::string& user : rig.users(130)) rename(user);
  refuse(410, "resyncRequired", 1, "skiptoken");
  const auto reset = round(since);
  ASSERT_TRUE(reset) << reset.error().message;
  EXPECT_EQ(reset->end, End::start_over);
  EXPECT_EQ(taken.discards, 1U);
  refuse(410, "resyncRequired", 1, "skiptoken");  // of a first round: nothing but to begin again
  const auto first = round({});
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->end, End::closed);
  EXPECT_EQ(taken.objects, 450U);
}

TEST_F(DeltaRounds, TheTokenOfARetriedPageIsNotUsed) {
  fault("status", 1, "", {{"spoilsRetry", true}});
  const auto first = round({});
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(taken.discards, 0U) << "the page was asked for again, and gave a token that is good";
  EXPECT_EQ(taken.objects, 450U) << "and was handed on once";
}

TEST_F(DeltaRounds, ARoundThatEndsWithoutALinkIsAFailure) {
  fault("status", 1, "", {{"status", 200}, {"body", {{"value", json::array()}}}});
  EXPECT_EQ(round({}).error().kind, ErrorKind::graph_refused);
}

TEST_F(DeltaRounds, WhatTheReaderRefusesEndsTheRound) {
  const DeltaReader full{[](const DeltaPage&) -> base::Result<void> {
                           return base::fail(ErrorKind::store_full, "no room");
                         },
                         [] { FAIL() << "nobody asked for that"; }};
  EXPECT_EQ(rig.session().delta(kUsers, {}, full, {}).error().kind, ErrorKind::store_full);
}

TEST_F(DeltaRounds, CanBeStopped) {
  std::stop_source source;
  const DeltaReader stops{[&](const DeltaPage&) -> base::Result<void> {
                            source.request_stop();
                            return {};
                          },
                          [] {}};
  const auto round = rig.session().delta(kUsers, {}, stops, {source.get_token(), {}});
  ASSERT_FALSE(round);
  EXPECT_EQ(round.error().kind, ErrorKind::cancelled);
}

TEST_F(DeltaRounds, ChangesBetweenPagesAreNotMissed) {
  test::Mirror mirror(rig);
  const auto users = rig.users(450);
  std::size_t next = 0;
  mirror.between_pages = [&] { rename(users[next++ * 37 % users.size()]); };
  mirror.update();
  mirror.between_pages = nullptr;
  mirror.update();
  EXPECT_GT(next, 3U);
  EXPECT_EQ(mirror.known(), mirror.real());
}

TEST(DeltaQueryHash, IsOfTheSelectionWhateverItsOrder) {
  const auto of = [](const char* path) { return delta_query_hash(get(path)); };
  const std::string hash = of("/users/delta?$select=id,displayName");
  EXPECT_EQ(hash, of("/users/delta?$select=DisplayName,id"));
  EXPECT_NE(hash, of("/users/delta?$select=id"));
  EXPECT_NE(hash, of("/groups/delta?$select=id,displayName"));
  EXPECT_NE(hash, of("/users/delta?$select=id,displayName&$filter=id%20eq%20'x'"));
}

// Plain collections, which have the same trouble with their tokens.
class Collections : public testing::Test {
 protected:
  base::Result<void> read() {
    ids.clear();
    discards = 0;
    return rig.session().collection(
        get("/users?$select=id&$top=25"),
        [&](std::string_view body) -> base::Result<void> {
          const json page = base::read_json(body);
          for (const json& row : page.at("value")) ids.push_back(row.at("id"));
          return {};
        },
        [&] {
          ++discards;
          ids.clear();
        },
        {});
  }
  void fault(const json& one) { rig.sim.fault(one); }

  Rig rig;
  std::vector<std::string> ids;
  int discards = 0;
};

TEST_F(Collections, AreReadAnewWhenAPageTokenIsLost) {
  for (const char* action : {"expiredPage", "unknownPage"}) {
    fault(
        {{"match", {{"path", "/users"}, {"query", "skiptoken"}, {"nth", 3}}}, {"action", action}});
    const auto done = read();
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(discards, 1);
    EXPECT_EQ(ids.size(), 120U) << "none twice";
  }
}

TEST_F(Collections, AreGivenUpAfterThreeRestarts) {
  fault({{"match", {{"path", "/users"}, {"query", "skiptoken"}}}, {"action", "expiredPage"}});
  const auto done = read();
  ASSERT_FALSE(done);
  EXPECT_TRUE(is_lost_page(done.error()));
  EXPECT_EQ(discards, 3);
}

TEST_F(Collections, DoNotGoOnFromTheTokenOfARetriedPage) {
  fault({{"match", {{"path", "/users"}, {"query", "skiptoken"}, {"count", 2}}},
         {"action", "drop"},
         {"spoilsRetry", true}});
  const auto done = read();
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(discards, 0);
  EXPECT_EQ(ids.size(), 120U);
}

}  // namespace
}  // namespace entrad::graph
