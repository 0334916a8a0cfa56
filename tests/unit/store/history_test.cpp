// Questions about the past, against a store with four snapshots of a small tenant:
//   1  Ada in Paper, in All Paper, no role; Bo
//   2  Ada in Pulp, also in Mill One; Cleo joins
//   3  Ada is User Administrator and left All Paper; Bo is gone
//   4  Ada in Paper again; Bo is back
#include "store/past/history.h"

#include "base/json.h"
#include "directory/sections.h"
#include "rig.h"
#include "store/past/link_history.h"
#include "store/past/snapshot_difference.h"
#include "store/past/user_log.h"

namespace entrad::store {
namespace {

using api::ObjectKind;
using api::Section;
using nlohmann::json;

const base::Guid kAda = guid(1);
const base::Guid kBo = guid(2);
const base::Guid kCleo = guid(3);
const base::Guid kPaper = guid(100);
const base::Guid kMill = guid(101);
const base::Guid kAdministrator = guid(200);

class HistoryTest : public StoreTest {
 protected:
  void SetUp() override {
    open();
    first();
    second();
    third();
    fourth();
  }

  api::Snapshot snapshot(std::uint64_t number) { return must(snapshots().find(kTenant, {number})); }

  api::UserDifference between(std::uint64_t from, std::uint64_t to, const base::Guid& user = kAda) {
    return difference(snapshots(), kTenant, user, snapshot(from), snapshot(to));
  }

  api::SnapshotDifference whole(std::uint64_t from, std::uint64_t to, DifferenceQuery query = {}) {
    return must(difference(snapshots(), kTenant, snapshot(from), snapshot(to), query));
  }

 private:
  static std::string memberships(std::vector<base::Guid> ids) {
    std::vector<directory::Link> links;
    for (const auto& id : ids)
      links.push_back({id, id == kMill ? ObjectKind::administrative_unit : ObjectKind::group});
    return directory::memberships_section(std::move(links));
  }

  void put_user(SnapshotWriter& writer, const base::Guid& id, const std::string& name,
                const std::string& department, std::vector<base::Guid> member_of) {
    const json object = {{"id", id.str()},
                         {"displayName", name},
                         {"userPrincipalName", name + "@aurora.example"},
                         {"department", department}};
    must(writer.put_user(id, summary(name), base::json_text(object)));
    must(writer.put(ObjectKind::user, id, Section::memberships, memberships(std::move(member_of))));
    must(writer.put(ObjectKind::user, id, Section::roles, "[]"));
  }

  void put_targets(SnapshotWriter& writer, const std::string& mill) {
    const json paper = {
        {"displayName", "All Paper"}, {"mail", "paper@aurora.example"}, {"securityEnabled", true}};
    must(writer.put(ObjectKind::group, kPaper, Section::object, base::json_text(paper)));
    must(writer.put(ObjectKind::administrative_unit, kMill, Section::object,
                    base::json_text({{"displayName", mill}})));
    must(writer.put(ObjectKind::role_definition, kAdministrator, Section::object,
                    base::json_text({{"displayName", "User Administrator"}})));
  }

  void finish(SnapshotWriter& writer, int second) {
    for (const auto kind : {ObjectKind::user, ObjectKind::group, ObjectKind::administrative_unit,
                            ObjectKind::role_definition})
      writer.mark_swept(kind);
    seal(writer, second);
  }

  void put_log(SnapshotWriter& writer, const char* id, const char* time, const char* before,
               const char* after) {
    const json row = {
        {"id", id},
        {"activityDateTime", time},
        {"activityDisplayName", "Update user"},
        {"category", "UserManagement"},
        {"result", "success"},
        {"initiatedBy",
         {{"user", {{"id", kCleo.str()}, {"userPrincipalName", "cleo@aurora.example"}}}}},
        {"targetResources",
         {{{"id", kAda.str()},
           {"modifiedProperties",
            {{{"displayName", "Department"}, {"oldValue", before}, {"newValue", after}}}}}}}};
    must(writer.put(ObjectKind::user, kAda, Section::audit, base::json_text(json::array({row}))));
  }

