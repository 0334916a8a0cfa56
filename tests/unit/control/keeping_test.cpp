// Pins, plans, prunes, checks and copies, from a real server over a real socket with a real store.
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "api/keeping.h"
#include "api/retention.h"
#include "rig.h"
#include "store/pruning/pruning.h"

namespace entrad::control {
namespace {

using nlohmann::json;

const std::string kBase = "/v1/tenants/aurora";

class Keeping : public testing::Test {
 protected:
  Keeping() {
    for (const char* name : {"Adele Vance", "Adele Smith", "Adele Jones", "Adele Brown"})
      rig_.add_snapshot(name);
  }

  json get(const std::string& target) {
    const auto answer = rig_.ask("GET", target);
    EXPECT_EQ(answer.status, 200) << target << ": " << answer.body;
    return answer.json();
  }
  std::vector<std::uint64_t> there() {
    std::vector<std::uint64_t> numbers;
    const json page = get(kBase + "/snapshots");
    for (const json& one : page.at("snapshots")) numbers.push_back(one.at("number"));
    return numbers;
  }
  api::Job submit(const json& body) {
    const auto answer = rig_.ask("POST", "/v1/jobs", base::json_text(body));
    EXPECT_EQ(answer.status, 202) << answer.body;
    return answer.json().get<api::Job>();
  }
  api::Job ended(base::JobId id) {
    for (int i = 0; i < 6'000; ++i) {
      const auto job = rig_.store->journal().job(id).value();
      if (api::is_final(job.state)) return job;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    ADD_FAILURE() << "job " << id.str() << " does not end";
    return {};
  }
  json result_of(base::JobId id) { return get("/v1/jobs/" + id.str() + "/result"); }

  Rig rig_;
};

TEST_F(Keeping, APinIsShownAndTakenBack) {
  const auto pinned = rig_.ask("POST", kBase + "/snapshots/2/pin", R"({"note":"audit"})");
  ASSERT_EQ(pinned.status, 200) << pinned.body;
  EXPECT_EQ(pinned.json().at("note"), "audit");
  EXPECT_EQ(get(kBase + "/snapshots").at("pins").at(0).at("snapshot"), 2);
  EXPECT_EQ(get(kBase + "/snapshots/2").at("pin").at("note"), "audit");
  EXPECT_FALSE(get(kBase + "/snapshots/1").contains("pin"));
  EXPECT_EQ(rig_.ask("DELETE", kBase + "/snapshots/2/pin").status, 200);
  EXPECT_EQ(get(kBase + "/snapshots").at("pins"), json::array());
  EXPECT_EQ(rig_.ask("DELETE", kBase + "/snapshots/2/pin").status, 404);
}

TEST_F(Keeping, APinIsRefusedWhereItMeansNothing) {
  EXPECT_EQ(rig_.ask("POST", kBase + "/snapshots/9/pin").status, 404);
  EXPECT_EQ(rig_.ask("POST", kBase + "/snapshots/x/pin").status, 400);
  EXPECT_EQ(rig_.ask("POST", "/v1/tenants/nowhere/snapshots/1/pin").status, 404);
  EXPECT_EQ(rig_.ask("POST", kBase + "/snapshots/1/pin", R"({"why":"x"})").status, 400);
  EXPECT_EQ(rig_.ask("POST", kBase + "/snapshots/1/pin").status, 200);
  EXPECT_EQ(rig_.ask("GET", kBase + "/snapshots/1/pin").status, 405);
}

TEST_F(Keeping, APlanFollowsTheRulesOfTheQueryElseTheConfigured) {
  const auto plan = get(kBase + "/prune?last=2").get<api::PrunePlan>();
  EXPECT_EQ(plan.removed, 2U);
  EXPECT_GT(plan.rows, 0U);
  ASSERT_EQ(plan.snapshots.size(), 4U);
  EXPECT_FALSE(plan.snapshots[0].kept);
  EXPECT_TRUE(plan.snapshots[3].kept);
  EXPECT_EQ(get(kBase + "/prune").at("removed"), 0);
  EXPECT_EQ(rig_.ask("GET", kBase + "/prune?last=x").status, 400);
}

TEST_F(Keeping, APlanOfNamedOnesSaysWhySomeStay) {
  rig_.store->pruning().pin(kTenant, {2}, "audit", "otto", rig_.clock.wall()).value();
  const auto plan = get(kBase + "/prune?snapshots=1,2,4").get<api::PrunePlan>();
  EXPECT_EQ(plan.removed, 1U);
  ASSERT_EQ(plan.snapshots.size(), 4U);
  using Why = std::vector<std::string>;
  EXPECT_FALSE(plan.snapshots[0].kept);
  EXPECT_EQ(plan.snapshots[1].why, Why{"pinned: audit"});
  EXPECT_EQ(plan.snapshots[2].why, Why{"not named"});
  EXPECT_EQ(plan.snapshots[3].why, Why{"the newest"});
  EXPECT_EQ(rig_.ask("GET", kBase + "/prune?snapshots=9").status, 404);
  EXPECT_EQ(rig_.ask("GET", kBase + "/prune?snapshots=1,x").status, 400);
  EXPECT_EQ(rig_.ask("GET", kBase + "/prune?snapshots=1&last=2").status, 400);
}

TEST_F(Keeping, APinWithoutANoteKeepsTheNote) {
  for (const std::string body : {R"({"note":"audit"})", "{}"})
    ASSERT_EQ(rig_.ask("POST", kBase + "/snapshots/1/pin", body).status, 200);
  EXPECT_EQ(get(kBase + "/snapshots/1").at("pin").at("note"), "audit");
}

TEST_F(Keeping, ASnapshotSaysThatItsParentIsGone) {
  EXPECT_FALSE(get(kBase + "/snapshots/3").contains("parentPruned"));
  ASSERT_EQ(rig_.store->pruning().remove(kTenant, {{2}}).value().size(), 1U);
  EXPECT_EQ(get(kBase + "/snapshots/3").at("parentPruned"), true);
  EXPECT_FALSE(get(kBase + "/snapshots/1").contains("parentPruned")) << "it never had one";
}

TEST_F(Keeping, ACheckSaysWhatItRead) {
  rig_.queue.start();
  const auto job = submit({{"kind", "check"}, {"tenant", kTenant}, {"at", "4"}});
  const auto row = ended(job.id);
  EXPECT_EQ(row.state, api::JobState::succeeded);
  EXPECT_NE(row.reason.find("snapshot 4 is as it was sealed: "), std::string::npos) << row.reason;
}

TEST_F(Keeping, APruneRemovesWhatIsNamedAndTellsWhatStayed) {
  rig_.store->pruning().pin(kTenant, {2}, "audit", "otto", rig_.clock.wall()).value();
  rig_.queue.start();
  const auto page = rig_.ask("GET", kBase + "/users?at=1");  // its list is in memory now
  ASSERT_EQ(page.status, 200);
  const auto job = submit({{"kind", "prune"}, {"tenant", kTenant}, {"snapshots", {1, 2, 3, 4}}});
  EXPECT_EQ(ended(job.id).state, api::JobState::partial);
  EXPECT_EQ(there(), (std::vector<std::uint64_t>{2, 4}));
  const auto pruned = result_of(job.id).get<api::Pruned>();
  EXPECT_EQ(pruned.removed, (std::vector<base::SnapshotNumber>{{1}, {3}}));
  EXPECT_EQ(pruned.kept, (std::vector<base::SnapshotNumber>{{2}, {4}}));
  EXPECT_GT(pruned.rows, 0U);
  EXPECT_EQ(rig_.ask("GET", kBase + "/users?at=1").status, 404);
  EXPECT_EQ(get(kBase + "/users?at=2").at("users").at(0).at("displayName"), "Adele Smith");
  EXPECT_TRUE(rig_.store->snapshots().check(kTenant, {4}));
  EXPECT_TRUE(rig_.store->pruning().left_behind(kTenant).empty());
}

TEST_F(Keeping, APruneGoesOnWhereAKilledOneLeftOff) {
  const auto job = submit({{"kind", "prune"}, {"tenant", kTenant}, {"snapshots", {1, 2}}});
  rig_.set_state(job.id, api::JobState::running);
  ASSERT_EQ(rig_.store->pruning().remove(kTenant, {{1}, {2}}).value().size(), 2U);
  rig_.queue.start();
  EXPECT_EQ(ended(job.id).state, api::JobState::succeeded);
  EXPECT_EQ(result_of(job.id).get<api::Pruned>().removed,
            (std::vector<base::SnapshotNumber>{{1}, {2}}));
  EXPECT_TRUE(rig_.store->pruning().left_behind(kTenant).empty());
  EXPECT_TRUE(rig_.store->check({}).is_sound());
}

TEST_F(Keeping, APruneIsRefusedWhereNothingWouldGoOrNothingIsThere) {
  const auto ask = [&](const json& body) {
    return rig_.ask("POST", "/v1/jobs", base::json_text(body)).status;
  };
  EXPECT_EQ(ask({{"kind", "prune"}, {"tenant", kTenant}}), 412);
  EXPECT_EQ(ask({{"kind", "prune"}, {"tenant", kTenant}, {"snapshots", {7}}}), 404);
  EXPECT_EQ(ask({{"kind", "prune"}, {"tenant", kTenant}, {"snapshots", {"one"}}}), 400);
  EXPECT_EQ(ask({{"kind", "prune"}, {"tenant", "nowhere"}}), 404);
}

TEST_F(Keeping, TheWholeStoreIsCheckedWithoutATenant) {
  rig_.queue.start();
  const auto job = submit({{"kind", "check"}, {"store", true}});
  EXPECT_EQ(job.tenant, "");
  EXPECT_EQ(ended(job.id).state, api::JobState::succeeded);
  const auto check = result_of(job.id).get<api::StoreCheck>();
  EXPECT_EQ(check.snapshots, 4U);
  EXPECT_TRUE(check.is_sound() && check.is_complete);
  EXPECT_EQ(rig_.ask("POST", "/v1/jobs", R"({"kind":"check","store":false})").status, 400);
  EXPECT_EQ(rig_.ask("POST", "/v1/jobs", R"({"kind":"check"})").status, 400);
}

TEST_F(Keeping, AJobWithoutAResultSaysSo) {
  const auto id = rig_.add_job();
  EXPECT_EQ(rig_.ask("GET", "/v1/jobs/" + id.str() + "/result").status, 412);
  EXPECT_EQ(rig_.ask("GET", "/v1/jobs/99/result").status, 404);
}

TEST_F(Keeping, ACopyOpensAsAStoreAndTheNewestThreeAreKept) {
  for (const char* name : {"one", "two", "three", "four"}) {
    const auto answer = rig_.ask("POST", "/v1/store/copies", base::json_text(json{{"name", name}}));
    ASSERT_EQ(answer.status, 201) << answer.body;
    const auto copy = answer.json().get<api::StoreCopy>();
    EXPECT_TRUE(std::filesystem::exists(copy.path));
    const bool is_fourth = copy.name == "four";
    EXPECT_EQ(copy.replaced,
              is_fourth ? std::vector<std::string>{"one"} : std::vector<std::string>{});
  }
  const auto store = rig_.ask("GET", "/v1/store").json().get<api::StoreStatistics>();
  ASSERT_EQ(store.copies.size(), 3U);
  EXPECT_EQ(store.copies.front().name, "two");
  const auto named = rig_.ask("POST", "/v1/store/copies").json().get<api::StoreCopy>();
  EXPECT_GT(named.bytes, 0U);
  auto opened = store::Store::open({.directory = named.path}, rig_.clock);
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_EQ((*opened)->snapshots().count(kTenant), 4U);
  EXPECT_EQ(rig_.ask("POST", "/v1/store/copies", R"({"name":"four"})").status, 409);
  EXPECT_EQ(rig_.ask("POST", "/v1/store/copies", R"({"name":"../x"})").status, 400);
}

}  // namespace
}  // namespace entrad::control
