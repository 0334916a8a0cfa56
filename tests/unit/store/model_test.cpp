// Random histories of a tenant, held against a model in memory that simply copies everything.
#include <map>
#include <random>
#include <set>

#include "rig.h"

namespace entrad::store {
namespace {

using api::ObjectKind;
using api::Section;

constexpr ObjectKind kKinds[] = {ObjectKind::user, ObjectKind::group,
                                 ObjectKind::administrative_unit};
constexpr Section kSections[] = {Section::object, Section::memberships, Section::roles};
constexpr unsigned kIds = 30;
constexpr int kSnapshots = 8;

struct Place {
  ObjectKind kind;
  unsigned id;
  Section section;
  auto operator<=>(const Place&) const = default;
};

struct Moment {
  std::map<Place, std::string> contents;
  std::map<unsigned, std::uint64_t> changed_in;  // user -> snapshot
  bool has(ObjectKind kind, unsigned id) const {
    return contents.contains({kind, id, Section::object});
  }
};

class History : public StoreTest, public ::testing::WithParamInterface<unsigned> {
 protected:
  History() { open(1U << 20); }

  unsigned chance(unsigned of) { return static_cast<unsigned>(random_() % of); }
  std::string content() { return "{\"v\":" + std::to_string(chance(3)) + "}"; }

  void put(SnapshotWriter& writer, const Place& place, const std::string& text) {
    if (place.kind == ObjectKind::user && place.section == Section::object)
      must(writer.put_user(guid(place.id), summary("user" + std::to_string(place.id)), text));
    else
      must(writer.put(place.kind, guid(place.id), place.section, text));
    auto& known = now_.contents[place];
    if (known == text) return;
    known = text;
    if (place.kind == ObjectKind::user) touched_.insert(place.id);
  }

  void put_object(SnapshotWriter& writer, ObjectKind kind, unsigned id) {
    for (const auto section : kSections) {
      const Place place{kind, id, section};
      if (section != Section::object && chance(4) == 0) continue;  // not read this time
      const auto known = now_.contents.find(place);
      put(writer, place,
          known == now_.contents.end() || chance(3) == 0 ? content() : known->second);
    }
  }

  void forget(ObjectKind kind, unsigned id) {
    for (const auto section : kSections) now_.contents.erase({kind, id, section});
    if (kind == ObjectKind::user) now_.changed_in.erase(id);
  }

  void sweep(SnapshotWriter& writer, ObjectKind kind) {
    const bool swept = chance(4) != 0;
    for (unsigned id = 0; id < kIds; ++id) {
      if (chance(5) != 0)
        put_object(writer, kind, id);
      else if (swept)
        forget(kind, id);
    }
    if (swept) writer.mark_swept(kind);
  }

  void next_snapshot() {
    touched_.clear();
    auto writer = begin();
    for (const auto kind : kKinds) sweep(writer, kind);
    const auto sealed = seal(writer, kSnapshots);
    for (const unsigned id : touched_)
      if (now_.has(ObjectKind::user, id)) now_.changed_in[id] = sealed.number.value;
    history_[sealed.number] = now_;
  }

  void expect_contents(base::SnapshotNumber number, const Moment& moment) {
    for (const auto kind : kKinds)
      for (unsigned id = 0; id < kIds; ++id) {
        EXPECT_EQ(snapshots().exists(kTenant, number, kind, guid(id)), moment.has(kind, id));
        for (const auto section : kSections) {
          const auto wanted = moment.contents.find({kind, id, section});
          const auto found = snapshots().content(kTenant, number, kind, guid(id), section);
          ASSERT_EQ(found.value_or("none"),
                    wanted == moment.contents.end() ? "none" : wanted->second);
        }
      }
  }

  void expect_ids(base::SnapshotNumber number, const Moment& moment) {
    for (const auto kind : kKinds) {
      std::vector<base::Guid> wanted;
      for (unsigned id = 0; id < kIds; ++id)
        if (moment.has(kind, id)) wanted.push_back(guid(id));
      std::vector<base::Guid> found;
      snapshots().for_each(kTenant, number, kind, [&](const base::Guid& id) {
        found.push_back(id);
        return true;
      });
      EXPECT_EQ(found, wanted);
    }
  }

  void expect_users(base::SnapshotNumber number, const Moment& moment) {
    UserQuery query;
    query.sort = UserSort::id;
    const auto page = must(snapshots().users(kTenant, number, query));
    EXPECT_EQ(page.total, moment.changed_in.size());
    auto row = page.users.begin();
    for (const auto& [id, changed_in] : moment.changed_in) {
      ASSERT_NE(row, page.users.end());
      EXPECT_EQ(row->id, guid(id).str());
      EXPECT_EQ(row->changed_in.value, changed_in) << "user " << id << " as of " << number.str();
      ++row;
    }
  }

  void expect_all() {
    for (const auto& [number, moment] : history_) {
      expect_contents(number, moment);
      expect_ids(number, moment);
      expect_users(number, moment);
      const auto sound = snapshots().check(kTenant, number);
      EXPECT_TRUE(sound) << (sound ? "" : sound.error().message);
    }
  }

  std::mt19937 random_{GetParam()};
  Moment now_;
  std::set<unsigned> touched_;
  std::map<base::SnapshotNumber, Moment> history_;
};

TEST_P(History, IsReadAsItWasInEverySnapshot) {
  for (int i = 0; i < kSnapshots; ++i) {
    next_snapshot();
    if (chance(3) == 0) {
      auto abandoned = begin();
      put_object(abandoned, ObjectKind::user, chance(kIds));
      now_ = history_.rbegin()->second;
    }
  }
  expect_all();
  reopen();
  expect_all();
}

INSTANTIATE_TEST_SUITE_P(Seeds, History, ::testing::Range(1U, 11U));

}  // namespace
}  // namespace entrad::store
