// What bulk tools met in the field, shown against the simulator: see PITFALLS.md in this folder.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <stdexcept>

#include "base/json.h"
#include "graph/calls.h"
#include "rig.h"

namespace entrad::graph {
namespace {

using nlohmann::json;
using test::get;
using test::Rig;

void set_faults(const Rig& rig, json faults) {
  rig.sim.post("/_control/faults", {{"faults", std::move(faults)}, {"seed", 1}});
}

json once(const std::string& name) { return {{"name", name}, {"match", {{"count", 1}}}}; }

Request patch(const std::string& id) {
  return {"PATCH", "/users/" + id, {{"city", "Oslo"}}, false};
}

std::string city(Rig& rig, const std::string& id) {
  return rig.session().send(get("/users/" + id + "?$select=city"), {})->body.at("city");
}

TEST(Field, EveryPageOfAnAdvancedQueryAsksForConsistency) {
  Rig rig;
  Request query = get("/users?$filter=userType%20ne%20'Guest'&$count=true&$select=id&$top=20");
  query.eventual = true;
  std::size_t users = 0;
  int pages = 0;
  const auto read = rig.session().pages(query,
                                        [&](std::string_view page) -> base::Result<void> {
                                          ++pages;
                                          users += base::read_json(page).at("value").size();
                                          return {};
                                        },
                                        {});
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_GT(pages, 3);
  EXPECT_GT(users, 60U);
}

// The simulator takes a body only as JSON, and answers 415 without its Content-Type.
TEST(Field, AThrottledWriteGoesAgainWithItsWholeBody) {
  Rig rig;
  const std::string id = rig.users(1).front();
  for (const char* name : {"throttled", "throttledFraction", "throttledWithoutRetryAfter",
                           "throttledLegacy", "unauthorized", "unauthorizedBare"}) {
    Request write = patch(id);
    write.body["city"] = name;
    set_faults(rig, {once(name)});
    const auto reply = rig.session().send(write, {});
    ASSERT_TRUE(reply) << name << ": " << reply.error().message;
    EXPECT_TRUE(reply->done()) << name << ": " << reply->verdict.error.message;
    EXPECT_EQ(city(rig, id), name);
  }
}

TEST(Field, AReadGetsOverWhateverComesInItsWay) {
  Rig rig;
  const std::string id = rig.users(1).front();
  for (const char* name : {"serviceUnavailable", "gatewayTimeout", "internalError", "bandwidth",
                           "html", "htmlAccepted", "emptyBadGateway", "emptyNotFound",
                           "emptyAccepted", "dropped", "reset", "cutOff", "garbled", "slow"}) {
    set_faults(rig, {once(name)});
    const auto reply = rig.session().send(get("/users/" + id + "?$select=id"), {});
    ASSERT_TRUE(reply) << name << ": " << reply.error().message;
    EXPECT_TRUE(reply->done()) << name << ": " << reply->verdict.error.message;
    EXPECT_EQ(reply->body.value("id", ""), id) << name;
    EXPECT_EQ(rig.sim.get("/_control/faults").at("fired").at(name), 1);
  }
}

TEST(Field, AWriteIsNeverRepeatedWhenItMayHaveHappened) {
  Rig rig;
  const std::string id = rig.users(1).front();
  for (const char* name : {"serviceUnavailableAfter", "gatewayTimeoutAfter", "internalErrorAfter",
                           "htmlAfter", "droppedAfter", "resetAfter"}) {
    Request write = patch(id);
    write.body["city"] = name;
    set_faults(rig, {once(name)});
    rig.sim.post("/_control/counters/reset", json::object());
    const auto reply = rig.session().send(write, {});
    ASSERT_TRUE(reply) << name << ": " << reply.error().message;
    EXPECT_EQ(graph::name(reply->verdict.cls), "ambiguous") << name;
    EXPECT_EQ(rig.sim.get("/_control/counters").at("writes"), 1) << name;
    EXPECT_EQ(city(rig, id), name);
  }
}

TEST(Field, ABatchWhoseAnswerIsSpoiledLeavesEveryWriteOpenAndReadsTheRestAgain) {
  Rig rig;
  const auto ids = rig.users(4);
  const auto meanings = [&](const std::vector<Request>& requests) {
    const auto replies = rig.session().batch(requests, {});
    std::set<std::string> found;
    if (!replies) return std::set{replies.error().message};
    for (const Reply& reply : *replies) found.emplace(graph::name(reply.verdict.cls));
    return found;
  };
  for (const char* name : {"html", "emptyBadGateway", "cutOff", "garbled", "reset", "dropped"}) {
    json fault = once(name);
    fault["match"]["path"] = "/$batch";
    set_faults(rig, {fault});
    EXPECT_EQ(meanings({patch(ids[0]), patch(ids[1])}), std::set<std::string>{"ambiguous"}) << name;
    set_faults(rig, {fault});
    EXPECT_EQ(meanings({get("/users/" + ids[2]), get("/users/" + ids[3])}),
              std::set<std::string>{"done"})
        << name;
    EXPECT_EQ(rig.sim.get("/_control/faults").at("fired").at(name), 1);
  }
}

// A 429 or a 5xx of an item once made a tool take users for deleted.
TEST(Field, OnlyAnItemThatIsReallyNotThereIsAbsent) {
  Rig rig;
  const auto ids = rig.users(6);
  json faults = json::array();
  for (const char* name : {"throttled", "serviceUnavailable", "failedDependency"}) {
    json fault = once(name);
    fault["match"]["path"] = "/users/" + ids[faults.size()];
    faults.push_back(fault);
  }
  set_faults(rig, faults);
  std::vector<Request> requests;
  for (const auto& id : ids) requests.push_back(get("/users/" + id + "?$select=id"));
  requests.push_back(calls::get_user(base::Guid::random(), "id"));
  const auto replies = rig.session().batch(requests, {});
  ASSERT_TRUE(replies) << replies.error().message;
  for (std::size_t i = 0; i < ids.size(); ++i)
    EXPECT_EQ(graph::name(replies->at(i).verdict.cls), "done") << i;
  EXPECT_EQ(graph::name(replies->back().verdict.cls), "absent");
  const json fired = rig.sim.get("/_control/faults").at("fired");
  for (const auto& [name, times] : fired.items()) EXPECT_EQ(times, 1) << name;
}

TEST(Field, AnItemThatWasNeverRunIsSentAgain) {
  Rig rig;
  const auto ids = rig.users(2);
  set_faults(rig, {once("failedDependency")});
  const auto replies = rig.session().batch({patch(ids[0]), patch(ids[1])}, {});
  ASSERT_TRUE(replies) << replies.error().message;
  for (const Reply& reply : *replies) EXPECT_TRUE(reply.done());
  EXPECT_EQ(city(rig, ids[0]), "Oslo");
  EXPECT_EQ(city(rig, ids[1]), "Oslo");
}

TEST(Field, ALicensedTenantThatIsRefusedForAMomentIsAskedAgain) {
  Rig rig;
  set_faults(rig, {once("premiumDoubt")});
  const auto reply =
      rig.session(Purpose::backup).send(get("/auditLogs/directoryAudits?$top=1"), {});
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_TRUE(reply->done()) << reply->verdict.error.message;
}

TEST(Field, ATenantThatIsReallyNotLicensedIsBelievedAfterThreeRefusals) {
  Rig rig;
  set_faults(rig, {{{"name", "premiumDoubt"}}});
  const auto reply =
      rig.session(Purpose::backup).send(get("/auditLogs/directoryAudits?$top=1"), {});
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(graph::name(reply->verdict.cls), "permission");
  EXPECT_EQ(rig.sim.get("/_control/faults").at("fired").at("premiumDoubt"), 3);
}

// A batch asks for many users: each once more would be many, and a batch of one is no exception.
TEST(Field, ATenantThatIsNotLicensedIsBelievedAtOnceInABatch) {
  Rig rig;
  set_faults(rig, {{{"name", "premiumDoubt"}}});
  const Request audit = get("/auditLogs/directoryAudits?$top=1");
  Session& session = rig.session(Purpose::backup);
  for (const auto& requests : {std::vector{audit, audit}, std::vector{audit}}) {
    const auto replies = session.batch(requests, {});
    ASSERT_TRUE(replies) << replies.error().message;
    for (const Reply& reply : *replies) EXPECT_EQ(graph::name(reply.verdict.cls), "permission");
  }
  EXPECT_EQ(rig.sim.get("/_control/faults").at("fired").at("premiumDoubt"), 3);
  EXPECT_EQ(session.counters().requests, 3U);
}

// One that takes members from us.
base::Guid plain_group(Session& session) {
  const auto list = session.send(calls::list_groups("id,securityEnabled,mailEnabled,groupTypes,"
                                                    "isAssignableToRole,onPremisesSyncEnabled"),
                                 {});
  for (const json& group : list->body.at("value"))
    if (group.at("securityEnabled") == true && group.at("mailEnabled") == false &&
        group.at("groupTypes").empty() && group.at("isAssignableToRole") != true &&
        group.at("onPremisesSyncEnabled") != true)
      return base::Guid::parse(group.at("id").get<std::string>()).value();
  throw std::logic_error("the simulator has no plain group");
}

// Lag: 30 s at most, in simulated time.
TEST(Field, AFreshUserIsUsedByTheIdOfItsCreationAndBecomesAMemberInTheEnd) {
  Rig rig(test::options("aurora:users=60,seed=7,lag=30"));
  Session& session = rig.session();
  const auto domain = rig.sim.described("aurora").at("customDomain").get<std::string>();
  const auto created = session.send(
      calls::create_user({{"accountEnabled", true},
                          {"displayName", "Fresh"},
                          {"mailNickname", "fresh"},
                          {"userPrincipalName", "fresh@" + domain},
                          {"passwordProfile", {{"password", "aA1!unlikely-to-be-guessed"}}}}),
      {});
  ASSERT_TRUE(created && created->done()) << created->verdict.error.message;
  const auto id = base::Guid::parse(created->body.at("id").get<std::string>());
  ASSERT_TRUE(id);
  const auto group = plain_group(session);
  std::set<std::string> met;
  for (int tries = 0; tries < 60 && !met.contains("done"); ++tries) {
    const auto reply = session.send(calls::add_member(session, group, *id), {});
    ASSERT_TRUE(reply) << reply.error().message;
    met.insert(std::string(graph::name(reply->verdict.cls)));
    rig.clock.wait_for(std::chrono::seconds(2), {});
  }
  EXPECT_THAT(met, testing::Contains("done"));
  met.erase("done");
  EXPECT_THAT(met, testing::Each(testing::AnyOf("replication", "absent")));
}

}  // namespace
}  // namespace entrad::graph
