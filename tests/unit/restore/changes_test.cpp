// The report of a restore tells every change: against a simulated tenant before and after, and step
// by step from journals written by hand.
#include "restore/report/changes.h"

#include "base/json.h"
#include "directory/canonical.h"
#include "directory/difference.h"
#include "directory/sections.h"
#include "tenant_story.h"

namespace entrad::restore {
namespace {

using api::JobState;
using api::Outcome;
using api::ReportedChange;
using nlohmann::json;

constexpr const char* kUser = "00000000-aaaa-4000-8000-000000000001";
constexpr const char* kGroup = "00000000-aaaa-4000-8000-000000000900";

class Changes : public TenantStory {
 protected:
  api::ReportPage told(base::JobId id) {
    auto page = changes(*store_, indexes_, id, {0, 100000, false});
    if (!page) throw std::runtime_error(page.error().message);
    return *page;
  }
  std::vector<ReportedChange> told_of(base::JobId id, const std::string& name) {
    for (auto& user : told(id).users)
      if (user.item.user_principal_name == name) return user.changes;
    return {};
  }
  static std::set<std::string> names(const std::vector<ReportedChange>& changes,
                                     const std::string& section, const std::string& change) {
    std::set<std::string> found;
    for (const auto& one : changes)
      if (one.section == section && one.change == change) found.insert(one.what);
    return found;
  }
  // By display name. The dump calls groups by their mailNickname.
  static std::set<std::string> memberships(const json& user, const json& groups) {
    std::set<std::string> names;
    for (const char* list : {"memberships", "administrativeUnits"})
      for (const json& one : user.value(list, json::array()))
        names.insert(groups.contains(one) ? groups[one.get<std::string>()]["displayName"] : one);
    return names;
  }
  // Groups whose members no restore writes: those with a rule.
  std::set<std::string> ruled(base::SnapshotNumber snapshot) {
    std::set<std::string> names;
    store_->snapshots().for_each(
        "aurora", snapshot, api::ObjectKind::group, [&](const base::Guid& id) {
          const auto text = store_->snapshots().content("aurora", snapshot, api::ObjectKind::group,
                                                        id, api::Section::object);
          const json group = base::read_json(text.value_or("{}"));
          if (directory::group_write(group) == directory::GroupWrite::dynamic)
            names.insert(group["displayName"]);
          return true;
        });
    return names;
  }
  static std::set<std::string> roles(const json& user) {
    std::set<std::string> names;
    for (const json& one : user.value("roles", json::array())) names.insert(one["role"]);
    return names;
  }
  static std::set<std::string> without(std::set<std::string> all,
                                       const std::set<std::string>& others) {
    for (const auto& one : others) all.erase(one);
    return all;
  }
  static std::string value_line(const std::string& attribute, const json& from, const json& to) {
    const auto text = [&](const json& value) {
      return directory::canonical(json{{attribute, value}});
    };
    return attribute + ": " + text(from) + " -> " + text(to);
  }
  static std::set<std::string> values(const std::vector<ReportedChange>& changes) {
    std::set<std::string> lines;
    for (const auto& one : changes)
      if (one.change == "set") lines.insert(value_line(one.what, one.from, one.to));
    return lines;
  }
  static std::set<std::string> values(const json& before, const json& after) {
    json from = before;
    json to = after;
    from.erase("primarySmtpAddress");  // the dump's own
    to.erase("primarySmtpAddress");
    std::set<std::string> lines;
    for (const auto& one : directory::compare_values(from, to))
      lines.insert(value_line(one.attribute, one.from, one.to));
    return lines;
  }