  void first() {
    auto writer = begin();
    put_targets(writer, "Mill One");
    put_user(writer, kAda, "Ada", "Paper", {kPaper});
    put_user(writer, kBo, "Bo", "Paper", {kPaper});
    finish(writer, 100);
  }
  void second() {
    auto writer = begin();
    put_targets(writer, "Mill 1");
    put_user(writer, kAda, "Ada", "Pulp", {kPaper, kMill});
    put_user(writer, kBo, "Bo", "Paper", {kPaper});
    put_user(writer, kCleo, "Cleo", "Paper", {kPaper});
    put_log(writer, "row1", "2026-11-20T08:00:00Z", R"(["Paper"])", R"(["Pulp"])");
    finish(writer, 200);
  }
  void third() {
    auto writer = begin();
    put_targets(writer, "Mill 1");
    put_user(writer, kAda, "Ada", "Pulp", {kMill});
    must(writer.put(ObjectKind::user, kAda, Section::roles,
                    directory::roles_section({{kAdministrator.str(), "/"}})));
    put_user(writer, kCleo, "Cleo", "Paper", {kPaper});
    finish(writer, 300);
  }
  void fourth() {
    auto writer = begin();
    put_targets(writer, "Mill 1");
    put_user(writer, kAda, "Ada", "Paper", {kMill});
    put_user(writer, kBo, "Bo", "Paper", {kPaper});
    put_user(writer, kCleo, "Cleo", "Paper", {kPaper});
    put_log(writer, "row2", "2026-11-22T08:00:00Z", R"(["Pulp"])", R"(["Paper"])");
    finish(writer, 400);
  }
};

TEST_F(HistoryTest, ComparesTwoVersionsOfAUserWithValuesAndNamedLinks) {
  const auto found = between(1, 3);
  EXPECT_EQ(found.change, "changed");
  EXPECT_EQ(found.display_name, "Ada");
  ASSERT_EQ(found.values.size(), 1U);
  EXPECT_EQ(found.values[0].attribute, "department");
  EXPECT_EQ(found.values[0].from, "Paper");
  EXPECT_EQ(found.values[0].to, "Pulp");
  ASSERT_EQ(found.links.size(), 3U);
  EXPECT_EQ(found.links[0].change + " " + found.links[0].display_name, "added Mill 1");
  EXPECT_EQ(found.links[1].change + " " + found.links[1].display_name, "removed All Paper");
  EXPECT_EQ(found.links[1].detail, "security");
  EXPECT_EQ(found.links[2].change + " " + found.links[2].display_name, "added User Administrator");
  EXPECT_EQ(found.links[2].detail, "tenant");
}

TEST_F(HistoryTest, NamesALinkThatWentAsItWasCalledThen) {
  // Backwards, so that the administrative unit goes.
  const auto found = between(2, 1);
  ASSERT_EQ(found.links.size(), 1U);
  EXPECT_EQ(found.links[0].change, "removed");
  EXPECT_EQ(found.links[0].display_name, "Mill 1");
}

TEST_F(HistoryTest, SaysWhenAUserWasThereOnOneSideOnly) {
  EXPECT_EQ(between(1, 2, kCleo).change, "added");
  EXPECT_EQ(between(2, 3, kBo).change, "removed");
  EXPECT_EQ(between(1, 2, kBo).change, "unchanged");
  EXPECT_EQ(between(1, 1, kCleo).change, "absent");
}

TEST_F(HistoryTest, SaysWhichSectionsCannotBeCompared) {
  auto writer = begin();
  writer.mark(Section::roles, api::Completeness::absent, "the app may not read roles");
  for (const auto section : {Section::object, Section::memberships})
    writer.mark(section, api::Completeness::complete);
  must(writer.seal(at(500)));
  const auto found = between(3, 5);
  ASSERT_TRUE(found.unknown.contains("roles"));
  EXPECT_NE(found.unknown.at("roles").find("the app may not read roles"), std::string::npos);
}

TEST_F(HistoryTest, GivesEveryVersionWithItsContents) {
  const auto versions = version_contents(snapshots(), kTenant, kAda, {4});
  ASSERT_EQ(versions.size(), 4U);
  EXPECT_EQ(versions[0].contents.at("object").at("department"), "Paper");
  EXPECT_EQ(versions[1].contents.at("object").at("department"), "Pulp");
  EXPECT_FALSE(versions[2].contents.contains("object"));
  EXPECT_EQ(versions[2].contents.at("roles").size(), 1U);
  EXPECT_EQ(versions[3].time, at(400));
  const auto bo = version_contents(snapshots(), kTenant, kBo, {3});
  ASSERT_EQ(bo.size(), 2U);
  EXPECT_TRUE(bo[1].removed);
}

TEST_F(HistoryTest, TellsWhenAnAttributeChanged) {
  const auto changes = must(attribute_history(snapshots(), kTenant, kAda, "DEPARTMENT", {4}));
  ASSERT_EQ(changes.size(), 3U);
  EXPECT_TRUE(changes[0].first);
  EXPECT_EQ(changes[0].value.to, "Paper");
  EXPECT_EQ(changes[1].snapshot, base::SnapshotNumber{2});
  EXPECT_EQ(changes[1].value.attribute, "department");
  EXPECT_EQ(changes[1].value.from, "Paper");
  EXPECT_EQ(changes[1].value.to, "Pulp");
  EXPECT_EQ(changes[2].snapshot, base::SnapshotNumber{4});
  EXPECT_EQ(must(attribute_history(snapshots(), kTenant, kAda, "department", {3})).size(), 2U);
}

TEST_F(HistoryTest, TellsWhenLinksChanged) {
  const auto changes = must(attribute_history(snapshots(), kTenant, kAda, "memberships", {4}));
  ASSERT_EQ(changes.size(), 3U);
  EXPECT_EQ(changes[1].links.at(0).display_name, "Mill 1");
  EXPECT_EQ(changes[2].links.at(0).change, "removed");
}

TEST_F(HistoryTest, SuggestsTheAttributeThatWasMeant) {
  const auto wrong = attribute_history(snapshots(), kTenant, kAda, "departmnt", {4});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().kind, base::ErrorKind::not_found);
  EXPECT_NE(wrong.error().hint.find("department"), std::string::npos);
}

TEST_F(HistoryTest, GathersTheLogOfAUserFromAllSnapshotsNewestFirst) {
  const auto rows = user_log(snapshots(), kTenant, kAda, {4});
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].id, "row2");
  EXPECT_EQ(rows[0].by, "cleo@aurora.example");
  EXPECT_EQ(rows[0].by_kind, "user");
  ASSERT_EQ(rows[0].changes.size(), 1U);
  EXPECT_EQ(rows[0].changes[0].from, "Pulp");
  EXPECT_EQ(rows[0].changes[0].to, "Paper");
  EXPECT_EQ(user_log(snapshots(), kTenant, kAda, {3}).size(), 1U);
}

