// A backup under faults: forgotten page tokens, unknown properties, vanished users, waits, stops.
#include <atomic>

#include "rig.h"

namespace entrad::backup {
namespace {

using api::Completeness;
using api::ObjectKind;
using api::Section;
using nlohmann::json;

json refusal(const std::string& method_path, int status, const std::string& code,
             const std::string& message) {
  return {{"match", {{"method", "GET"}, {"path", method_path}}},
          {"action", "status"},
          {"status", status},
          {"body", {{"error", {{"code", code}, {"message", message}}}}}};
}
json expired(const std::string& path, std::uint64_t nth) {
  json fault = refusal(path, 400, "Directory_ExpiredPageToken",
                       "The specified page token value has expired and can no longer be included "
                       "in your request.");
  fault["match"]["nth"] = nth;
  return fault;
}

TEST(Trouble, ForgottenPageTokenRestartsTheCollection) {
  Rig rig({.tenant = "aurora:users=2500,seed=7,groups=40,lag=0"});
  rig.simulator.fault(expired("/users", 2));
  const auto snapshot = rig.backup();
  ASSERT_TRUE(snapshot) << snapshot.error().message;
  EXPECT_EQ(snapshot->counts.at("user"), 2500U);
  EXPECT_EQ(snapshot->sections.at("object").completeness, Completeness::complete);
}

TEST(Trouble, PageTokenThatIsAlwaysForgottenFailsTheBackup) {
  Rig rig({.tenant = "aurora:users=1200,seed=7,groups=5,lag=0"});
  auto fault = refusal("/users", 400, "Directory_ExpiredPageToken", "expired");
  rig.simulator.fault(fault);
  const auto snapshot = rig.backup();
  ASSERT_FALSE(snapshot);
  EXPECT_EQ(snapshot.error().kind, base::ErrorKind::graph_refused);
  EXPECT_TRUE(rig.store->snapshots().list(kTenant).empty());
  EXPECT_EQ(rig.simulator.get("/_control/counters").at("byStatus").at("400"), 4)
      << "once, and three times again";
}

TEST(Trouble, PropertyThatThisCloudDoesNotKnowIsLeftOut) {
  Rig rig;
  json fault = refusal("/users", 400, "Request_BadRequest",
                       "Could not find a property named 'employeeOrgData' on type "
                       "'microsoft.graph.user'.");
  fault["match"]["count"] = 1;
  rig.simulator.fault(fault);
  const auto snapshot = rig.backup().value();
  EXPECT_EQ(snapshot.sections.at("object").completeness, Completeness::complete);
  EXPECT_NE(snapshot.sections.at("object").reason.find("employeeOrgData"), std::string::npos);
  const auto user = rig.ids(snapshot, ObjectKind::user).front();
  const json object = rig.json(snapshot, ObjectKind::user, user, Section::object);
  EXPECT_FALSE(object.contains("employeeOrgData"));
  EXPECT_TRUE(object.contains("employeeType"));
}

TEST(Trouble, CountThatDisagreesMakesTheUsersPartialAndNobodyGone) {
  Rig rig;
  const auto first = rig.backup().value();
  json fault = refusal("/users", 200, "", "");
  fault["body"] = {{"value", json::array()}};
  fault["match"]["count"] = 1;
  rig.simulator.fault(fault);
  const auto second = rig.backup().value();
  const auto& state = second.sections.at("object");
  EXPECT_EQ(state.completeness, Completeness::partial);
  EXPECT_NE(state.reason.find("0 users"), std::string::npos) << state.reason;
  EXPECT_NE(state.reason.find("120"), std::string::npos) << state.reason;
  EXPECT_EQ(second.removed, 0U);
  EXPECT_EQ(rig.ids(second, ObjectKind::user), rig.ids(first, ObjectKind::user));
}

TEST(Trouble, UserThatVanishesMeanwhileMakesItsSectionPartialNotEmpty) {
  Rig rig;
  json fault = refusal("/users/{id}/authentication/methods", 404, "Request_ResourceNotFound",
                       "Resource does not exist.");
  fault["match"]["nth"] = 17;
  rig.simulator.fault(fault);
  const auto snapshot = rig.backup().value();
  const auto& state = snapshot.sections.at("authMethods");
  EXPECT_EQ(state.completeness, Completeness::partial);
  EXPECT_NE(state.reason.find("1 user"), std::string::npos) << state.reason;
  std::size_t without = 0;
  for (const auto& id : rig.ids(snapshot, ObjectKind::user))
    without += rig.content(snapshot, ObjectKind::user, id, Section::auth_methods) ? 0 : 1;
  EXPECT_EQ(without, 1U);
}

TEST(Trouble, GroupThatCannotBeReadKeepsItsKnownMembers) {
  Rig rig;
  const auto first = rig.backup().value();
  json fault = refusal("/groups/{id}/members", 403, "Authorization_RequestDenied",
                       "Insufficient privileges to complete the operation.");
  fault["match"]["nth"] = 9;
  rig.simulator.fault(fault);
  const auto second = rig.backup().value();
  EXPECT_EQ(second.sections.at("memberships").completeness, Completeness::partial);
  EXPECT_EQ(second.changed, 0U);
}

TEST(Trouble, DroppedAnswersAreReadAgain) {
  Rig rig({.time_scale = 10});
  rig.simulator.fault({{"match", {{"probability", 0.2}, {"inBatch", false}}},
                       {"action", "drop"},
                       {"when", "after"}});
  const auto snapshot = rig.backup();
  ASSERT_TRUE(snapshot) << snapshot.error().message;
  EXPECT_EQ(snapshot->counts.at("user"), 120U);
  EXPECT_EQ(snapshot->sections.at("memberships").completeness, Completeness::complete);
}

TEST(Trouble, BackupSurvivesAStopAtAnyMoment) {
  Rig rig({.tenant = "aurora:users=40,seed=7,groups=8,lag=0"});
  std::atomic<std::uint64_t> stop_at{0};
  std::atomic<std::stop_source*> source{nullptr};
  rig.store->journal().on_event([&](base::EventNumber number) {
    auto* stop = source.load();
    if (stop != nullptr && number.value >= stop_at) stop->request_stop();
  });
  int stopped = 0;
  while (true) {
    std::stop_source stop;
    stop_at = rig.store->journal().newest_event().value + 3 + static_cast<std::uint64_t>(stopped);
    source = &stop;
    const auto snapshot = rig.backup(stop.get_token());
    source = nullptr;
    if (snapshot) break;
    ASSERT_EQ(snapshot.error().kind, base::ErrorKind::cancelled) << snapshot.error().message;
    ASSERT_TRUE(rig.store->snapshots().list(kTenant).empty());
    ASSERT_LT(++stopped, 100);
  }
  EXPECT_GE(stopped, 5) << "stopped once in each phase";
  EXPECT_EQ(rig.store->snapshots().list(kTenant).size(), 1U);
}

TEST(Trouble, JobTellsItsPhasesAndItsWaits) {
  Rig rig({.tenant = "aurora:users=40,seed=7,groups=8,lag=0",
           .time_scale = 60,
           .published_quotas = true});
  ASSERT_TRUE(rig.backup());
  std::set<std::string> phases;
  bool waited = false;
  for (const auto& event : rig.store->journal().events({}, 10000)) {
    phases.insert(event.job.progress.phase);
    if (event.job.state != api::JobState::waiting) continue;
    waited = true;
    EXPECT_FALSE(event.job.reason.empty());
    EXPECT_TRUE(event.job.until.has_value());
  }
  EXPECT_TRUE(waited) << "authentication methods: 5 requests in 10 s, for 40 users";
  for (const char* phase : {"users", "groups", "members of groups", "managers", "sealing"})
    EXPECT_TRUE(phases.contains(phase)) << phase;
  const auto job = rig.store->journal().job(rig.job).value();
  EXPECT_EQ(job.state, api::JobState::running) << "the queue says how it ended";
  EXPECT_FALSE(job.until.has_value());
}

}  // namespace
}  // namespace entrad::backup