  StepIndexes indexes_;
};

TEST_F(Changes, AreAllThatIsDifferentAfterARestore) {
  begin("aurora:users=150,seed=5,lag=0");
  back_up();
  disaster({{"seed", 3}, {"scramble", 15}, {"removeMemberships", 40}, {"removeRoles", 2}});
  const json before = sim_->dump("aurora")["users"];
  const api::Job job = restore(everything());
  const json tenant = sim_->dump("aurora");
  const json& after = tenant["users"];
  const json& groups = tenant["groups"];
  const auto not_written = ruled(*job.snapshot);
  const auto report = told(job.id);
  std::size_t set = 0;
  std::size_t added = 0;
  std::size_t assigned = 0;
  std::map<std::string, json> was;
  for (const auto& [name, user] : before.items()) was[user["object"]["id"]] = user;
  for (const auto& [name, user] : after.items()) {
    const json& old = was.at(user["object"]["id"]);
    std::vector<ReportedChange> changes;
    for (const auto& one : report.users)
      if (one.item.user_id == user["object"]["id"]) changes = one.changes;
    EXPECT_EQ(values(changes), values(old["object"], user["object"])) << name;
    EXPECT_EQ(names(changes, "memberships", "added"),
              without(without(memberships(user, groups), memberships(old, groups)), not_written))
        << name;
    EXPECT_EQ(names(changes, "roles", "added"), without(roles(user), roles(old))) << name;
    set += values(changes).size();
    added += names(changes, "memberships", "added").size();
    assigned += names(changes, "roles", "added").size();
  }
  EXPECT_GT(set, 10U);
  EXPECT_GT(added, 20U);
  EXPECT_EQ(assigned, 2U);
  EXPECT_GT(job.progress.quota.at("directory.write"), 0U);
}

TEST_F(Changes, OfUsersWhoCameBackSayHowAndWithWhichId) {
  begin();
  const auto [name, user] = find(is_plain_member);
  const auto [other_name, other] = find([&name = name](const json& candidate) {
    return is_plain_member(candidate) && candidate["object"]["userPrincipalName"] != name;
  });
  back_up();
  delete_user(user["object"]["id"]);
  purge_user(other["object"]["id"]);
  api::RestoreRequest request = object_of(name);
  request.selection.users.push_back(other_name);
  const api::Job job = restore(request);
  const auto back = told_of(job.id, name);
  ASSERT_FALSE(back.empty());
  EXPECT_EQ(back[0].change, "restored");
  EXPECT_EQ(back[0].status, "written");
  const auto made = told_of(job.id, other_name);
  ASSERT_FALSE(made.empty());
  EXPECT_EQ(made[0].change, "created");
  EXPECT_EQ(made[0].id, sim_->dump("aurora")["users"][other_name]["object"]["id"]);
  EXPECT_TRUE(
      values(made).contains(value_line("displayName", nullptr, other["object"]["displayName"])));
  EXPECT_EQ(names(made, "object", "resetPassword").size(), 1U);

  // And of the way back: one is in the bin again, and so is the other.
  auto undoing = queue_->submit(api::UndoRequest{job.id, true, {}}, "tester");
  ASSERT_TRUE(undoing);
  wait(undoing->id);
  for (const auto& undone : told(undoing->id).users) {
    ASSERT_FALSE(undone.changes.empty());
    EXPECT_EQ(undone.changes[0].change, "deleted");
  }
}

TEST_F(Changes, OfANewUserBesideTheOldOneAreThoseOfTheNewOne) {
  begin();
  const auto [name, user] = find(is_plain_member);
  back_up();
  api::RestoreRequest request = object_of(name);
  request.with_object = false;
  request.as_new = "somebody.new@{domain}";
  const api::Job job = restore(request);
  const auto users = told(job.id).users;
  ASSERT_EQ(users.size(), 1U);
  const auto& made = users[0].changes;
  ASSERT_FALSE(made.empty());
  const std::string new_name = "somebody.new@" + name.substr(name.find('@') + 1);
  EXPECT_EQ(made[0].change, "created");
  EXPECT_EQ(made[0].what, new_name);
  EXPECT_EQ(made[0].id, sim_->dump("aurora")["users"][new_name]["object"]["id"]);
  EXPECT_TRUE(
      values(made).contains(value_line("displayName", nullptr, user["object"]["displayName"])));
}

TEST_F(Changes, StayAsTheyAreWhenGroupAndSnapshotAreGone) {
  begin("aurora:users=150,seed=5,lag=0");
  const api::Job first = back_up();
  disaster({{"seed", 4}, {"removeMemberships", 60}});
  const api::Job job = restore(everything());
  const json then = json(told(job.id).users);
  std::set<std::string> groups;
  for (const auto& user : told(job.id).users)
    for (const auto& one : user.changes)
      if (one.section == "memberships" && one.kind == "group") groups.insert(one.id);
  ASSERT_FALSE(groups.empty());
  sim_->post("/_control/tenants/aurora/groups/purge",
             {{"ids", std::vector<std::string>(groups.begin(), groups.end())}});
  back_up();
  api::PruneRequest prune;
  prune.tenant = "aurora";
  prune.snapshots = {*first.snapshot};
  auto pruning = queue_->submit(prune, "tester");
  ASSERT_TRUE(pruning) << pruning.error().message;
  EXPECT_EQ(wait(pruning->id).state, JobState::succeeded);
  json now = json(told(job.id).users);
  // What kind of group it was is told by the snapshots alone.
  json expected = then;
  for (json* users : {&now, &expected})
    for (json& user : *users)
      for (json& one : user["changes"]) one.erase("detail");
  EXPECT_EQ(now, expected);
}

// Journals written by hand.
class Account : public testing::Test {
 protected:
  Account() {
    auto store = store::Store::open({.directory = directory_.path() / "state"}, clock_);
    if (!store) throw std::runtime_error(store.error().message);
    store_ = std::move(*store);
    api::Job job;
    job.tenant = "aurora";
    job.kind = api::JobKind::restore;
    job_ = store_->journal().submit(job).value().id;
  }