TEST_F(HistoryTest, ComparesWholeSnapshots) {
  const auto found = whole(1, 3);
  EXPECT_EQ(found.counts.at("user").added, 1U);
  EXPECT_EQ(found.counts.at("user").removed, 1U);
  EXPECT_EQ(found.counts.at("user").changed, 1U);
  EXPECT_EQ(found.counts.at("user").sections.at("roles"), 1U);
  EXPECT_EQ(found.counts.at("administrativeUnit").changed, 1U);
  EXPECT_FALSE(found.counts.contains("group"));
  ASSERT_EQ(found.objects.size(), 4U);
  EXPECT_EQ(found.objects[0].user_principal_name, "Ada@aurora.example");
  EXPECT_EQ(found.objects[0].sections,
            (std::vector<std::string>{"object", "memberships", "roles"}));
  EXPECT_TRUE(found.objects[0].values.empty());
  EXPECT_EQ(found.objects[1].change, "removed");
  EXPECT_EQ(found.objects[1].display_name, "Bo");
  EXPECT_EQ(found.objects[2].change, "added");
}

TEST_F(HistoryTest, TakesWhatChangedAndChangedBackForNoDifference) {
  const auto found = whole(1, 4);
  EXPECT_EQ(found.counts.at("user").removed, 0U);
  EXPECT_EQ(found.counts.at("user").changed, 1U);
  EXPECT_EQ(found.objects[0].sections, (std::vector<std::string>{"memberships"}));
}

TEST_F(HistoryTest, ComparesBackwards) {
  const auto found = whole(3, 1);
  EXPECT_EQ(found.counts.at("user").added, 1U);
  EXPECT_EQ(found.objects[1].change, "added");
  EXPECT_EQ(found.objects[2].change, "removed");
}

