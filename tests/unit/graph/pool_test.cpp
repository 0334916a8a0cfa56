// A pool of app registrations, against the simulator.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph/calls.h"
#include "graph/check/check.h"
#include "graph/lines.h"
#include "rig.h"

namespace entrad::graph {
namespace {

using nlohmann::json;
using test::get;
using test::Rig;
using testing::HasSubstr;

void make_pools(Rig& rig) {
  for (const char* app : {"backup", "restore"})
    rig.sim.add_app("aurora", std::string(app) + "-2", app);
  rig.tenant = rig.sim.tenant("aurora");
  rig.renew_sessions();
}

class PoolOfApps : public testing::Test {
 protected:
  std::uint64_t used(const std::string& app, const std::string& bucket = "directory.read") const {
    for (const auto& row : rig_.governor.status())
      if (row.bucket == bucket && row.app == app) return row.used;
    return 0;
  }
  bool was_closed(const std::string& app, const std::string& bucket) const {
    for (const auto& row : rig_.governor.status())
      if (row.bucket == bucket && row.app == app) return row.throttled > 0;
    return false;
  }
  json tokens() const { return rig_.sim.get("/_control/counters").at("tokensByStatus"); }
  void refuse(const std::string& app, const json& change) {
    rig_.sim.put("/_control/tenants/aurora/apps/" + app, change);
  }
  std::vector<Request> reads(std::size_t count) const {
    return std::vector<Request>(count, get("/users?$select=id&$top=1"));
  }
  void expect_all_done(const base::Result<std::vector<Reply>>& replies) {
    ASSERT_TRUE(replies) << replies.error().message;
    for (const Reply& reply : *replies) EXPECT_TRUE(reply.done()) << reply.verdict.message;
  }

  // A slow clock, so that a window is still as it was when a test looks at it.
  static fakes::GraphsimOptions slow() {
    auto options = test::options("aurora:users=120,seed=7,lag=0");
    options.time_scale = 4;
    return options;
  }

  // Made before the ids are asked for.
  struct PooledRig : Rig {
    PooledRig() : Rig(slow()) { make_pools(*this); }
  };
  std::string client_id(const std::string& app) const {
    return rig_.sim.app("aurora", app).at("clientId");
  }