  static store::ItemRow row(std::uint64_t seq = 0, bool verified = false) {
    store::ItemRow row;
    row.item.seq = seq;
    row.item.user_id = kUser;
    row.item.outcome = verified ? Outcome::restored : Outcome::pending;
    row.item.verified = verified;
    row.work = json::object();
    row.pre_image = {
        {"where", "live"}, {"id", kUser}, {"object", {{"city", "Oslo"}, {"department", "Sales"}}}};
    return row;
  }
  void put(const store::ItemRow& row) { ASSERT_TRUE(store_->journal().put_items(job_, {row})); }
  static store::Step patch(const json& body) {
    store::Step step;
    step.items = {0};
    step.kind = "patch";
    step.method = "PATCH";
    step.path = std::string("/users/") + kUser;
    step.body = body;
    return step;
  }
  static store::Step members(std::vector<std::uint64_t> items) {
    store::Step step;
    step.items = std::move(items);
    step.kind = "members";
    step.method = "PATCH";
    step.path = std::string("/groups/") + kGroup;
    step.names = {{kGroup, "All Paper"}};
    return step;
  }
  // Sends it; without an outcome it stays open.
  void write(store::Step step, int status = 204, const std::string& outcome = "done") {
    auto steps = store_->journal().intend(job_, {std::move(step)});
    ASSERT_TRUE(steps);
    if (outcome.empty()) return;
    (*steps)[0].status = status;
    (*steps)[0].outcome = outcome;
    ASSERT_TRUE(store_->journal().settle(job_, *steps, {}));
  }
  api::ReportPage page(const ChangesWanted& wanted = {}) {
    auto page = changes(*store_, indexes_, job_, wanted);
    if (!page) throw std::runtime_error(page.error().message);
    return *page;
  }
  // "city: "Oslo" -> "Bergen" (written)"
  std::vector<std::string> told(std::size_t user = 0) {
    std::vector<std::string> lines;
    const auto told = page();
    for (const auto& one : told.users.at(user).changes) {
      std::string line = one.change + " " + one.what;
      if (one.change == "set")
        line += " " + base::json_text(one.from) + " -> " + base::json_text(one.to);
      lines.push_back(line + " (" + one.status + ")");
    }
    return lines;
  }
  using Lines = std::vector<std::string>;