TEST_F(HistoryTest, GivesDetailsOnDemand) {
  DifferenceQuery query;
  query.details = true;
  query.kind = ObjectKind::user;
  query.change = "changed";
  const auto found = whole(1, 3, query);
  ASSERT_EQ(found.objects.size(), 1U);
  EXPECT_EQ(found.objects[0].values.at(0).attribute, "department");
  EXPECT_EQ(found.objects[0].links.size(), 3U);
  EXPECT_EQ(found.counts.at("user").added, 1U);
}

TEST_F(HistoryTest, PagesADifferenceWithoutLossOrDoubles) {
  DifferenceQuery query;
  query.limit = 1;
  std::vector<std::string> ids;
  std::size_t pages = 0;
  do {
    const auto page = whole(1, 3, query);
    EXPECT_EQ(page.counts.empty(), pages > 0);
    for (const auto& object : page.objects) ids.push_back(object.id);
    query.cursor = page.cursor.value_or("");
    ++pages;
  } while (!query.cursor.empty());
  std::vector<std::string> all;
  for (const auto& object : whole(1, 3).objects) all.push_back(object.id);
  EXPECT_EQ(ids, all);
  EXPECT_EQ(pages, all.size());
  query.cursor = "nonsense";
  EXPECT_FALSE(difference(snapshots(), kTenant, snapshot(1), snapshot(3), query));
}

TEST_F(HistoryTest, ListsGroupsWithTheirMembersAsOfASnapshot) {
  GroupQuery query;
  query.count_members = true;
  const auto page = must(groups(snapshots(), kTenant, {2}, query));
  ASSERT_EQ(page.groups.size(), 2U);
  EXPECT_EQ(page.groups[0].display_name, "All Paper");
  EXPECT_EQ(page.groups[0].members, 3U);
  EXPECT_EQ(page.groups[1].display_name, "Mill 1");
  EXPECT_EQ(page.groups[1].kind, "administrativeUnit");
  EXPECT_EQ(page.groups[1].members, 1U);
  query.search = "PAPER@";
  EXPECT_EQ(must(groups(snapshots(), kTenant, {2}, query)).total, 1U);
}

TEST_F(HistoryTest, FindsAGroupByIdNameOrMailAndSuggests) {
  for (const std::string& name :
       {kPaper.str(), std::string("all paper"), std::string("PAPER@aurora.example")})
    EXPECT_EQ(must(find_group(snapshots(), kTenant, {1}, name)).id, kPaper.str()) << name;
  const auto wrong = find_group(snapshots(), kTenant, {1}, "All Papr");
  ASSERT_FALSE(wrong);
  EXPECT_NE(wrong.error().hint.find("All Paper"), std::string::npos);
}

std::vector<std::string> names_of(const api::UserPage& page) {
  std::vector<std::string> names;
  for (const auto& user : page.users) names.push_back(user.display_name);
  return names;
}

TEST_F(HistoryTest, TellsWhoWasInAGroupThen) {
  using Names = std::vector<std::string>;
  EXPECT_EQ(names_of(must(members(snapshots(), kTenant, {1}, kPaper, 10, ""))),
            (Names{"Ada", "Bo"}));
  EXPECT_EQ(names_of(must(members(snapshots(), kTenant, {3}, kPaper, 10, ""))), (Names{"Cleo"}));
  const auto page = must(members(snapshots(), kTenant, {2}, kPaper, 2, ""));
  EXPECT_EQ(page.total, 3U);
  EXPECT_EQ(names_of(must(members(snapshots(), kTenant, {2}, kPaper, 2, *page.cursor))),
            (Names{"Cleo"}));
}

std::vector<std::string> told(const std::vector<api::LinkEvent>& events) {
  std::vector<std::string> lines;
  for (const auto& event : events)
    lines.push_back(event.snapshot.str() + " " + event.display_name + " " + event.change +
                    (event.user_gone ? " gone" : "") +
                    (event.role_name.empty() ? "" : " " + event.role_name));
  return lines;
}

TEST_F(HistoryTest, TellsWhoJoinedAndLeftAGroup) {
  using Lines = std::vector<std::string>;
  EXPECT_EQ(told(group_history(snapshots(), kTenant, kPaper, {1}, {4})),
            (Lines{"2 Cleo joined", "3 Ada left", "3 Bo left gone", "4 Bo joined"}));
  EXPECT_EQ(told(group_history(snapshots(), kTenant, kPaper, {3}, {4})), (Lines{"4 Bo joined"}));
  EXPECT_EQ(told(group_history(snapshots(), kTenant, kMill, {1}, {4})), (Lines{"2 Ada joined"}));
}

