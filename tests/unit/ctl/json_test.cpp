// --json: one document for each command, and errors as documents on standard error.
#include <gtest/gtest.h>

#include "base/json.h"
#include "session.h"

namespace entrad::ctl {
namespace {

using fakes::Canned;
using fakes::CannedDaemon;
using nlohmann::json;
using Args = std::vector<std::string>;

const Args kHold{"restore", "--all", "--with-object", "--plan-only"};
const Args kRestore{"restore", "--all", "--with-object", "--yes"};
const Args kShow{"users", "show", "ada@aurora.example"};

struct Row {
  std::string name;
  Args args;
  Args members;  // of the document
  Args before{};
};

std::vector<Row> rows() {
  const std::string ada = "ada@aurora.example";
  return {{"status", {"status"}, {"version", "tenants", "store"}},
          {"version", {"version"}, {"entractl", "entrad"}},
          {"tenants_list", {"tenants", "list"}, {"tenants"}},
          {"tenants_check", {"tenants", "check"}, {"ok", "lines"}},
          {"backup", {"backup"}, {"id", "state", "snapshot"}},
          {"backup_no_wait", {"backup", "--no-wait"}, {"id", "state"}},
          {"snapshots_list", {"snapshots", "list"}, {"snapshots"}},
          {"snapshots_show", {"snapshots", "show", "41"}, {"number", "sections"}},
          {"snapshots_prune", {"snapshots", "prune", "--yes"}, {"job", "result"}},
          {"snapshots_prune_dry_run", {"snapshots", "prune", "--dry-run"}, {"plan"}},
          {"snapshots_pin", {"snapshots", "pin", "40"}, {"snapshot", "by"}},
          {"snapshots_unpin", {"snapshots", "unpin", "40"}, {"snapshot"}},
          {"store_check", {"store", "check"}, {"job", "result"}},
          {"store_backup", {"store", "backup"}, {"name", "path", "bytes", "madeAt", "replaced"}},
          {"users_list", {"users", "list", "--all"}, {"users", "total", "snapshot"}},
          {"users_list_page", {"users", "list", "--limit", "2"}, {"users", "total", "cursor"}},
          {"users_list_nobody", {"users", "list", "--search", "nobody"}, {"users", "total"}},
          {"users_show", {"users", "show", ada}, {"id", "object", "memberships"}},
          {"users_versions", {"users", "versions", ada}, {"id", "versions"}},
          {"users_memberships", {"users", "memberships", ada}, {"id", "snapshot", "memberships"}},
          {"users_roles", {"users", "roles", ada}, {"id", "snapshot", "roles"}},
          {"users_methods", {"users", "methods", ada}, {"id", "snapshot", "authMethods"}},
          {"restore", kRestore, {"job", "plan", "report"}},
          {"restore_plan_only", kHold, {"job", "plan"}},
          {"restore_no_wait", {"restore", "--all", "--with-object", "--no-wait"}, {"id", "state"}},
          {"restore_apply", {"restore", "--apply", "12"}, {"job", "report"}, kHold},
          {"jobs_list", {"jobs", "list"}, {"jobs"}, kHold},
          {"jobs_show", {"jobs", "show", "12"}, {"id", "state", "progress"}, kHold},
          {"jobs_watch", {"jobs", "watch", "12"}, {"id", "state"}, kRestore},
          {"jobs_items", {"jobs", "items", "12"}, {"items", "total"}, kRestore},
          {"jobs_report", {"jobs", "report", "12"}, {"job", "idChanged"}, kRestore},
          {"jobs_cancel", {"jobs", "cancel", "12"}, {"id", "state"}, kHold},
          {"jobs_approve", {"jobs", "approve", "12"}, {"id", "state"}, kHold}};
}

Printed as_json(const CannedDaemon& daemon, Args args) {
  args.emplace_back("--json");
  return run_against(daemon, args);
}

class JsonOfCommand : public testing::TestWithParam<Row> {};

TEST_P(JsonOfCommand, IsOneDocumentWithItsMembersAndNothingElse) {
  const CannedDaemon daemon;
  if (!GetParam().before.empty()) run_against(daemon, GetParam().before);
  const Printed printed = as_json(daemon, GetParam().args);
  EXPECT_EQ(printed.exit, 0) << printed.err;
  EXPECT_EQ(printed.err, "");
  const json document = base::parse_json(printed.out);
  ASSERT_TRUE(document.is_object()) << printed.out;
  for (const std::string& member : GetParam().members)
    EXPECT_TRUE(document.contains(member)) << member << " in " << printed.out;
}

INSTANTIATE_TEST_SUITE_P(Commands, JsonOfCommand, testing::ValuesIn(rows()),
                         [](const auto& row) { return row.param.name; });

TEST(Json, AllPagesOfUsersAreOneListWithoutACursor) {
  const CannedDaemon daemon;
  const json list = base::read_json(as_json(daemon, {"users", "list", "--all"}).out);
  EXPECT_EQ(list["users"].size(), 6u);
  EXPECT_EQ(list["total"], 6);
  EXPECT_FALSE(list.contains("cursor"));
}

TEST(Json, LimitStopsInTheMiddleOfThePages) {
  const CannedDaemon daemon;
  const json list = base::read_json(as_json(daemon, {"users", "list", "--limit", "4"}).out);
  EXPECT_EQ(list["users"].size(), 4u);
  EXPECT_TRUE(list.contains("cursor"));
}

TEST(Json, AnErrorIsADocumentOnStandardError) {
  const CannedDaemon daemon;
  const Printed printed = as_json(daemon, {"jobs", "show", "99"});
  EXPECT_EQ(printed.exit, 4);
  EXPECT_EQ(printed.out, "");
  EXPECT_EQ(base::read_json(printed.err)["error"]["kind"], "notFound");
}

TEST(Json, AUsageErrorIsADocumentToo) {
  const Printed printed = run_with({"--json", "jobs", "show"});
  EXPECT_EQ(printed.exit, 2);
  EXPECT_EQ(base::read_json(printed.err)["error"]["kind"], "invalidArgument");
}

TEST(Json, ARestoreWithoutYesIsLeftHeldWithItsPlan) {
  const CannedDaemon daemon;
  const Printed printed = as_json(daemon, {"restore", "--all", "--with-object"});
  EXPECT_EQ(printed.exit, 7);
  const json document = base::read_json(printed.out);
  EXPECT_EQ(document["job"]["state"], "held");
  EXPECT_EQ(document["plan"]["users"], 1250);
  EXPECT_EQ(base::read_json(printed.err)["error"]["kind"], "failedPrecondition");
  EXPECT_EQ(daemon.job(12)["state"], "held");
}

}  // namespace
}  // namespace entrad::ctl
