// What people see of every command, kept in tests/golden. ENTRAD_GOLDEN_UPDATE=1 writes the files
// anew; read the difference before you commit it.
#include <gtest/gtest.h>

#include <sstream>

#include "ctl/commands.h"
#include "ctl/render/text.h"
#include "fakes/golden.h"
#include "session.h"

namespace entrad::ctl {
namespace {

using fakes::Canned;
using fakes::CannedDaemon;
using Args = std::vector<std::string>;

struct Row {
  std::string name;
  Args args;
  Canned world{};
  Args before{};  // a command that is run first
  std::string input{};
};

Canned ends(const std::string& state, const std::string& failure = "") {
  Canned world;
  world.end = state;
  world.failure_kind = failure;
  return world;
}

Canned empty() {
  Canned world;
  world.has_data = false;
  return world;
}

Canned checked(const std::string& how) {
  Canned world;
  world.check = how;
  return world;
}

const Args kRestore{"restore", "--all", "--with-object", "--with-memberships", "--yes"};
const Args kNoWait{"restore", "--all", "--with-object", "--no-wait"};
const Args kHold{"restore", "ada@aurora.example", "--with-roles", "--block-sign-in", "--plan-only"};

std::vector<Row> rows() {
  return {
      {"status", {"status"}},
      {"version", {"version"}},
      {"help", {"--help"}},
      {"help_users", {"users", "--help"}},
      {"help_users_list", {"users", "list", "--help"}},
      {"help_restore", {"restore", "--help"}},
      {"tenants_list", {"tenants", "list"}},
      {"tenants_check", {"tenants", "check"}},
      {"tenants_check_limited", {"tenants", "check"}, checked("limited")},
      {"tenants_check_lacking", {"tenants", "check"}, checked("lacking")},
      {"tenants_check_unreachable", {"tenants", "check"}, checked("unreachable")},
      {"backup", {"backup"}},
      {"backup_no_wait", {"backup", "--no-wait"}},
      {"backup_failed", {"backup"}, ends("failed", "graphUnavailable")},
      {"snapshots_list", {"snapshots", "list"}},
      {"snapshots_list_empty", {"snapshots", "list"}, empty()},
      {"snapshots_show", {"snapshots", "show", "40"}},
      {"snapshots_calendar", {"snapshots", "calendar"}},
      {"snapshots_calendar_month", {"snapshots", "calendar", "--month", "2026-10"}},
      {"snapshots_calendar_empty", {"snapshots", "calendar"}, empty()},
      {"snapshots_check", {"snapshots", "check", "41"}},
      {"snapshots_check_failed", {"snapshots", "check", "41"}, ends("failed", "storeDamaged")},
      {"snapshots_check_all", {"snapshots", "check"}},
      {"snapshots_pin", {"snapshots", "pin", "40", "--note", "before the move"}},
      {"snapshots_unpin", {"snapshots", "unpin", "40"}},
      {"snapshots_prune", {"snapshots", "prune", "--yes"}},
      {"snapshots_prune_asks", {"snapshots", "prune", "--last", "1"}},
      {"snapshots_prune_dry_run", {"snapshots", "prune", "--dry-run"}},
      {"snapshots_prune_nothing", {"snapshots", "prune", "--last", "2"}},
      {"snapshots_prune_named", {"snapshots", "prune", "40", "41", "--yes"}, ends("partial")},
      {"help_snapshots_prune", {"snapshots", "prune", "--help"}},
      {"snapshots_diff", {"snapshots", "diff", "40", "41"}},
      {"snapshots_diff_details", {"snapshots", "diff", "40", "yesterday", "--details"}},
      {"snapshots_diff_live", {"snapshots", "diff", "40", "live"}},
      {"users_list", {"users", "list"}},
      {"users_list_deleted", {"users", "list", "--deleted", "--desc", "--sort", "id"}},
      {"users_list_page", {"users", "list", "--limit", "2"}},
      {"users_list_nobody", {"users", "list", "--search", "nobody"}},
      {"users_list_empty", {"users", "list"}, empty()},
      {"users_show", {"users", "show", "ada@aurora.example"}},
      {"users_show_unreadable", {"users", "show", "bo.angstrom@aurora.example"}},
      {"users_show_unknown", {"users", "show", "nobody@aurora.example"}},
      {"users_versions", {"users", "versions", "ada@aurora.example"}},
      {"users_versions_at", {"users", "versions", "ada@aurora.example", "--at", "40"}},
      {"users_versions_contents", {"users", "versions", "ada@aurora.example", "--contents"}},
      {"users_diff", {"users", "diff", "ada@aurora.example", "--exit-code"}},
      {"users_diff_live", {"users", "diff", "ada@aurora.example", "--to", "live"}},
      {"users_diff_unknown", {"users", "diff", "nobody@aurora.example"}},
      {"users_history", {"users", "history", "ada@aurora.example", "department"}},
      {"users_log", {"users", "log", "ada@aurora.example"}},
      {"groups_list", {"groups", "list"}},
      {"groups_members", {"groups", "members", "all paper", "--at", "41"}},
      {"groups_history", {"groups", "history", "all paper"}},
      {"roles_list", {"roles", "list"}},
      {"roles_history", {"roles", "history", "--from", "40"}},
      {"store_stat", {"store", "stat"}},
      {"store_check", {"store", "check"}},
      {"store_check_failed", {"store", "check"}, ends("failed", "storeDamaged")},
      {"store_backup", {"store", "backup", "--name", "before-upgrade"}},
      {"near_command", {"restor", "--all"}},
      {"near_verb", {"users", "shw", "ada@aurora.example"}},
      {"help_users_diff", {"users", "diff", "--help"}},
      {"users_memberships", {"users", "memberships", "ada@aurora.example"}},
      {"users_roles", {"users", "roles", "ada@aurora.example"}},
      {"users_roles_none", {"users", "roles", "bo.angstrom@aurora.example"}},
      {"users_methods", {"users", "methods", "ada@aurora.example"}},
      {"users_methods_unreadable", {"users", "methods", "bo.angstrom@aurora.example"}},
      {"restore", kRestore},
      {"restore_partial", kRestore, ends("partial")},
      {"restore_plan_only", kHold},
      {"restore_held", {"restore", "-", "--with-roles"}, {}, {}, "ada@aurora.example\n"},
      {"restore_apply", {"restore", "--apply", "12"}, {}, kHold},
      {"restore_no_wait", {"restore", "--all", "--with-object", "--no-wait"}},
      {"restore_options",
       {"restore", "--all", "--with-object", "--with-memberships", "--exact", "--attributes",
        "city,mail", "--yes"}},
      {"restore_as_new",
       {"restore", "--all", "--as-new", "{local}.new@{domain}", "--with-roles", "--plan-only"}},
      {"restore_exact_apply", {"restore", "--apply", "12", "--approve-removals"}, {}, kHold},
      {"restore_what", {"restore", "--all"}},
      {"restore_whom", {"restore", "--with-object"}},
      {"jobs_list", {"jobs", "list"}, ends("failed", "throttled"), {"backup"}},
      {"jobs_list_empty", {"jobs", "list"}},
      {"jobs_list_open_empty", {"jobs", "list", "--open"}, {}, {"backup"}},
      {"jobs_show", {"jobs", "show", "12"}, {}, kRestore},
      {"jobs_show_no_number", {"jobs", "show", "twelve"}},
      {"snapshots_prune_no_number", {"snapshots", "prune", "7", "-8"}},
      {"jobs_show_held", {"jobs", "show", "12"}, {}, kHold},
      {"jobs_watch", {"jobs", "watch", "12"}, {}, {"backup", "--no-wait"}},
      {"jobs_items", {"jobs", "items", "12", "--limit", "5"}, {}, kRestore},
      {"jobs_items_outcome", {"jobs", "items", "12", "--outcome", "impossible"}, {}, kRestore},
      {"jobs_report", {"jobs", "report", "12"}, ends("partial"), kRestore},
      {"jobs_cancel", {"jobs", "cancel", "12"}, {}, kHold},
      {"jobs_approve", {"jobs", "approve", "12"}, {}, kHold},
      {"queue_status", {"queue", "status"}},
      {"queue_status_empty", {"queue", "status"}, empty()},
      {"jobs_show_unknown", {"jobs", "show", "99"}},
      {"jobs_undo", {"jobs", "undo", "12", "--yes"}, {}, kRestore},
      {"jobs_undo_plan", {"jobs", "undo", "12", "--plan-only"}, {}, kRestore},
      {"jobs_undo_open", {"jobs", "undo", "12"}, {}, kHold},
      {"jobs_retry",
       {"jobs", "retry", "12", "--outcome", "failed", "--plan-only"},
       ends("partial"),
       kRestore},
      {"jobs_pause", {"jobs", "pause", "12"}, {}, kNoWait},
      {"jobs_resume", {"jobs", "resume", "12"}, {}, kNoWait},
      {"jobs_secrets", {"jobs", "secrets", "12"}, {}, kRestore},
      {"help_jobs_report", {"jobs", "report", "--help"}},
      {"help_jobs_retry", {"jobs", "retry", "--help"}},
  };
}

std::string transcript(const Row& row) {
  const CannedDaemon daemon(row.world);
  if (!row.before.empty()) run_against(daemon, row.before);
  const Printed printed = run_against(daemon, row.args, row.input);
  std::string text = "$ entractl";
  for (const std::string& arg : row.args) text += " " + arg;
  text += "\n" + printed.out;
  if (!printed.err.empty()) text += "--- standard error\n" + printed.err;
  return text + "--- exit " + std::to_string(printed.exit) + "\n";
}

class Golden : public testing::TestWithParam<Row> {};

TEST_P(Golden, OutputIsAsKept) { fakes::expect_golden(GetParam().name, transcript(GetParam())); }

TEST_P(Golden, LinesFitAHundredColumns) {
  std::istringstream lines(transcript(GetParam()));
  for (std::string line; std::getline(lines, line);)
    EXPECT_LE(render::display_width(line), render::kWidth) << line;
}

TEST_P(Golden, NothingFromTheDirectoryDrivesTheTerminal) {
  for (const char c : transcript(GetParam()))
    EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20) << int{c};
}

INSTANTIATE_TEST_SUITE_P(Commands, Golden, testing::ValuesIn(rows()),
                         [](const auto& row) { return row.param.name; });

TEST(GoldenFiles, CoverEveryCommandOfTheTable) {
  for (const Command& command : commands()) {
    const std::string words = command.group.empty()
                                  ? std::string(command.verb)
                                  : std::string(command.group) + "_" + std::string(command.verb);
    const std::vector<Row> all = rows();
    EXPECT_TRUE(std::any_of(all.begin(), all.end(), [&](const Row& row) {
      return row.name == words;
    })) << words;
  }
}

}  // namespace
}  // namespace entrad::ctl