TEST_F(HistoryTest, TellsWhoGainedAndLostRoles) {
  using Lines = std::vector<std::string>;
  EXPECT_EQ(told(role_history(snapshots(), kTenant, {1}, {4}, "")),
            (Lines{"3 Ada gained User Administrator", "4 Ada lost User Administrator"}));
  EXPECT_EQ(told(role_history(snapshots(), kTenant, {1}, {3}, "user administrator")).size(), 1U);
  EXPECT_TRUE(role_history(snapshots(), kTenant, {1}, {4}, "Global Reader").empty());
}

TEST_F(HistoryTest, TellsWhoHoldsRolesThen) {
  const auto holders = role_holders(snapshots(), kTenant, {3}, "");
  ASSERT_EQ(holders.size(), 1U);
  EXPECT_EQ(holders[0].display_name, "Ada");
  EXPECT_EQ(holders[0].role_name, "User Administrator");
  EXPECT_EQ(holders[0].detail, "tenant");
  EXPECT_TRUE(role_holders(snapshots(), kTenant, {2}, "").empty());
}

TEST_F(HistoryTest, TellsWhoHoldsARoleByScheduleOrThroughAGroup) {
  const directory::Role role{kAdministrator.str(), "/"};
  const auto timed = [](const char* end) {
    return json{{"startDateTime", "2026-11-01T00:00:00Z"}, {"expiration", {{"endDateTime", end}}}};
  };
  const auto put = [&](SnapshotWriter& writer, ObjectKind kind, const base::Guid& id,
                       const std::vector<directory::HeldRole>& roles) {
    must(writer.put(kind, id, Section::roles, directory::held_roles_section(roles)));
  };
  auto fifth = begin();
  put(fifth, ObjectKind::group, kPaper, {{role, false, nullptr}});
  put(fifth, ObjectKind::user, kAda, {{role, true, timed("2099-01-01T00:00:00Z")}});
  seal(fifth, 500);
  auto sixth = begin();
  put(sixth, ObjectKind::user, kAda,
      {{role, true, timed("2099-01-01T00:00:00Z")}, {role, false, timed("2026-12-01T00:00:00Z")}});
  seal(sixth, 600);
  auto seventh = begin();
  put(seventh, ObjectKind::user, kAda, {{role, false, nullptr}});
  seal(seventh, 700);

  std::vector<std::string> held;
  for (const auto& holder : role_holders(snapshots(), kTenant, {6}, ""))
    held.push_back(holder.display_name + ": " + holder.detail);
  EXPECT_EQ(held, (std::vector<std::string>{"Ada: tenant, until 2026-12-01T00:00:00Z",
                                            "Ada: tenant, eligible, until 2099-01-01T00:00:00Z",
                                            "Bo: tenant, through All Paper",
                                            "Cleo: tenant, through All Paper"}));
  EXPECT_EQ(told(role_history(snapshots(), kTenant, {4}, {7}, "")),
            (std::vector<std::string>{"5 Ada gained User Administrator",
                                      "6 Ada gained User Administrator",
                                      "7 Ada lost User Administrator"}));
  const auto changes = between(6, 7).links;
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].change, "changed");
  EXPECT_EQ(changes[0].detail, "tenant") << "for good now";
  EXPECT_EQ(changes[1].change, "removed");
  EXPECT_EQ(changes[1].detail, "tenant, eligible, until 2099-01-01T00:00:00Z");
}

TEST_F(HistoryTest, AnUnsealedSnapshotIsNotPartOfThePast) {
  auto writer = begin();
  must(writer.put(ObjectKind::user, kAda, Section::memberships, "[]"));
  EXPECT_TRUE(told(group_history(snapshots(), kTenant, kMill, {3}, {4})).empty());
  EXPECT_EQ(version_contents(snapshots(), kTenant, kAda, {9}).size(), 4U);
}

TEST_F(HistoryTest, StatisticsNameEveryTable) {
  const auto statistics = store_->statistics();
  EXPECT_GT(statistics.file_bytes, 0U);
  std::uint64_t rows = 0;
  for (const auto& table : statistics.tables)
    if (table.name == "snapshot") rows = table.rows;
  EXPECT_EQ(rows, 4U);
}

}  // namespace
}  // namespace entrad::store
