#include "base/json.h"
#include "tenant_story.h"

namespace entrad::restore {
namespace {

using api::JobState;
using api::Outcome;
using nlohmann::json;

using Restore = TenantStory;

// Everything that Graph can write is back; aliases are Exchange's, and the item says so.
bool is_back(const api::Item& item) {
  if (!item.verified) return false;
  if (item.outcome == Outcome::restored) return true;
  return item.outcome == Outcome::partial && item.problems.size() == 1 &&
         item.problems[0].message.find("mail aliases") != std::string::npos &&
         item.problems[0].hint.find("Set-Mailbox") != std::string::npos;
}

TEST_F(Restore, BringsEverybodyBackAfterADisaster) {
  begin("aurora:users=150,seed=5");
  const json before = sim_->dump("aurora", false);
  back_up();
  disaster({{"seed", 3},
            {"delete", 20},
            {"purge", 8},
            {"scramble", 10},
            {"removeMemberships", 40},
            {"removeRoles", 2}});
  ASSERT_NE(sim_->dump("aurora", false), before);
  const api::Job job = restore(everything());
  for (const auto& item : items(job.id))
    for (const auto& problem : item.problems)
      if (item.outcome == Outcome::failed || item.outcome == Outcome::pending)
        ADD_FAILURE() << item.user_principal_name << ": " << problem.message;
  EXPECT_TRUE(job.state == JobState::succeeded || job.state == JobState::partial);
  EXPECT_EQ(json::diff(before, sim_->dump("aurora", false)), json::array());
  auto report = restore::report(*store_, job.id);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->id_changed.size(), 8U);
  EXPECT_EQ(report->needs_password_reset.size(), 8U);
}

TEST_F(Restore, WritesNothingWhereEverythingIsRight) {
  begin();
  back_up();
  const auto writes_before = writes();
  const api::Job job = restore(everything());
  EXPECT_EQ(writes(), writes_before);
  EXPECT_EQ(job.outcomes.at("alreadyRight") +
                (job.outcomes.contains("impossible") ? job.outcomes.at("impossible") : 0),
            60U);
}

TEST_F(Restore, WorksInACloudThatDoesNotKnowSomeProperties) {
  begin();
  sim_->put("/_control/tenants/aurora/settings",
            {{"unknownProperties",
              {"user.employeeType", "group.uniqueName",
               "administrativeUnit.isMemberManagementRestricted"}}});
  back_up();
  const auto before = sim_->dump("aurora", false);
  disaster({{"seed", 3}, {"delete", 6}, {"purge", 4}, {"removeMemberships", 20}});
  ASSERT_NE(sim_->dump("aurora", false), before);
  const api::Job job = restore(everything());
  EXPECT_TRUE(job.state == JobState::succeeded || job.state == JobState::partial)
      << (job.failure ? job.failure->message : job.reason);
  for (const auto& item : items(job.id))
    EXPECT_TRUE(item.outcome != Outcome::failed && item.outcome != Outcome::pending)
        << item.user_principal_name;
  // What this cloud does not show is in no snapshot, so that no restore brings it back.
  auto after = sim_->dump("aurora", false);
  auto wanted = before;
  for (auto* dump : {&after, &wanted})
    for (auto& [name, user] : (*dump)["users"].items()) user["object"].erase("employeeType");
  EXPECT_EQ(json::diff(wanted, after), json::array());
}

TEST_F(Restore, GivesADeletedUserItsObjectIdBack) {
  begin();
  const auto [name, user] = find(is_plain_member);
  back_up();
  delete_user(user["object"]["id"]);
  const api::Job job = restore(object_of(name));
  EXPECT_EQ(job.state, JobState::succeeded) << base::json_text(json(items(job.id)), 1);
  const auto item = items(job.id).at(0);
  EXPECT_EQ(item.found, "inRecycleBin");
  EXPECT_EQ(item.outcome, Outcome::restored);
  EXPECT_TRUE(item.verified);
  EXPECT_FALSE(item.new_user_id);
  EXPECT_EQ(sim_->dump("aurora")["users"][name]["object"]["id"], user["object"]["id"]);
}

TEST_F(Restore, KeepsTheLineageOfAUserThatHadToBeReCreated) {
  begin();
  const auto [name, user] = find(is_plain_member);
  back_up();
  purge_user(user["object"]["id"]);
  const api::Job first = restore(object_of(name));
  const auto item = items(first.id).at(0);
  EXPECT_TRUE(is_back(item)) << base::json_text(json(item), 1);
  ASSERT_TRUE(item.new_user_id);
  EXPECT_TRUE(item.needs_password_reset);
  EXPECT_EQ(sim_->dump("aurora")["users"][name]["object"]["id"], *item.new_user_id);
  // The old snapshot names the old id; the user is found all the same and left alone.
  const api::Job second = restore(object_of(user["object"]["id"]));
  const auto again = items(second.id).at(0);
  EXPECT_EQ(again.found, "live");
  EXPECT_TRUE(again.done.empty()) << base::json_text(json(again), 1);
}

TEST_F(Restore, NeverCreatesAUserTwiceWhenTheAnswerIsLost) {
  begin();
  const auto [name, user] = find(is_plain_member);
  back_up();
  purge_user(user["object"]["id"]);
  sim_->fault({{"match", {{"method", "POST"}, {"path", "/users"}, {"count", 1}}},
               {"action", "status"},
               {"when", "after"},
               {"status", 504}});
  const api::Job job = restore(object_of(name));
  EXPECT_TRUE(is_back(items(job.id).at(0))) << base::json_text(json(items(job.id)), 1);
  EXPECT_EQ(sim_->get("/_control/counters").at("usersCreated"), 1);
}

TEST_F(Restore, ReadsMembershipsOfMoreThanOnePage) {
  begin();
  const auto [name, user] = find([](const json& candidate) {
    return is_plain_member(candidate) && !candidate.at("memberships").empty();
  });
  back_up();
  const std::string path = "/users/" + user["object"]["id"].get<std::string>() + "/memberOf";
  sim_->fault({{"match", {{"method", "GET"}, {"path", "/users/{id}/memberOf"}, {"count", 1}}},
               {"action", "status"},
               {"status", 200},
               {"body",
                {{"value", json::array()},
                 {"@odata.nextLink", sim_->http() + "/v1.0" + path + "?$select=id"}}}});
  api::RestoreRequest request = object_of(name);
  request.with_memberships = true;
  const api::Job job = restore(request);
  EXPECT_EQ(job.state, JobState::succeeded) << (job.failure ? job.failure->message : "");
  EXPECT_EQ(items(job.id).at(0).outcome, Outcome::already_right);
}

TEST_F(Restore, SaysWhoHasTakenTheName) {
  begin();
  const auto [name, user] = find(is_plain_member);
  const auto [other_name, other] = find([&name = name](const json& candidate) {
    return is_plain_member(candidate) && candidate["object"]["userPrincipalName"] != name;
  });
  back_up();
  purge_user(user["object"]["id"]);
  sim_->post(
      "/_control/tenants/aurora/users/" + other["object"]["id"].get<std::string>() + "/patch",
      {{"userPrincipalName", name}});
  const api::Job job = restore(object_of(user["object"]["id"]));
  const auto item = items(job.id).at(0);
  EXPECT_EQ(item.outcome, Outcome::impossible) << base::json_text(json(item), 1);
  ASSERT_EQ(item.problems.size(), 1U);
  EXPECT_EQ(item.problems[0].kind, "conflict");
  EXPECT_NE(item.problems[0].message.find(other["object"]["id"].get<std::string>()),
            std::string::npos);
  EXPECT_EQ(job.state, JobState::failed);
}

TEST_F(Restore, WithoutTheObjectADeletedUserIsNotBroughtBack) {
  begin();
  const auto [name, user] = find(is_plain_member);
  back_up();
  delete_user(user["object"]["id"]);
  api::RestoreRequest request = object_of(name);
  request.with_object = false;
  request.with_memberships = true;
  const api::Job job = restore(request);
  const auto item = items(job.id).at(0);
  EXPECT_EQ(item.outcome, Outcome::impossible);
  EXPECT_NE(item.problems.at(0).hint.find("--with-object"), std::string::npos);
}

TEST_F(Restore, BlocksSignInOfARestoredUser) {
  begin();
  const auto [name, user] = find([](const json& candidate) {
    return is_plain_member(candidate) && candidate["object"]["accountEnabled"] == true;
  });
  back_up();
  purge_user(user["object"]["id"]);
  api::RestoreRequest request = object_of(name);
  request.block_sign_in = true;
  const api::Job job = restore(request);
  EXPECT_TRUE(is_back(items(job.id).at(0))) << base::json_text(json(items(job.id)), 1);
  EXPECT_EQ(sim_->dump("aurora")["users"][name]["object"]["accountEnabled"], false);
}

TEST_F(Restore, WaitsForApprovalAndDoesNothingWhenCancelled) {
  begin();
  const auto [name, user] = find(is_plain_member);
  back_up();
  delete_user(user["object"]["id"]);
  api::RestoreRequest request = object_of(name);
  request.approved = false;
  const auto writes_before = writes();
  const api::Job held = restore(request);
  EXPECT_EQ(held.state, JobState::held);
  ASSERT_TRUE(store_->journal().document(held.id, "plan"));
  ASSERT_TRUE(queue_->cancel(held.id, "tester"));
  api::Job job = wait(held.id);
  while (!api::is_final(job.state)) job = wait(held.id);
  EXPECT_EQ(job.state, JobState::cancelled);
  EXPECT_EQ(items(job.id).at(0).outcome, Outcome::skipped);
  EXPECT_EQ(writes(), writes_before);
  EXPECT_FALSE(queue_->approve(held.id, {}, "tester"));
}

TEST_F(Restore, GoesOnAfterAStopWhereItWas) {
  begin("aurora:users=200,seed=9");
  const json before = sim_->dump("aurora", false);
  back_up();
  disaster({{"seed", 1}, {"delete", 60}, {"purge", 20}});
  api::RestoreRequest request = everything();
  request.with_auth_methods = false;
  auto job = queue_->submit(request, "tester");
  ASSERT_TRUE(job);
  while (store_->journal().job(job->id)->progress.writes == 0)
    clock_.wait_for(std::chrono::seconds(1), {});
  queue_->stop();
  EXPECT_FALSE(api::is_final(store_->journal().job(job->id)->state));
  start_queue();
  const api::Job done = wait(job->id);
  EXPECT_TRUE(done.state == JobState::succeeded || done.state == JobState::partial);
  EXPECT_EQ(sim_->get("/_control/counters").at("usersCreated"), 20);
  for (const auto& item : items(done.id)) EXPECT_NE(item.outcome, Outcome::pending);
}

TEST_F(Restore, RefusesRequestsThatMakeNoSense) {
  begin();
  back_up();
  struct Row {
    api::RestoreRequest request;
    base::ErrorKind kind;
    std::string hint;
  };
  api::RestoreRequest nothing_asked = object_of("x");
  nothing_asked.with_object = false;
  api::RestoreRequest nobody = object_of("x");
  nobody.selection = {};
  api::RestoreRequest two_ways = object_of("x");
  two_ways.selection.all = true;
  api::RestoreRequest no_tenant = object_of("x");
  no_tenant.tenant = "borealis";
  api::RestoreRequest no_snapshot = object_of("x");
  no_snapshot.at = "77";
  api::RestoreRequest no_time = object_of("x");
  no_time.at = "soon";
  using base::ErrorKind;
  for (const Row& row :
       {Row{nothing_asked, ErrorKind::invalid_argument, "--with-object"},
        Row{nobody, ErrorKind::invalid_argument, "--all"},
        Row{two_ways, ErrorKind::invalid_argument, "one of"},
        Row{no_tenant, ErrorKind::not_found, "aurora"}, Row{no_snapshot, ErrorKind::not_found, ""},
        Row{no_time, ErrorKind::invalid_argument, "yesterday"}}) {
    const auto job = queue_->submit(row.request, "tester");
    ASSERT_FALSE(job);
    EXPECT_EQ(job.error().kind, row.kind) << job.error().message;
    EXPECT_NE(job.error().hint.find(row.hint), std::string::npos) << job.error().hint;
  }
}

TEST_F(Restore, OfAUserThatNoSnapshotHasFailsWithAWayToFindIt) {
  begin();
  back_up();
  const api::Job job = restore(object_of("nobody@aurora.example"));
  EXPECT_EQ(job.state, JobState::failed);
  ASSERT_TRUE(job.failure);
  EXPECT_EQ(job.failure->kind, "notFound");
  EXPECT_FALSE(job.failure->hint.empty());
}

TEST_F(Restore, ReportsARefusedAttributeAndWritesTheOthers) {
  begin();
  const auto [name, user] = find(is_plain_member);
  back_up();
  sim_->post("/_control/tenants/aurora/users/" + user["object"]["id"].get<std::string>() + "/patch",
             {{"department", "Changed"}, {"jobTitle", "Changed"}});
  // Graph refuses the PATCH of both, and then the one of the department.
  for (int i = 0; i < 1; ++i)
    sim_->fault({{"match", {{"method", "PATCH"}, {"path", "/users/{id}"}, {"count", 2}}},
                 {"action", "status"},
                 {"status", 400},
                 {"body",
                  {{"error",
                    {{"code", "Request_BadRequest"},
                     {"message", "Invalid value specified for property 'x'."}}}}}});
  const api::Job job = restore(object_of(name));
  const auto item = items(job.id).at(0);
  EXPECT_EQ(job.state, JobState::partial) << base::json_text(json(item), 1);
  EXPECT_EQ(item.outcome, Outcome::partial);
  EXPECT_EQ(item.problems.size(), 1U);
  const auto now = sim_->dump("aurora")["users"][name]["object"];
  EXPECT_NE(now["jobTitle"] == user["object"]["jobTitle"],
            now["department"] == user["object"]["department"]);
}

}  // namespace
}  // namespace entrad::restore
