// Exit codes and what is sent: a script relies on the first, the daemon on the second.
#include <gtest/gtest.h>

#include <map>

#include "session.h"

namespace entrad::ctl {
namespace {

using fakes::Canned;
using fakes::CannedDaemon;
using Args = std::vector<std::string>;

const Args kRestore{"restore", "--all", "--with-object", "--yes"};

struct Row {
  std::string name;
  Args args;
  int exit;
  std::string end = "succeeded";
  std::string failure{};
};

std::vector<Row> rows() {
  return {
      {"a_finished_backup_is_0", {"backup"}, 0},
      {"a_failed_backup_is_1", {"backup"}, 1, "failed", "storeFull"},
      {"a_cancelled_backup_is_1", {"backup"}, 1, "cancelled"},
      {"a_partial_backup_is_3", {"backup"}, 3, "partial"},
      {"a_throttled_backup_is_9", {"backup"}, 9, "failed", "throttled"},
      {"an_unreachable_graph_is_9", {"backup"}, 9, "failed", "graphUnavailable"},
      {"a_refused_credential_is_5", {"backup"}, 5, "failed", "authenticationFailed"},
      {"a_missing_permission_is_5", {"backup"}, 5, "failed", "permissionDenied"},
      {"an_unknown_failure_is_1", {"backup"}, 1, "failed", "madeUpLater"},
      {"a_finished_restore_is_0", kRestore, 0},
      {"a_partial_restore_is_3", kRestore, 3, "partial"},
      {"an_unapproved_restore_is_7", {"restore", "--all", "--with-object"}, 7},
      {"a_plan_alone_is_0", {"restore", "--all", "--with-object", "--plan-only"}, 0},
      {"an_unknown_job_is_4", {"jobs", "show", "99"}, 4},
      {"an_unknown_job_to_watch_is_4", {"jobs", "watch", "99"}, 4},
      {"an_unknown_job_to_apply_is_4", {"restore", "--apply", "99"}, 4},
      {"an_unknown_snapshot_is_4", {"snapshots", "show", "7"}, 4},
      {"an_unknown_user_is_4", {"users", "roles", "nobody"}, 4},
      {"an_unknown_tenant_is_4", {"-t", "nowhere", "snapshots", "list"}, 4},
      {"no_command_is_2", {}, 2},
      {"half_a_command_is_2", {"users"}, 2},
      {"an_unknown_command_is_2", {"frobnicate"}, 2},
      {"an_unknown_option_is_2", {"status", "--frob"}, 2},
      {"a_job_that_is_no_number_is_2", {"jobs", "show", "twelve"}, 2},
      {"an_unknown_sort_is_2", {"users", "list", "--sort", "height"}, 2},
      {"an_unknown_outcome_is_2", {"jobs", "items", "1", "--outcome", "lost"}, 2},
      {"a_limit_of_nothing_is_2", {"users", "list", "--limit", "0"}, 2},
      {"an_empty_user_is_2", {"users", "show", ""}, 2},
      {"an_empty_group_is_2", {"groups", "members", " "}, 2},
      {"an_empty_attribute_is_2", {"users", "history", "ada", ""}, 2},
      {"restoring_nothing_is_2", {"restore", "--all"}, 2},
      {"restoring_nobody_is_2", {"restore", "--with-object"}, 2},
      {"two_selections_are_2", {"restore", "a", "--all", "--with-object"}, 2},
      {"apply_with_a_selection_is_2", {"restore", "a", "--apply", "12"}, 2},
      {"apply_with_a_certificate_is_2", {"restore", "--apply", "12", "--seal-to", "c.pem"}, 2},
      {"apply_with_new_groups_is_2", {"restore", "--apply", "12", "--create-missing-groups"}, 2},
      {"apply_with_a_pass_is_2", {"restore", "--apply", "12", "--pass-minutes", "60"}, 2},
      {"plan_only_with_yes_is_2", {"restore", "a", "--plan-only", "--yes"}, 2},
      {"a_missing_file_is_4", {"restore", "--from-file", "/none", "--with-roles"}, 4},
      {"a_difference_is_0", {"users", "diff", "ada@aurora.example"}, 0},
      {"a_difference_asked_for_is_8", {"users", "diff", "ada@aurora.example", "--exit-code"}, 8},
      {"no_difference_asked_for_is_0",
       {"users", "diff", "ada@aurora.example", "--to", "live", "--exit-code"},
       0},
      {"a_difference_of_snapshots_is_8", {"snapshots", "diff", "40", "41", "--exit-code"}, 8},
      {"the_live_tenant_is_no_snapshot_2", {"snapshots", "diff", "40", "live"}, 2},
      {"a_month_that_is_none_is_2", {"snapshots", "calendar", "--month", "2026-13"}, 2},
      {"a_damaged_snapshot_is_1", {"snapshots", "check", "41"}, 1, "failed", "storeDamaged"},
      {"a_damaged_store_is_1", {"store", "check"}, 1, "failed", "storeDamaged"},
      {"a_sound_store_is_0", {"snapshots", "check"}, 0},
      {"a_prune_is_0", {"snapshots", "prune", "--yes"}, 0},
      {"a_prune_that_left_one_is_3", {"snapshots", "prune", "40", "--yes"}, 3, "partial"},
      {"a_prune_that_nobody_confirms_is_7", {"snapshots", "prune"}, 7},
      {"rules_and_snapshots_are_2", {"snapshots", "prune", "40", "--last", "1"}, 2},
      {"a_negative_rule_is_2", {"snapshots", "prune", "--last", "-1"}, 2},
      {"an_unknown_snapshot_to_pin_is_4", {"snapshots", "pin", "7"}, 4},
      {"a_sound_snapshot_is_0", {"snapshots", "check", "41"}, 0},
      {"version_is_0", {"--version"}, 0},
      {"help_is_0", {"jobs", "watch", "--help"}, 0}};
}

class ExitCode : public testing::TestWithParam<Row> {};

TEST_P(ExitCode, IsThatOfTheTable) {
  Canned world;
  world.end = GetParam().end;
  world.failure_kind = GetParam().failure;
  const CannedDaemon daemon(world);
  const Printed printed = run_against(daemon, GetParam().args);
  EXPECT_EQ(printed.exit, GetParam().exit) << printed.out << printed.err;
}

INSTANTIATE_TEST_SUITE_P(Table, ExitCode, testing::ValuesIn(rows()),
                         [](const auto& row) { return row.param.name; });

TEST(ExitCodeOfACheck, SaysWhyItWillNotWork) {
  const std::map<std::string, int> rows{
      {"works", 0}, {"limited", 0}, {"lacking", 5}, {"unreachable", 9}};
  for (const auto& [how, exit] : rows) {
    Canned world;
    world.check = how;
    const CannedDaemon daemon(world);
    EXPECT_EQ(run_against(daemon, {"tenants", "check"}).exit, exit) << how;
    EXPECT_EQ(run_against(daemon, {"tenants", "check", "--json"}).exit, exit) << how;
  }
}

TEST(Options, GlobalOnesAreTakenBeforeAndAfterTheVerb) {
  const CannedDaemon daemon;
  const std::string socket = daemon.socket();
  EXPECT_EQ(run_with({"--socket", socket, "-t", "aurora", "snapshots", "list"}).exit, 0);
  EXPECT_EQ(run_with({"snapshots", "--socket", socket, "list", "--tenant", "aurora"}).exit, 0);
  EXPECT_EQ(run_with({"snapshots", "list", "--socket=" + socket, "-t", "aurora"}).exit, 0);
}

TEST(Options, ASocketOfOnesOwnIsInTheCommandsThatAreSuggested) {
  const CannedDaemon daemon;
  const Printed printed = run_with({"backup", "--no-wait", "--socket", daemon.socket()});
  EXPECT_NE(printed.out.find("entractl --socket " + daemon.socket() + " jobs watch 12"),
            std::string::npos)
      << printed.out;
}

TEST(Options, TheTenantMayComeFromTheEnvironment) {
  Canned world;
  world.tenants = {"aurora", "borealis"};
  const CannedDaemon daemon(world);
  const Printed asked = run_against(daemon, {"snapshots", "list"});
  EXPECT_EQ(asked.exit, 2);
  EXPECT_NE(asked.err.find("aurora, borealis"), std::string::npos) << asked.err;
  const Environment tenant("ENTRAD_TENANT", "borealis");
  EXPECT_EQ(run_against(daemon, {"snapshots", "list"}).exit, 0);
  EXPECT_EQ(daemon.requests().back(), "GET /v1/tenants/borealis/snapshots");
}

TEST(Options, WithoutAnyTenantTheRemedyIsNamed) {
  Canned world;
  world.tenants.clear();
  const CannedDaemon daemon(world);
  const Printed printed = run_against(daemon, {"backup"});
  EXPECT_EQ(printed.exit, 7);
  EXPECT_NE(printed.err.find("[tenant.NAME]"), std::string::npos) << printed.err;
}

TEST(BackupRequest, CarriesFull) {
  const CannedDaemon daemon;
  run_against(daemon, {"backup", "--full", "--no-wait"});
  EXPECT_EQ(daemon.job(12)["request"]["full"], true);
  run_against(daemon, {"backup", "--no-wait"});
  EXPECT_EQ(daemon.job(13)["request"]["full"], false);
}

TEST(CheckRequest, NamesTheSnapshot) {
  const CannedDaemon daemon;
  run_against(daemon, {"snapshots", "check", "41", "--no-wait"});
  EXPECT_EQ(daemon.job(12)["request"]["kind"], "check");
  EXPECT_EQ(daemon.job(12)["request"]["at"], "41");
}

TEST(RestoreRequest, CarriesEveryOption) {
  const CannedDaemon daemon;
  run_against(daemon, {"restore", "ada@aurora.example", "--at", "3 days ago", "--with-object",
                       "bo@aurora.example", "--with-memberships", "--with-roles",
                       "--with-auth-methods", "--block-sign-in", "--plan-only"});
  const auto body = daemon.job(12)["request"];
  EXPECT_EQ(body["kind"], "restore");
  EXPECT_EQ(body["tenant"], "aurora");
  EXPECT_EQ(body["at"], "3 days ago");
  EXPECT_EQ(body["selection"]["users"],
            nlohmann::json({"ada@aurora.example", "bo@aurora.example"}));
  for (const char* field :
       {"withObject", "withMemberships", "withRoles", "withAuthMethods", "blockSignIn"})
    EXPECT_EQ(body[field], true) << field;
  EXPECT_EQ(body["approved"], false);
}

TEST(RestoreRequest, IsApprovedFromTheStartOnlyWhenNobodyWillWait) {
  const CannedDaemon daemon;
  run_against(daemon, {"restore", "--all", "--with-object", "--yes", "--no-wait"});
  EXPECT_EQ(daemon.job(12)["request"]["approved"], true);
  run_against(daemon, kRestore);
  EXPECT_EQ(daemon.job(13)["request"]["approved"], false);
}

TEST(RestoreRequest, TakesUsersFromStandardInputOnce) {
  const CannedDaemon daemon;
  const Printed printed =
      run_against(daemon, {"restore", "--from-file", "-", "--with-roles", "--plan-only"},
                  "\xEF\xBB\xBF# the night shift\nada@aurora.example\r\n\n  bo@aurora.example \n"
                  "ADA@aurora.example\n");
  EXPECT_EQ(printed.exit, 0) << printed.err;
  EXPECT_EQ(daemon.job(12)["request"]["selection"]["users"],
            nlohmann::json({"ada@aurora.example", "bo@aurora.example"}));
}

TEST(RestoreRequest, NamesTheLineThatIsNoUser) {
  const CannedDaemon daemon;
  const Printed printed = run_against(daemon, {"restore", "-", "--with-roles"},
                                      "ada@aurora.example\nBo Birch;bo@aurora.example\n");
  EXPECT_EQ(printed.exit, 2);
  EXPECT_NE(printed.err.find("standard input, line 2"), std::string::npos) << printed.err;
  EXPECT_TRUE(daemon.requests().empty());
}

TEST(RestoreRequest, RefusesAListThatTheDaemonWouldNotTake) {
  const CannedDaemon daemon;
  std::string many;
  for (int i = 0; i < 40000; ++i) many += "user" + std::to_string(i) + "@aurora.onmicrosoft.com\n";
  const Printed printed = run_against(daemon, {"restore", "-", "--with-roles"}, many);
  EXPECT_EQ(printed.exit, 2);
  EXPECT_NE(printed.err.find("too long"), std::string::npos) << printed.err;
}

}  // namespace
}  // namespace entrad::ctl
