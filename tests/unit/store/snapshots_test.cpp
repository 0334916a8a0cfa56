#include "store/snapshots.h"

#include <functional>

#include "rig.h"
#include "store/environment.h"

namespace entrad::store {
namespace {

using api::Completeness;
using api::ObjectKind;
using api::Section;
using base::ErrorKind;

constexpr base::SnapshotNumber kFirst{1};
constexpr base::SnapshotNumber kSecond{2};
constexpr base::SnapshotNumber kThird{3};

class SnapshotsTest : public StoreTest {
 protected:
  SnapshotsTest() { open(); }

  void put_user(SnapshotWriter& writer, unsigned number, const std::string& content) {
    must(writer.put_user(guid(number), summary("user" + std::to_string(number)), content));
  }
  void put_links(SnapshotWriter& writer, unsigned number, const std::string& content) {
    must(writer.put(ObjectKind::user, guid(number), Section::memberships, content));
  }
  std::optional<std::string> object(base::SnapshotNumber snapshot, unsigned number) {
    return snapshots().content(kTenant, snapshot, ObjectKind::user, guid(number), Section::object);
  }
  std::optional<std::string> links(base::SnapshotNumber snapshot, unsigned number) {
    return snapshots().content(kTenant, snapshot, ObjectKind::user, guid(number),
                               Section::memberships);
  }
  // A snapshot of these users, all others gone.
  api::Snapshot backup(const std::map<unsigned, std::string>& users, int second = 0) {
    auto writer = begin();
    for (const auto& [number, content] : users) put_user(writer, number, content);
    writer.mark_swept(ObjectKind::user);
    return seal(writer, second);
  }
  std::vector<api::UserRow> users(base::SnapshotNumber number, bool deleted = false) {
    UserQuery query;
    query.deleted = deleted;
    return must(snapshots().users(kTenant, number, query)).users;
  }
};

TEST_F(SnapshotsTest, TakeContentsOfAnySize) {
  const auto text = [](std::size_t size, char of) { return "\"" + std::string(size, of) + "\""; };
  constexpr std::size_t kLarge = 5U << 20U;  // more than is handed over at once
  auto writer = begin();
  for (unsigned i = 0; i < 40; ++i)
    put_user(writer, i, text(i % 10 == 9 ? kLarge : i * 20'000, static_cast<char>('a' + i % 26)));
  seal(writer);
  for (unsigned i = 0; i < 40; ++i)
    EXPECT_EQ(object(kFirst, i),
              text(i % 10 == 9 ? kLarge : i * 20'000, static_cast<char>('a' + i % 26)))
        << i;
}

TEST_F(SnapshotsTest, AreInvisibleUntilSealed) {
  {
    auto writer = begin();
    EXPECT_EQ(writer.number(), kFirst);
    for (unsigned i = 0; i < 5'000; ++i) put_user(writer, i, "{\"a\":1}");  // several commits
    EXPECT_TRUE(snapshots().list(kTenant).empty());
    EXPECT_FALSE(object(kFirst, 1));
    EXPECT_FALSE(snapshots().exists(kTenant, kFirst, ObjectKind::user, guid(1)));
    EXPECT_TRUE(snapshots().versions(kTenant, guid(1)).empty());
    EXPECT_EQ(snapshots().find(kTenant, kFirst).error().kind, ErrorKind::not_found);
    EXPECT_FALSE(snapshots().users(kTenant, kFirst, {}));
    writer.mark_swept(ObjectKind::user);
    seal(writer);
  }
  EXPECT_EQ(object(kFirst, 1), "{\"a\":1}");
  EXPECT_EQ(snapshots().list(kTenant).size(), 1U);
}

TEST_F(SnapshotsTest, AreDroppedWhenNeverSealed) {
  backup({{1, "{\"a\":1}"}});
  {
    auto writer = begin();
    put_user(writer, 1, "{\"a\":2}");
    for (unsigned i = 2; i < 5'000; ++i) put_user(writer, i, "{}");
  }
  auto writer = begin();
  EXPECT_EQ(writer.number(), kSecond);
  const auto sealed = seal(writer);
  EXPECT_EQ(sealed.counts.at("user"), 1U);
  EXPECT_EQ(sealed.changed, 0U);
  EXPECT_EQ(object(kSecond, 1), "{\"a\":1}");
  EXPECT_EQ(users(kSecond).size(), 1U);
}

TEST_F(SnapshotsTest, LeftByADeadProcessAreDroppedByTheNext) {
  backup({{1, "{\"a\":1}"}});
  close();
  {
    Child child("leave", directory_.store());
    EXPECT_EQ(child.rest(), (std::vector<std::string>{"ready", "left 2"}));
  }
  open();
  EXPECT_EQ(snapshots().list(kTenant).size(), 1U);
  EXPECT_FALSE(object(kSecond, 1));
  auto writer = begin();
  EXPECT_EQ(writer.number(), kSecond);
  const auto sealed = seal(writer);
  EXPECT_EQ(sealed.counts.at("user"), 1U);
  EXPECT_EQ(users(kSecond).size(), 1U);
  EXPECT_TRUE(snapshots().check(kTenant, kSecond));
}

TEST_F(SnapshotsTest, ACheckThatIsToldToStopSaysSo) {
  auto writer = begin();
  must(writer.put_user(guid(1), summary("user"), "{}"));
  seal(writer);
  std::stop_source stop;
  EXPECT_TRUE(snapshots().check(kTenant, {1}, stop.get_token()));
  stop.request_stop();
  const auto stopped = snapshots().check(kTenant, {1}, stop.get_token());
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().kind, base::ErrorKind::cancelled);
}

TEST_F(SnapshotsTest, AreWrittenOneAtATimeForATenant) {
  auto writer = begin();
  const auto second = snapshots().begin(kTenant, api::SnapshotKind::full, at(0));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::failed_precondition);
  EXPECT_TRUE(snapshots().begin("borealis", api::SnapshotKind::full, at(0)));
  seal(writer);
  EXPECT_TRUE(snapshots().begin(kTenant, api::SnapshotKind::full, at(0)));
}

TEST_F(SnapshotsTest, StayApartForEachTenant) {
  backup({{1, "{\"a\":1}"}});
  auto writer = must(snapshots().begin("borealis", api::SnapshotKind::full, at(0)));
  EXPECT_EQ(writer.number(), kFirst);
  must(writer.put_user(guid(1), summary("other"), "{\"b\":1}"));
  seal(writer);
  EXPECT_EQ(object(kFirst, 1), "{\"a\":1}");
  EXPECT_EQ(snapshots().content("borealis", kFirst, ObjectKind::user, guid(1), Section::object),
            "{\"b\":1}");
  EXPECT_EQ(users(kFirst).front().display_name, "user1");
}

TEST_F(SnapshotsTest, KeepWhatDidNotChangeFromTheOneBefore) {
  backup({{1, "{\"a\":1}"}, {2, "{\"a\":2}"}});
  const auto second = backup({{1, "{\"a\":1}"}, {2, "{\"a\":3}"}});
  EXPECT_EQ(second.parent, kFirst);
  EXPECT_EQ(second.changed, 1U);
  EXPECT_EQ(second.removed, 0U);
  EXPECT_EQ(object(kSecond, 1), "{\"a\":1}");
  EXPECT_EQ(object(kFirst, 2), "{\"a\":2}");
  EXPECT_EQ(object(kSecond, 2), "{\"a\":3}");
  ASSERT_EQ(snapshots().versions(kTenant, guid(1)).size(), 1U);
  ASSERT_EQ(snapshots().versions(kTenant, guid(2)).size(), 2U);
}

TEST_F(SnapshotsTest, ThatAreEqualHaveEqualDigests) {
  const auto first = backup({{1, "{\"a\":1}"}, {2, "{\"a\":2}"}});
  const auto second = backup({{2, "{\"a\":2}"}, {1, "{\"a\":1}"}});
  const auto third = backup({{2, "{\"a\":2}"}, {1, "{\"a\":3}"}});
  EXPECT_EQ(first.digest.size(), 64U);
  EXPECT_EQ(first.digest, second.digest);
  EXPECT_NE(first.digest, third.digest);
}

TEST_F(SnapshotsTest, RememberWhoIsGone) {
  {
    auto writer = begin();
    put_user(writer, 1, "{\"a\":1}");
    put_links(writer, 1, "[\"group\"]");
    put_user(writer, 2, "{\"a\":2}");
    writer.mark_swept(ObjectKind::user);
    seal(writer, 10);
  }
  const auto second = backup({{2, "{\"a\":2}"}}, 20);
  backup({{2, "{\"a\":2}"}}, 30);
  EXPECT_EQ(second.removed, 1U);
  EXPECT_EQ(second.counts.at("user"), 1U);
  EXPECT_FALSE(object(kSecond, 1));
  EXPECT_FALSE(links(kSecond, 1));
  EXPECT_FALSE(snapshots().exists(kTenant, kThird, ObjectKind::user, guid(1)));
  EXPECT_TRUE(snapshots().exists(kTenant, kFirst, ObjectKind::user, guid(1)));
  EXPECT_EQ(
      snapshots().last_content(kTenant, kThird, ObjectKind::user, guid(1), Section::memberships),
      "[\"group\"]");
  const auto gone = users(kThird, /*deleted=*/true);
  ASSERT_EQ(gone.size(), 1U);
  EXPECT_EQ(gone[0].id, guid(1).str());
  EXPECT_EQ(gone[0].display_name, "user1");
  EXPECT_EQ(gone[0].changed_in, kSecond);
  EXPECT_EQ(gone[0].changed_at, at(20));
  EXPECT_TRUE(gone[0].deleted);
  EXPECT_TRUE(users(kFirst, /*deleted=*/true).empty());
  const auto versions = snapshots().versions(kTenant, guid(1));
  ASSERT_EQ(versions.size(), 2U);
  EXPECT_EQ(versions[0].sections, (std::vector<std::string>{"object", "memberships"}));
  EXPECT_TRUE(versions[1].removed);
  EXPECT_EQ(versions[1].time, at(20));
}

TEST_F(SnapshotsTest, ForgetWhatWasPutOfSomebodyWhoIsGone) {
  backup({{1, "{\"a\":1}"}});
  auto writer = begin();
  put_links(writer, 1, "[\"a link that outlived its user\"]");
  put_links(writer, 7, "[\"a link of a user who came and went\"]");
  writer.mark_swept(ObjectKind::user);
  const auto sealed = seal(writer);
  EXPECT_EQ(sealed.removed, 1U);
  EXPECT_EQ(sealed.changed, 0U);
  EXPECT_FALSE(links(kSecond, 1));
  EXPECT_FALSE(links(kSecond, 7));
  EXPECT_TRUE(snapshots().versions(kTenant, guid(7)).empty());
  EXPECT_TRUE(users(kSecond).empty());
  EXPECT_TRUE(snapshots().check(kTenant, kSecond));
}

TEST_F(SnapshotsTest, KeepEverybodyWhenNothingWasSwept) {
  backup({{1, "{\"a\":1}"}, {2, "{\"a\":2}"}});
  auto writer = begin(api::SnapshotKind::delta);
  put_user(writer, 2, "{\"a\":3}");
  const auto sealed = seal(writer);
  EXPECT_EQ(sealed.kind, api::SnapshotKind::delta);
  EXPECT_EQ(sealed.counts.at("user"), 2U);
  EXPECT_EQ(object(kSecond, 1), "{\"a\":1}");
}

TEST_F(SnapshotsTest, LeaveOlderVersionsOfAnAbsentSectionAlone) {
  {
    auto writer = begin();
    put_user(writer, 1, "{\"a\":1}");
    put_links(writer, 1, "[\"group\"]");
    writer.mark_swept(ObjectKind::user);
    seal(writer);
  }
  auto writer = begin();
  put_user(writer, 1, "{\"a\":2}");
  writer.mark_swept(ObjectKind::user);
  writer.mark(Section::object, Completeness::complete);
  writer.mark(Section::memberships, Completeness::absent, "permission denied");
  const auto sealed = must(writer.seal(at(1)));
  EXPECT_EQ(links(kSecond, 1), "[\"group\"]");
  EXPECT_EQ(sealed.sections.at("memberships").completeness, Completeness::absent);
  EXPECT_EQ(sealed.sections.at("memberships").reason, "permission denied");
  EXPECT_EQ(sealed.sections.at("object").completeness, Completeness::complete);
  EXPECT_EQ(sealed.sections.at("licenses").completeness, Completeness::absent);
  EXPECT_EQ(sealed.sections.at("licenses").reason, "not backed up");
}

TEST_F(SnapshotsTest, TakeTheLastOfTwoPuts) {
  backup({{1, "{\"a\":1}"}});
  auto writer = begin();
  put_user(writer, 1, "{\"a\":2}");
  put_user(writer, 1, "{\"a\":3}");
  const auto second = seal(writer);
  EXPECT_EQ(object(kSecond, 1), "{\"a\":3}");
  EXPECT_EQ(second.changed, 1U);
  auto again = begin();
  put_user(again, 1, "{\"a\":4}");
  put_user(again, 1, "{\"a\":3}");
  EXPECT_EQ(seal(again).changed, 0U);
  EXPECT_EQ(users(kThird).front().changed_in, kSecond);
  EXPECT_TRUE(snapshots().check(kTenant, kThird));
}

TEST_F(SnapshotsTest, SayInWhichAUserLastChanged) {
  backup({{1, "{\"a\":1}"}, {2, "{\"a\":1}"}}, 10);
  auto writer = begin();
  put_user(writer, 1, "{\"a\":1}");
  put_user(writer, 2, "{\"a\":1}");
  put_links(writer, 2, "[\"group\"]");
  seal(writer, 20);
  const auto rows = users(kSecond);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].changed_in, kFirst);
  EXPECT_EQ(rows[0].changed_at, at(10));
  EXPECT_EQ(rows[1].changed_in, kSecond);
  EXPECT_EQ(rows[1].changed_at, at(20));
  EXPECT_EQ(users(kFirst)[1].changed_in, kFirst);
}

TEST_F(SnapshotsTest, AreFoundByNumberTimeOrNothing) {
  backup({}, 100);
  backup({}, 200);
  const auto named = [this](const std::string& text) {
    return snapshots().named(kTenant, text, at(3'600));
  };
  EXPECT_EQ(must(named("")).number, kSecond);
  EXPECT_EQ(must(named(" 1 ")).number, kFirst);
  EXPECT_EQ(must(named(base::rfc3339(at(150)))).number, kFirst);
  EXPECT_EQ(must(named(base::rfc3339(at(200)))).number, kSecond);
  EXPECT_EQ(must(named("now")).number, kSecond);
  EXPECT_EQ(named("3").error().kind, ErrorKind::not_found);
  EXPECT_NE(named("3").error().hint.find("snapshots 1"), std::string::npos);
  EXPECT_EQ(named(base::rfc3339(at(99))).error().kind, ErrorKind::not_found);
  EXPECT_EQ(named("soonish").error().kind, ErrorKind::invalid_argument);
  EXPECT_EQ(snapshots().newest("nobody").error().kind, ErrorKind::not_found);
}

TEST_F(SnapshotsTest, ListIdsInOrderAndLetTheCallerWriteMeanwhile) {
  std::map<unsigned, std::string> everybody;
  for (unsigned i = 0; i < 25'000; ++i) everybody[i] = "{}";
  backup(everybody);
  unsigned next = 0;
  snapshots().for_each(kTenant, kFirst, ObjectKind::user, [&](const base::Guid& id) {
    EXPECT_EQ(id, guid(next));
    if (next % 10'000 == 0) submit();
    return ++next < 24'000;
  });
  EXPECT_EQ(next, 24'000U);
}

TEST_F(SnapshotsTest, AreAsTheyWereAfterReopening) {
  const auto sealed = backup({{1, "{\"a\":1}"}}, 5);
  reopen();
  const auto found = must(snapshots().find(kTenant, kFirst));
  EXPECT_EQ(nlohmann::json(found), nlohmann::json(sealed));
  EXPECT_EQ(object(kFirst, 1), "{\"a\":1}");
  EXPECT_TRUE(snapshots().check(kTenant, kFirst));
}

TEST_F(SnapshotsTest, WantASummaryWithAUsersObject) {
  auto writer = begin();
  EXPECT_THROW((void)writer.put(ObjectKind::user, guid(1), Section::object, "{}"),
               std::logic_error);
}

class LineageTest : public StoreTest {};

TEST_F(LineageTest, FollowsTheChainToTheNewestId) {
  open();
  Lineage& lineage = store_->lineage();
  EXPECT_FALSE(lineage.successor(kTenant, guid(1)));
  must(lineage.record(kTenant, {{guid(1), guid(2)}}, {1}, at(0)));
  must(lineage.record(kTenant, {{guid(2), guid(3)}}, {2}, at(1)));
  EXPECT_EQ(lineage.successor(kTenant, guid(1)), guid(3));
  must(lineage.record(kTenant, {{guid(1), guid(9)}}, {3}, at(2)));
  reopen();
  EXPECT_EQ(store_->lineage().successor(kTenant, guid(1)), guid(9));
  EXPECT_EQ(store_->lineage().successor(kTenant, guid(2)), guid(3));
  EXPECT_FALSE(store_->lineage().successor(kTenant, guid(3)));
  EXPECT_FALSE(store_->lineage().successor("borealis", guid(1)));
}

TEST_F(LineageTest, EndsWhereItWouldGoRoundInCircles) {
  open();
  Lineage& lineage = store_->lineage();
  must(lineage.record(kTenant, {{guid(1), guid(2)}}, {1}, at(0)));
  must(lineage.record(kTenant, {{guid(2), guid(1)}}, {2}, at(1)));
  EXPECT_EQ(lineage.successor(kTenant, guid(1)), guid(2));
}

TEST_F(SnapshotsTest, LogAndEndOfAUserOutliveIt) {
  backup({{1, "{\"a\":1}"}, {2, "{\"a\":2}"}});
  auto writer = begin();
  put_user(writer, 2, "{\"a\":2}");
  must(writer.put(ObjectKind::user, guid(1), Section::audit, "[{\"id\":\"a row\"}]"));
  must(writer.put(ObjectKind::user, guid(1), Section::deletion, "{\"hard\":false}"));
  put_links(writer, 1, "[]");
  writer.mark_swept(ObjectKind::user);
  seal(writer, 1);
  backup({{2, "{\"a\":2}"}}, 2);
  for (const auto number : {kSecond, kThird}) {
    EXPECT_FALSE(object(number, 1));
    EXPECT_FALSE(links(number, 1));
    for (const Section section : {Section::audit, Section::deletion})
      EXPECT_TRUE(snapshots().content(kTenant, number, ObjectKind::user, guid(1), section));
    ASSERT_EQ(users(number, /*deleted=*/true).size(), 1U);
    EXPECT_EQ(users(number).size(), 1U);
    EXPECT_TRUE(snapshots().check(kTenant, number));
  }
}

TEST_F(SnapshotsTest, DigestIsOfWhatIsThereAndNotOfWhatWasBefore) {
  const auto put = [&](Section section, const char* content) {
    return [=](SnapshotWriter& writer) {
      must(writer.put(ObjectKind::user, guid(1), section, content));
    };
  };
  const auto with = [&](int second, const std::vector<std::function<void(SnapshotWriter&)>>& puts) {
    auto writer = begin();
    put_user(writer, 1, "{\"a\":1}");
    for (const auto& one : puts) one(writer);
    return seal(writer, second).digest;
  };
  const auto alone = with(0, {});
  const auto sponsored = with(1, {put(Section::sponsors, "[{\"id\":\"x\",\"kind\":\"user\"}]"),
                                  put(Section::photo, "{\"size\":1}")});
  EXPECT_NE(sponsored, alone);
  EXPECT_EQ(with(2, {put(Section::sponsors, "[]"), put(Section::photo, "null"),
                     put(Section::restricted_attributes, "{}"),
                     put(Section::audit, "[{\"id\":\"a row\"}]"), put(Section::deletion, "null")}),
            alone);
  EXPECT_NE(with(3, {put(Section::memberships, "[]")}), alone) << "everybody has this one";
}

TEST_F(SnapshotsTest, WriterKnowsWhatItHolds) {
  backup({{1, "{\"a\":1}"}});
  auto writer = begin();
  const auto holds = [&](unsigned number, Section section) {
    return writer.holds(ObjectKind::user, guid(number), section);
  };
  EXPECT_TRUE(holds(1, Section::object)) << "the parent's";
  EXPECT_FALSE(holds(1, Section::memberships));
  put_links(writer, 1, "[]");
  must(writer.flush());
  EXPECT_TRUE(holds(1, Section::memberships));
  EXPECT_FALSE(holds(2, Section::object));
}

}  // namespace
}  // namespace entrad::store
