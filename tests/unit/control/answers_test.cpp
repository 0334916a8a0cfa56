// The happy answer of each route, from a real server over a real socket.
#include <gtest/gtest.h>

#include <set>

#include "api/changes.h"
#include "api/jobs.h"
#include "api/status.h"
#include "api/tenant_check.h"
#include "base/json.h"
#include "control/routes.h"
#include "rig.h"

namespace entrad::control {
namespace {

using nlohmann::json;

std::vector<std::uint64_t> ids_of(const json& jobs) {
  std::vector<std::uint64_t> ids;
  for (const auto& job : jobs.at("jobs")) ids.push_back(job.at("id").get<std::uint64_t>());
  return ids;
}

class Answers : public testing::Test {
 protected:
  json get(const std::string& target) {
    const auto answer = rig_.ask("GET", target);
    EXPECT_EQ(answer.status, 200) << target << ": " << answer.body;
    EXPECT_EQ(answer.headers.at("content-type"), "application/json");
    return answer.json();
  }
  Rig rig_;
};

TEST_F(Answers, InfoTellsTheVersion) {
  EXPECT_EQ(get("/v1/info"), json({{"version", "0.1.0"}, {"api", 1}}));
}

TEST_F(Answers, StatusTellsOfTenantsJobsStoreAndQuotas) {
  rig_.add_snapshot();
  rig_.add_job(api::JobKind::restore, api::JobState::held);
  const auto status = get("/v1/status").get<api::DaemonStatus>();
  EXPECT_EQ(status.version, "0.1.0");
  EXPECT_EQ(status.state, "ready");
  ASSERT_EQ(status.tenants.size(), 1U);
  EXPECT_EQ(status.tenants[0].users, 1U);
  EXPECT_EQ(status.tenants[0].last_snapshot, base::SnapshotNumber{1});
  EXPECT_EQ(status.jobs.at("held"), 1U);
  EXPECT_GT(status.store.map_bytes, 0U);
  EXPECT_EQ(status.store.trouble, "");
}

TEST_F(Answers, TenantsAreListedBeforeTheirFirstSnapshot) {
  const json tenants = get("/v1/tenants").at("tenants");
  ASSERT_EQ(tenants.size(), 1U);
  EXPECT_EQ(tenants[0].at("name"), kTenant);
  EXPECT_EQ(tenants[0].at("tenantId"), "aurora.onmicrosoft.com");
  EXPECT_EQ(tenants[0].at("snapshots"), 0);
  EXPECT_FALSE(tenants[0].contains("lastSnapshot"));
}

TEST_F(Answers, ABackupIsAcceptedWithItsPlaceAndItsOwner) {
  const auto answer = rig_.ask("POST", "/v1/jobs", R"({"kind":"backup","tenant":"aurora"})");
  ASSERT_EQ(answer.status, 202) << answer.body;
  const auto job = answer.json().get<api::Job>();
  EXPECT_EQ(answer.headers.at("location"), "/v1/jobs/" + job.id.str());
  EXPECT_EQ(job.state, api::JobState::queued);
  EXPECT_EQ(job.requested_by, name_of(geteuid()));
  EXPECT_EQ(get(answer.headers.at("location")).get<api::Job>().id, job.id);
}

TEST_F(Answers, ARestoreKeepsWhatWasAskedFor) {
  rig_.add_snapshot();
  const json body = {{"kind", "restore"},
                     {"tenant", kTenant},
                     {"selection", {{"users", {kUserId}}}},
                     {"withObject", true},
                     {"at", nullptr}};
  const auto answer = rig_.ask("POST", "/v1/jobs", base::json_text(body));
  ASSERT_EQ(answer.status, 202) << answer.body;
  const json job = answer.json();
  EXPECT_EQ(job.at("kind"), "restore");
  EXPECT_EQ(job.at("snapshot"), 1);
  EXPECT_EQ(job.at("request").at("selection").at("users"), json::array({kUserId}));
  EXPECT_EQ(job.at("request").at("withObject"), true);
  EXPECT_EQ(job.at("request").at("approved"), false);
}

TEST_F(Answers, JobsAreListedNewestFirstAndFiltered) {
  const auto first = rig_.add_job(api::JobKind::backup, api::JobState::succeeded);
  const auto second = rig_.add_job(api::JobKind::restore, api::JobState::held);
  const auto third = rig_.add_job(api::JobKind::backup, api::JobState::running);
  using Ids = std::vector<std::uint64_t>;
  EXPECT_EQ(ids_of(get("/v1/jobs")), (Ids{third.value, second.value, first.value}));
  EXPECT_EQ(ids_of(get("/v1/jobs?limit=1")), (Ids{third.value}));
  EXPECT_EQ(ids_of(get("/v1/jobs?open=true")), (Ids{third.value, second.value}));
  EXPECT_EQ(ids_of(get("/v1/jobs?kind=restore")), (Ids{second.value}));
  EXPECT_EQ(ids_of(get("/v1/jobs?tenant=aurora&kind=backup&open=false&limit=1000")),
            (Ids{third.value, first.value}));
  EXPECT_EQ(ids_of(get("/v1/jobs?tenant=&kind=&open=")).size(), 3U);
}

TEST_F(Answers, ListsOfJobsCutLongSelectionsAndASingleJobDoesNot) {
  const auto id = rig_.add_job();
  const auto change = [](api::Job& job) {
    job.request["selection"]["users"] = std::vector<std::string>(150, kUserId);
    return true;
  };
  auto changed = rig_.store->journal().update(id, change, store::RequestToo::yes);
  ASSERT_TRUE(changed);
  const json listed = get("/v1/jobs").at("jobs").at(0).at("request").at("selection");
  EXPECT_EQ(listed.at("users").size(), 100U);
  EXPECT_EQ(listed.at("usersTotal"), 150);
  const json whole = get("/v1/jobs/" + id.str()).at("request").at("selection");
  EXPECT_EQ(whole.at("users").size(), 150U);
}

TEST_F(Answers, ItemsArePagedAndFilteredByOutcome) {
  const auto id = rig_.add_job();
  std::vector<store::ItemRow> rows;
  for (std::uint64_t seq = 0; seq < 2500; ++seq) {
    store::ItemRow row;
    row.item.seq = seq;
    row.item.outcome = seq % 1000 == 7 ? api::Outcome::failed : api::Outcome::restored;
    rows.push_back(row);
  }
  ASSERT_TRUE(rig_.store->journal().put_items(id, rows, [](api::Job& job) {
    job.outcomes = {{"failed", 3}, {"restored", 2497}};
    return true;
  }));
  const std::string items = "/v1/jobs/" + id.str() + "/items";
  const json first = get(items + "?limit=1000");
  EXPECT_EQ(first.at("items").size(), 1000U);
  EXPECT_EQ(first.at("total"), 2500);
  EXPECT_EQ(first.at("next"), 1000);
  const json last = get(items + "?limit=1000&from=2000");
  EXPECT_EQ(last.at("items").size(), 500U);
  EXPECT_FALSE(last.contains("next"));
  const json failed = get(items + "?outcome=failed&limit=2");
  EXPECT_EQ(failed.at("total"), 3);
  EXPECT_EQ(failed.at("items").at(1).at("seq"), 1007);
  EXPECT_EQ(failed.at("next"), 2007);
  const json rest = get(items + "?outcome=failed&limit=2&from=2007");
  EXPECT_EQ(rest.at("items").size(), 1U);
  EXPECT_FALSE(rest.contains("next"));
  EXPECT_EQ(get(items + "?from=99999").at("items").size(), 0U);
}

TEST_F(Answers, AReportListsWhoNeedsSomething) {
  const auto id = rig_.add_job(api::JobKind::restore, api::JobState::succeeded);
  store::ItemRow row;
  row.item.outcome = api::Outcome::restored;
  row.item.needs_password_reset = true;
  row.item.new_user_id = "00000000-0000-0000-0000-000000000099";
  ASSERT_TRUE(rig_.store->journal().put_items(id, {row}));
  const auto report = get("/v1/jobs/" + id.str() + "/report").get<api::Report>();
  EXPECT_EQ(report.job.id, id);
  EXPECT_EQ(report.needs_password_reset.size(), 1U);
}

TEST_F(Answers, ChangesComeInPages) {
  const auto id = rig_.add_job(api::JobKind::restore, api::JobState::running);
  std::vector<store::ItemRow> rows(3);
  for (std::uint64_t seq = 0; seq < rows.size(); ++seq) rows[seq].item.seq = seq;
  ASSERT_TRUE(rig_.store->journal().put_items(id, rows));
  store::Step step;
  step.items = {0, 2};
  step.kind = "members";
  step.method = "PATCH";
  step.path = "/groups/00000000-aaaa-4000-8000-000000000900";
  step.names = {{"00000000-aaaa-4000-8000-000000000900", "All Paper"}};
  ASSERT_TRUE(rig_.store->journal().intend(id, {step}));
  const std::string path = "/v1/jobs/" + id.str() + "/changes";
  const auto first = get(path + "?limit=2").get<api::ReportPage>();
  ASSERT_EQ(first.users.size(), 2U);
  EXPECT_EQ(first.users[0].changes.at(0).what, "All Paper");
  EXPECT_EQ(first.next, 2U);
  EXPECT_EQ(get(path + "?from=2").get<api::ReportPage>().users.size(), 1U);
  const auto changed = get(path + "?changed=true").get<api::ReportPage>();
  ASSERT_EQ(changed.users.size(), 2U);
  EXPECT_EQ(changed.users[1].item.seq, 2U);
}

TEST_F(Answers, APlanIsReadAndApproved) {
  const auto id = rig_.add_job(api::JobKind::restore, api::JobState::held);
  api::Plan plan;
  plan.job = id;
  plan.users = 250;
  ASSERT_TRUE(rig_.store->journal().put_document(id, "plan", plan));
  EXPECT_EQ(get("/v1/jobs/" + id.str() + "/plan").get<api::Plan>().users, 250U);
  for (const char* body : {"", "{}", "null"}) {
    rig_.set_state(id, api::JobState::held);
    const auto approved = rig_.ask("POST", "/v1/jobs/" + id.str() + "/approve", body);
    EXPECT_EQ(approved.status, 200) << approved.body;
    EXPECT_EQ(approved.json().at("state"), "queued");
  }
}

TEST_F(Answers, ACancelledJobSaysSo) {
  const auto id = rig_.add_job(api::JobKind::restore, api::JobState::running);
  const auto cancelled = rig_.ask("POST", "/v1/jobs/" + id.str() + "/cancel");
  EXPECT_EQ(cancelled.status, 200) << cancelled.body;
  EXPECT_EQ(cancelled.json().at("cancelRequested"), true);
}

TEST_F(Answers, SnapshotsAreListedOldestFirst) {
  EXPECT_EQ(get("/v1/tenants/aurora/snapshots").at("snapshots"), json::array());
  rig_.add_snapshot("Adele");
  rig_.add_snapshot("Adele Vance");
  const json listed = get("/v1/tenants/aurora/snapshots").at("snapshots");
  ASSERT_EQ(listed.size(), 2U);
  EXPECT_EQ(listed[0].at("number"), 1);
  EXPECT_EQ(get("/v1/tenants/aurora/snapshots/2"), listed[1]);
}

TEST_F(Answers, UsersAreListedWithTheSnapshotTheyWereReadFrom) {
  rig_.add_snapshot("Adele");
  rig_.add_snapshot("Renamed");
  const json now = get("/v1/tenants/aurora/users?search=RENAM&sort=modified&desc=true&limit=1");
  EXPECT_EQ(now.at("total"), 1);
  EXPECT_EQ(now.at("users").at(0).at("displayName"), "Renamed");
  EXPECT_EQ(now.at("snapshot").at("number"), 2);
  const json then = get("/v1/tenants/aurora/users?at=1&sort=id");
  EXPECT_EQ(then.at("users").at(0).at("displayName"), "Adele");
  EXPECT_EQ(then.at("snapshot").at("number"), 1);
  EXPECT_EQ(get("/v1/tenants/aurora/users?deleted=true").at("total"), 0);
}

TEST_F(Answers, AUserIsFoundByIdAndByName) {
  rig_.add_snapshot("Adele");
  rig_.add_snapshot("Renamed");
  const std::string users = "/v1/tenants/aurora/users/";
  EXPECT_EQ(get(users + kUserId).at("object").at("displayName"), "Renamed");
  const json then = get(users + "ADELE%2Bv%40aurora.example?at=1");
  EXPECT_EQ(then.at("object").at("displayName"), "Adele");
  EXPECT_EQ(then.at("snapshot"), 1);
  const json versions = get(users + "adele+v@aurora.example/versions");
  EXPECT_EQ(versions.at("id"), kUserId);
  EXPECT_EQ(versions.at("versions").size(), 2U);
}

TEST_F(Answers, AnswersFollowEachOtherOnOneConnection) {
  auto client = rig_.connect();
  for (int i = 0; i < 20; ++i) EXPECT_EQ(client.ask("GET", "/v1/info").status, 200);
}

TEST_F(Answers, RequestsThatAreSentTogetherAreAnsweredInOrder) {
  auto client = rig_.connect();
  client.send(fakes::SocketClient::text("GET", "/v1/info") +
              fakes::SocketClient::text("GET", "/v1/jobs/999") +
              fakes::SocketClient::text("GET", "/v1/tenants"));
  EXPECT_EQ(client.read_answer().status, 200);
  EXPECT_EQ(client.read_answer().status, 404);
  EXPECT_TRUE(client.read_answer().json().contains("tenants"));
}

TEST_F(Answers, AConnectionIsClosedWhenTheClientAsksForIt) {
  auto client = rig_.connect();
  const auto answer = client.ask("GET", "/v1/info", "", "Connection: close\r\n");
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(client.is_closed());
}

TEST_F(Answers, AClientThatWaitsForItIsAskedForTheBody) {
  auto client = rig_.connect();
  const std::string body = R"({"kind":"backup","tenant":"aurora"})";
  client.send("POST /v1/jobs HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: " +
              std::to_string(body.size()) + "\r\n\r\n");
  EXPECT_EQ(client.read_head().status, 100);
  client.send(body);
  EXPECT_EQ(client.read_answer().status, 202);
}

TEST_F(Answers, NamesThatAreNotUtf8DoNotStopAnAnswer) {
  const auto answer = rig_.ask("GET", "/v1/jobs/%ff%fe");
  EXPECT_EQ(answer.status, 400);
  EXPECT_FALSE(answer.json().at("error").at("message").get<std::string>().empty());
}

TEST(AnswerOfACheck, ComesFromGraphWhileTheSocketGoesOnAnswering) {
  const fakes::GraphsimProcess simulator;
  const Rig rig({}, simulator.tenant(kTenant));
  const auto answer = rig.ask("POST", "/v1/tenants/aurora/check", "{}");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto check = answer.json().get<api::TenantCheck>();
  EXPECT_TRUE(check.ok) << answer.body;
  EXPECT_FALSE(check.lines.empty());
}

}  // namespace
}  // namespace entrad::control
