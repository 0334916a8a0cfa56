// Backups that were interrupted, what did not change since the last one, and what changed.
#include "rig.h"

namespace entrad::store {
namespace {

using api::ObjectKind;
using api::Section;

constexpr base::SnapshotNumber kFirst{1};
constexpr base::SnapshotNumber kSecond{2};
constexpr base::SnapshotNumber kThird{3};

class Attempts : public StoreTest {
 protected:
  Attempts() { open(); }

  SnapshotWriter attempt(const std::string& name) {
    return must(snapshots().begin(kTenant, api::SnapshotKind::full, at(0), name));
  }
  void put(SnapshotWriter& writer, unsigned number, const std::string& content) {
    must(writer.put_user(guid(number), summary("user" + std::to_string(number)), content));
  }
  // As a sweep does it: put only where the raw answer is another. True: it was put.
  bool look(SnapshotWriter& writer, unsigned number, const std::string& raw) {
    if (writer.is_unchanged(ObjectKind::user, guid(number), Section::object, raw)) return false;
    put(writer, number, raw);
    return true;
  }
  api::Snapshot sweep(const std::map<unsigned, std::string>& users) {
    auto writer = begin();
    for (const auto& [number, raw] : users) look(writer, number, raw);
    writer.mark_swept(ObjectKind::user);
    return seal(writer);
  }
  std::optional<std::string> object(base::SnapshotNumber snapshot, unsigned number) {
    return snapshots().content(kTenant, snapshot, ObjectKind::user, guid(number), Section::object);
  }
  std::map<std::string, int> changes(base::SnapshotNumber from, base::SnapshotNumber to) {
    std::map<std::string, int> found;
    snapshots().for_each_change(kTenant, from, to,
                                [&](ObjectKind, const base::Guid& id, std::uint16_t sections) {
                                  found[id.str()] = sections;
                                  return true;
                                });
    return found;
  }
};

// A reader finds the end of an answer by it; one of 64 KiB and more is compared all the same.
TEST_F(Attempts, KnowTheSizeOfAnAnswerThatIsNotLarge) {
  const std::string small(5'000, 's');
  const std::string large(70'000, 'l');
  sweep({{1, small}, {2, large}});
  auto writer = begin();
  const auto size = [&](unsigned number) {
    return writer.known_size(ObjectKind::user, guid(number), Section::object);
  };
  EXPECT_EQ(size(1), small.size());
  EXPECT_EQ(size(2), 0U);
  EXPECT_EQ(size(3), 0U);
  EXPECT_FALSE(look(writer, 1, small));
  EXPECT_FALSE(look(writer, 2, large));
  EXPECT_TRUE(look(writer, 2, large + "l"));
  EXPECT_TRUE(look(writer, 1, std::string(5'000, 't')));
  EXPECT_EQ(size(1), 0U);  // replaced here: the parent's says nothing any more
}

TEST_F(Attempts, GoOnWhereTheyWereInterrupted) {
  sweep({{1, "{\"a\":1}"}, {2, "{\"a\":1}"}, {3, "{\"a\":1}"}});
  {
    auto writer = attempt("7");
    EXPECT_FALSE(writer.is_resumed());
    EXPECT_TRUE(look(writer, 1, "{\"a\":2}"));
    EXPECT_FALSE(look(writer, 2, "{\"a\":1}"));
    writer.checkpoint("users", "page 2");
    must(writer.flush());
  }
  reopen();
  EXPECT_EQ(snapshots().list(kTenant).size(), 1U);
  auto writer = attempt("7");
  EXPECT_TRUE(writer.is_resumed());
  EXPECT_EQ(writer.checkpoint("users"), "page 2");
  EXPECT_FALSE(look(writer, 3, "{\"a\":1}"));
  writer.mark_swept(ObjectKind::user);
  const auto sealed = seal(writer);
  EXPECT_EQ(sealed.number, kSecond);
  EXPECT_EQ(sealed.counts.at("user"), 3U);
  EXPECT_EQ(sealed.removed, 0U);
  EXPECT_EQ(object(kSecond, 1), "{\"a\":2}");
  EXPECT_EQ(object(kSecond, 2), "{\"a\":1}");
  EXPECT_FALSE(attempt("7").is_resumed());
}

TEST_F(Attempts, OfAnotherNameStartAfresh) {
  sweep({{1, "{\"a\":1}"}});
  {
    auto writer = attempt("7");
    look(writer, 1, "{\"a\":2}");
    writer.checkpoint("users", "page 2");
    must(writer.flush());
  }
  auto writer = attempt("8");
  EXPECT_FALSE(writer.is_resumed());
  EXPECT_FALSE(writer.checkpoint("users"));
  EXPECT_EQ(seal(writer).changed, 0U);
  EXPECT_EQ(object(kSecond, 1), "{\"a\":1}");
}

// The answer is what the newest sealed snapshot came from, but not what was put meanwhile.
TEST_F(Attempts, SeeThatSomethingChangedAndChangedBack) {
  sweep({{1, "{\"a\":1}"}});
  {
    auto writer = attempt("7");
    EXPECT_TRUE(look(writer, 1, "{\"a\":2}"));
    EXPECT_TRUE(look(writer, 1, "{\"a\":1}"));
    EXPECT_TRUE(look(writer, 1, "{\"a\":2}"));
    writer.checkpoint("users", "page 2");
    must(writer.flush());
  }
  auto writer = attempt("7");
  EXPECT_TRUE(look(writer, 1, "{\"a\":1}"));
  EXPECT_EQ(seal(writer).changed, 0U);
  EXPECT_EQ(object(kSecond, 1), "{\"a\":1}");
}

// The row was written before the interruption, so nobody knows the fingerprint of its answer.
TEST_F(Attempts, DoNotTrustAFingerprintOlderThanTheContent) {
  sweep({{1, "{\"a\":1}"}});
  {
    auto writer = attempt("7");
    EXPECT_TRUE(look(writer, 1, "{\"a\":2}"));
    writer.checkpoint("users", "end");
    must(writer.flush());
  }
  auto writer = attempt("7");
  seal(writer);
  EXPECT_EQ(object(kSecond, 1), "{\"a\":2}");
  sweep({{1, "{\"a\":1}"}});
  EXPECT_EQ(object(kThird, 1), "{\"a\":1}");
}

TEST_F(Attempts, SeeWhatIsAsItWasAndBuryOnlyWhoIsGone) {
  sweep({{1, "{\"a\":1}"}, {2, "{\"a\":1}"}, {3, "{\"a\":1}"}});
  auto writer = begin();
  EXPECT_FALSE(look(writer, 1, "{\"a\":1}"));
  EXPECT_TRUE(look(writer, 2, "{\"a\":2}"));
  writer.mark_swept(ObjectKind::user);
  const auto second = seal(writer);
  EXPECT_EQ(second.changed, 1U);
  EXPECT_EQ(second.removed, 1U);
  EXPECT_EQ(second.counts.at("user"), 2U);
  auto third = begin();
  EXPECT_FALSE(look(third, 2, "{\"a\":2}"));
  EXPECT_TRUE(look(third, 3, "{\"a\":1}"));  // back again
  seal(third);
  EXPECT_EQ(object(kThird, 3), "{\"a\":1}");
}

TEST_F(Attempts, PutWithoutAskingMakesTheNextLookAgain) {
  sweep({{1, "{\"a\":1}"}});
  auto writer = begin();
  put(writer, 1, "{\"a\":2}");
  seal(writer);
  sweep({{1, "{\"a\":1}"}});
  EXPECT_EQ(object(kThird, 1), "{\"a\":1}");
}

TEST_F(Attempts, RemoveWhomADeltaSaysIsGone) {
  sweep({{1, "{\"a\":1}"}, {2, "{\"a\":1}"}, {3, "{\"a\":1}"}});
  auto writer = begin(api::SnapshotKind::delta);
  writer.remove(ObjectKind::user, guid(1));
  writer.remove(ObjectKind::user, guid(2));
  put(writer, 2, "{\"a\":2}");
  const auto sealed = seal(writer);
  EXPECT_EQ(sealed.counts.at("user"), 2U);
  EXPECT_EQ(sealed.removed, 1U);
  EXPECT_FALSE(object(kSecond, 1));
  EXPECT_EQ(object(kSecond, 2), "{\"a\":2}");
  EXPECT_TRUE(snapshots().check(kTenant, kSecond));
}

TEST_F(Attempts, KeepTheirCursorsWithTheSeal) {
  auto writer = begin();
  writer.keep_cursor("users", "link 1");
  EXPECT_FALSE(snapshots().cursor(kTenant, "users"));
  seal(writer);
  EXPECT_EQ(snapshots().cursor(kTenant, "users"), "link 1");
  EXPECT_FALSE(snapshots().cursor(kTenant, "groups"));
  auto next = begin();
  seal(next);
  EXPECT_FALSE(snapshots().cursor(kTenant, "users"));
}

TEST_F(Attempts, TellWhatChangedBetweenTwoSnapshots) {
  sweep({{1, "{\"a\":1}"}, {2, "{\"a\":1}"}});
  {
    auto writer = begin();
    must(writer.put(ObjectKind::user, guid(1), Section::memberships, "[\"x\"]"));
    seal(writer);
  }
  sweep({{1, "{\"a\":2}"}});
  const auto second = std::map<std::string, int>{{guid(1).str(), 2}};
  const auto third = std::map<std::string, int>{{guid(1).str(), 1}, {guid(2).str(), 1}};
  const auto both = std::map<std::string, int>{{guid(1).str(), 3}, {guid(2).str(), 1}};
  EXPECT_EQ(changes(kFirst, kSecond), second);
  EXPECT_EQ(changes(kSecond, kThird), third);
  EXPECT_EQ(changes(kFirst, kThird), both);
  const auto there = std::map<std::string, int>{{guid(1).str(), 3}};
  EXPECT_EQ(changes({0}, kThird), there);
  EXPECT_TRUE(changes(kThird, kThird).empty());
}

TEST_F(Attempts, PackLinksAndContentsSoThatTheyComeBackAsTheyWere) {
  std::map<unsigned, std::string> links;
  std::map<unsigned, std::string> objects;
  auto writer = begin();
  for (unsigned i = 0; i < 3'000; ++i) {
    links[i] = "[{\"id\":\"" + guid(10'000 + i % 7).str() + "\",\"kind\":\"group\"},{\"id\":\"" +
               guid(20'000 + i % 500).str() + "\",\"kind\":\"administrativeUnit\"}]";
    if (i % 10 == 0) links[i] = "[{\"id\":\"" + guid(i).str() + "\",\"kind\":\"user\"}]";
    if (i % 10 == 1)
      links[i] = "[{\"id\":\"ABCDEF00-0000-0000-0000-000000000000\",\"kind\":\"group\"}]";
    if (i % 10 == 2) links[i] = "[]";
    objects[i] = "{\"department\":\"Department " + std::to_string(i % 20) +
                 "\",\"displayName\":\"User number " + std::to_string(i) +
                 "\",\"officeLocation\":\"Building 7, floor " + std::to_string(i % 5) +
                 "\",\"text\":\"" + std::string(i % 300, 'x') + "\"}";
    put(writer, i, objects[i]);
    must(writer.put(ObjectKind::user, guid(i), Section::memberships, links[i]));
  }
  seal(writer);
  reopen();
  std::size_t seen = 0;
  snapshots().for_each_content(kTenant, kFirst, ObjectKind::user, Section::memberships,
                               [&](const base::Guid& id, const std::string& content) {
                                 EXPECT_EQ(id, guid(static_cast<unsigned>(seen)));
                                 EXPECT_EQ(content, links[static_cast<unsigned>(seen)]);
                                 return ++seen < 2'900;
                               });
  EXPECT_EQ(seen, 2'900U);
  for (const auto& [number, content] : objects) ASSERT_EQ(object(kFirst, number), content);
  EXPECT_TRUE(snapshots().check(kTenant, kFirst));
}

}  // namespace
}  // namespace entrad::store