  fakes::TemporaryDirectory directory_;
  base::SystemClock clock_;
  std::unique_ptr<store::Store> store_;
  base::JobId job_;
  StepIndexes indexes_;
};

TEST_F(Account, TellsARepeatedWriteOnceAndASecondValueToo) {
  put(row());
  write(patch({{"city", "Bergen"}}));
  write(patch({{"city", "Bergen"}}));
  write(patch({{"city", "Bodø"}}));
  EXPECT_EQ(told(), (Lines{"set city \"Oslo\" -> \"Bergen\" (written)",
                           "set city \"Bergen\" -> \"Bodø\" (written)"}));
}

TEST_F(Account, DoesNotTellWhatWasRefusedForTheMoment) {
  put(row());
  write(patch({{"city", "Bergen"}}), 503, "transient");
  write(patch({{"city", "Bergen"}}), 429, "throttled");
  EXPECT_EQ(told(), Lines{});
  write(patch({{"city", "Bergen"}}));
  EXPECT_EQ(told(), Lines{"set city \"Oslo\" -> \"Bergen\" (written)"});
}

TEST_F(Account, TellsWhatHadNoAnswerUntilItIsReadBack) {
  put(row());
  write(patch({{"city", "Bergen"}}), 0, "");
  EXPECT_EQ(told(), Lines{"set city \"Oslo\" -> \"Bergen\" (unanswered)"});
  write(patch({{"department", "Finance"}}), 504, "ambiguous");
  EXPECT_EQ(told()[1], "set department \"Sales\" -> \"Finance\" (unanswered)");
  put(row(0, true));
  EXPECT_EQ(told(), (Lines{"set city \"Oslo\" -> \"Bergen\" (confirmed)",
                           "set department \"Sales\" -> \"Finance\" (confirmed)"}));
}

TEST_F(Account, KnowsItsOwnLinkWhenGraphSaysItIsThereAlready) {
  put(row());
  put(row(1));
  write(members({0, 1}), 504, "ambiguous");
  write(members({0}), 400, "done");
  write(members({1}), 204, "done");
  EXPECT_EQ(told(0), Lines{"added All Paper (confirmed)"});
  EXPECT_EQ(told(1), Lines{"added All Paper (written)"});
}

TEST_F(Account, DoesNotTellALinkThatSomebodyElseHadMade) {
  put(row());
  write(members({0}), 400, "done");
  EXPECT_EQ(told(), Lines{});
}

TEST_F(Account, TellsARefusalWithWhatWasWantedAndTheToolToUseInstead) {
  store::ItemRow refused = row(0, true);
  const api::Failure why{"permissionDenied", "an admin's phone", "set it by hand"};
  refused.item.outcome = Outcome::partial;
  refused.item.problems = {{"impossible", "a synced group", "use Active Directory"}, why};
  refused.work["refusals"]["attr:city"] = why;
  put(refused);
  write(patch({{"city", "Bergen"}, {"department", "Finance"}}), 403, "permission");
  write(patch({{"city", "Bergen"}}), 403, "permission");
  write(patch({{"department", "Finance"}}));
  EXPECT_EQ(told(), (Lines{"set department \"Sales\" -> \"Finance\" (written)",
                           "set city \"Oslo\" -> \"Bergen\" (refused)", "notDone  (notDone)"}));
  const auto changes = page().users.at(0).changes;
  EXPECT_EQ(changes[1].remedy, "set it by hand");
  EXPECT_EQ(changes[2].remedy, "use Active Directory");
}

TEST_F(Account, OfACancelledJobTellsWhatWasDoneAndWhatWasNot) {
  store::ItemRow cancelled = row();
  cancelled.item.outcome = Outcome::partial;
  cancelled.item.problems = {{"cancelled", "the restore was cancelled", "restore it again"}};
  put(cancelled);
  write(patch({{"city", "Bergen"}}));
  EXPECT_EQ(told(), (Lines{"set city \"Oslo\" -> \"Bergen\" (written)", "notDone  (notDone)"}));
}

TEST_F(Account, NeverTellsAPasswordEvenOfAJournalThatHasOne) {
  put(row());
  store::Step create = patch({{"userPrincipalName", "ada@aurora.example"},
                              {"passwordProfile", {{"password", "aA1!secret"}}}});
  create.kind = "create";
  create.method = "POST";
  create.path = "/users";
  write(create, 201);
  write(patch({{"passwordProfile", {{"password", "aA1!secret"}}}}));
  const std::string text = base::json_text(json(page()));
  EXPECT_NE(text.find("ada@aurora.example"), std::string::npos);
  EXPECT_EQ(text.find("secret"), std::string::npos) << text;
}

TEST_F(Account, OfManyUsersIsTheSameInPagesOfAnySize) {
  std::vector<store::ItemRow> rows;
  for (std::uint64_t seq = 0; seq < 1200; ++seq) rows.push_back(row(seq));
  ASSERT_TRUE(store_->journal().put_items(job_, rows));
  for (std::uint64_t seq = 0; seq < 1200; seq += 3) write(members({seq, 1199 - seq}));
  const json whole = json(page({0, 5000, false}).users);
  ASSERT_EQ(whole.size(), 1200U);
  for (const std::size_t size : {1U, 7U, 500U, 501U}) {
    const bool only_changed = size == 7;
    json joined = json::array();
    std::optional<std::uint64_t> next = 0;
    while (next && joined.size() < (size == 1 ? 30U : 1200U)) {
      const auto part = page({*next, size, only_changed});
      for (const auto& user : part.users) joined.push_back(json(user));
      next = part.next;
    }
    json expected = json::array();
    for (const json& user : whole)
      if (!only_changed || !user["changes"].empty()) expected.push_back(user);
    if (size == 1) expected.erase(expected.begin() + 30, expected.end());
    EXPECT_EQ(joined, expected) << size;
  }
}

// A job that still runs: what came since the page before is in the next one.
TEST_F(Account, ReadsOnWhileTheJobRuns) {
  for (std::uint64_t seq = 0; seq < 3; ++seq) put(row(seq));
  write(members({2}));
  EXPECT_EQ(page({0, 1, false}).users.at(0).changes.size(), 0U);
  write(members({0}));
  write(members({1}));
  EXPECT_EQ(page({1, 1, false}).users.at(0).changes.size(), 1U);
  EXPECT_EQ(page({2, 1, false}).users.at(0).changes.size(), 1U);
}

}  // namespace
}  // namespace entrad::restore