  PooledRig rig_;
  const std::string first_ = client_id("restore");
  const std::string second_ = client_id("restore-2");
};

TEST_F(PoolOfApps, SharesTheRequestsEvenly) {
  EXPECT_EQ(rig_.session().apps(), (std::vector{first_, second_}));
  expect_all_done(rig_.session().batch(reads(400), {}));
  EXPECT_EQ(used(first_) + used(second_), 400U);
  EXPECT_GE(used(first_), 120U);
  EXPECT_GE(used(second_), 120U);
  EXPECT_EQ(rig_.session().counters().requests, 400U);
}

TEST_F(PoolOfApps, LetsTheOthersWorkWhileOneRests) {
  rig_.governor.throttled("aurora", first_, {{"directory.read", 1}}, std::chrono::hours(5));
  ASSERT_TRUE(rig_.session().send(get("/users?$top=1"), {}));
  expect_all_done(rig_.session().batch(reads(45), {}));
  EXPECT_EQ(used(first_), 0U);
}

TEST_F(PoolOfApps, SendsAThrottledRequestAgainWithAnother) {
  rig_.sim.fault({{"match", {{"method", "GET"}, {"path", "/organization"}, {"count", 1}}},
                  {"action", "status"},
                  {"status", 429},
                  {"headers", {{"Retry-After", "36000"}}}});
  const auto reply = rig_.session().send(calls::organization(), {});
  ASSERT_TRUE(reply);
  EXPECT_TRUE(reply->done());
  EXPECT_NE(was_closed(first_, "directory.read"), was_closed(second_, "directory.read"));
}

json refused_write(const std::string& scope) {
  return {{"match", {{"method", "PATCH"}, {"count", 1}}},
          {"action", "status"},
          {"status", 429},
          {"headers",
           {{"Retry-After", "4"},
            {"x-ms-throttle-information", "WriteLimitExceeded"},
            {"x-ms-throttle-scope", scope}}}};
}

TEST_F(PoolOfApps, ALimitOfTheTenantStopsAllOfThem) {
  rig_.sim.fault(refused_write("Tenant/Write//t"));
  const Request patch{"PATCH", "/users/" + rig_.users(1).front(), {{"city", "Oslo"}}, false};
  const auto before = rig_.clock.steady();
  ASSERT_TRUE(rig_.session().send(patch, {}));
  EXPECT_GE(rig_.clock.steady() - before, std::chrono::seconds(4));
  for (const std::string& app : {first_, second_})
    EXPECT_FALSE(was_closed(app, "directory.write")) << app;
}

TEST_F(PoolOfApps, ALimitOfOneAppOverAllTenantsStopsThatOne) {
  rig_.sim.fault(refused_write("Application/Write/a/"));
  const Request patch{"PATCH", "/users/" + rig_.users(1).front(), {{"city", "Oslo"}}, false};
  ASSERT_TRUE(rig_.session().send(patch, {}));
  EXPECT_NE(was_closed(first_, "directory.write.app"), was_closed(second_, "directory.write.app"));
  EXPECT_FALSE(was_closed("", "directory.write.tenant"));
}

TEST_F(PoolOfApps, OneThatIsRefusedDropsOutAndIsNotAskedAgain) {
  refuse("restore-2", {{"secret", "another"}});
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(rig_.session().send(calls::organization(), {}));
  for (int i = 0; i < 3; ++i) expect_all_done(rig_.session().batch(reads(60), {}));
  EXPECT_EQ(used(second_), 0U);
  EXPECT_EQ(tokens(), (json{{"200", 1}, {"401", 1}}));
}

TEST_F(PoolOfApps, OneWhoseFreshTokenGraphDoesNotAcceptDropsOutToo) {
  rig_.sim.post("/_control/faults",
                {{"faults",
                  {{{"match", {{"method", "GET"}, {"path", "/organization"}, {"count", 2}}},
                    {"action", "status"},
                    {"status", 401}}}},
                 {"seed", 1}});
  const auto reply = rig_.session().send(calls::organization(), {});
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_TRUE(reply->done());
  const std::uint64_t by_first = used(first_);
  const std::uint64_t by_second = used(second_);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(rig_.session().send(calls::organization(), {}));
  EXPECT_NE(used(first_) == by_first, used(second_) == by_second);
}

TEST_F(PoolOfApps, WhereAllAreRefusedTheErrorSaysWhatToDo) {
  for (const char* app : {"restore", "restore-2"}) refuse(app, {{"secretExpired", true}});
  const auto reply = rig_.session().send(get("/users"), {});
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, base::ErrorKind::authentication_failed);
  EXPECT_FALSE(reply.error().hint.empty());
  EXPECT_EQ(rig_.session().batch(reads(3), {}).error().kind,
            base::ErrorKind::authentication_failed);
}

TEST_F(PoolOfApps, AChainOfPagesStaysWithTheOneThatBeganIt) {
  std::size_t pages = 0;
  const auto count = [&](std::string_view) -> base::Result<void> {
    ++pages;
    return {};
  };
  ASSERT_TRUE(rig_.session().pages(get("/users?$select=id&$top=20"), count, {}));
  EXPECT_GE(pages, 6U);
  EXPECT_TRUE(used(first_) == 0 || used(second_) == 0);
  EXPECT_EQ(used(first_) + used(second_), pages);
}

TEST_F(PoolOfApps, TheCheckLooksAtEachOfThem) {
  refuse("restore-2", {{"secret", "another"}});
  refuse("backup-2", {{"roles", {"User.Read.All"}}});
  const auto checked = check(*rig_.sessions, "aurora", {});
  ASSERT_TRUE(checked);
  EXPECT_FALSE(checked->ok);
  const auto line = [&](const std::string& what) {
    for (const auto& row : checked->lines)
      if (row.what == what) return row;
    throw std::runtime_error("there is no line " + what);
  };
  EXPECT_TRUE(line("restore credential (app registration " + first_ + ")").ok);
  EXPECT_FALSE(line("restore credential (app registration " + second_ + ")").ok);
  const std::string backup_2 = rig_.sim.app("aurora", "backup-2").at("clientId");
  EXPECT_THAT(line("section memberships (app registration " + backup_2 + ")").found,
              HasSubstr("GroupMember.Read.All"));
}

// Ten minutes pass in half a second.
TEST(PoolOfAppsLater, OneThatDroppedOutIsTriedAgainAfterAWhile) {
  auto options = test::options("aurora:users=60,seed=7,lag=0");
  options.time_scale = 1200;
  Rig rig(options);
  make_pools(rig);
  const std::string app = "/_control/tenants/aurora/apps/restore-2";
  const auto send_until = [&](const std::string& status, int count) {
    for (int i = 0; i < 200; ++i) {
      EXPECT_TRUE(rig.session().send(calls::organization(), {}));
      const json tokens = rig.sim.get("/_control/counters").at("tokensByStatus");
      if (tokens.value(status, 0) >= count) return true;
    }
    return false;
  };
  rig.sim.put(app, {{"secret", "another"}});
  ASSERT_TRUE(send_until("401", 1));
  rig.sim.put(app, {{"secret", rig.sim.app("aurora", "restore-2").at("secret")}});
  ASSERT_TRUE(rig.clock.wait_for(kOutFor, {}));
  EXPECT_TRUE(send_until("200", 2));
}

}  // namespace
}  // namespace entrad::graph
