// Random backups, deletes, prunes, pins and restarts of a tenant, held against a model in memory
// that simply copies everything. ENTRAD_LONG=1: 10,000 steps.
#include "model.h"

#include <random>

#include "fakes/campaign.h"
#include "store/pruning/pruning.h"

namespace entrad::store {
namespace {

using api::ObjectKind;
using api::Section;

constexpr ObjectKind kKinds[] = {ObjectKind::user, ObjectKind::group,
                                 ObjectKind::administrative_unit};
constexpr Section kSections[] = {Section::object, Section::memberships, Section::roles};
constexpr unsigned kIds = 25;
constexpr std::size_t kMostKept = 12;

class History : public StoreTest, public ::testing::WithParamInterface<unsigned> {
 protected:
  History() { open(1U << 20); }

  unsigned chance(unsigned of) { return static_cast<unsigned>(random_() % of); }

  // Short ones, long ones, links, and some that another object has too.
  std::string content(const Cell& place, const std::string& name) {
    const auto version = std::to_string(chance(3));
    if (place.section == Section::memberships && chance(4) != 0) return links();
    if (chance(2) == 0) return "{\"v\":" + version + "}";
    return "{\"name\":\"" + name + "\",\"text\":\"" + std::string(40, 'x') + version + "\"}";
  }
  std::string links() {
    std::string text = "[";
    for (unsigned i = 0, count = 1 + chance(3); i < count; ++i)
      text += std::string(i == 0 ? "" : ",") + "{\"id\":\"" + guid(100 + chance(20)).str() +
              "\",\"kind\":\"group\"}";
    return text + "]";
  }

  void put(SnapshotWriter& writer, const Cell& place, const std::string& text) {
    // What lists show is made from the content: a new name is a new answer.
    const bool looks = chance(2) == 0 && (place.kind != ObjectKind::user || has_its_name(place.id));
    if (looks && writer.is_unchanged(place.kind, guid(place.id), place.section, text)) {
      const auto& parent = model_.newest().contents;
      const auto known = parent.find(place);
      ASSERT_TRUE(known != parent.end() && known->second == text) << "it is not what it was";
      ASSERT_EQ(next_.contents[place], text);
      return;
    }
    if (place.kind == ObjectKind::user && place.section == Section::object)
      must(writer.put_user(guid(place.id), summary(next_.names[place.id]), text));
    else
      must(writer.put(place.kind, guid(place.id), place.section, text));
    next_.contents[place] = text;
  }

  void put_object(SnapshotWriter& writer, ObjectKind kind, unsigned id) {
    if (kind == ObjectKind::user && (!next_.names.contains(id) || chance(6) == 0))
      next_.names[id] = "User" + std::to_string(chance(40));
    for (const auto section : kSections) {
      const Cell place{kind, id, section};
      if (section != Section::object && chance(4) == 0) continue;  // not read this time
      const auto known = next_.contents.find(place);
      const bool renamed =
          kind == ObjectKind::user && section == Section::object && !has_its_name(id);
      put(writer, place,
          known == next_.contents.end() || renamed || chance(4) == 0
              ? content(place, kind == ObjectKind::user ? next_.names[id] : "")
              : known->second);
    }
  }
  bool has_its_name(unsigned id) {
    const auto& parent = model_.newest().names;
    const auto known = parent.find(id);
    return known != parent.end() && known->second == next_.names[id];
  }

  void sweep(SnapshotWriter& writer, ObjectKind kind) {
    for (unsigned id = 0; id < kIds; ++id) {
      if (chance(5) != 0)
        put_object(writer, kind, id);
      else
        missing_.emplace_back(kind, id);
    }
    swept_.insert(kind);
  }
  void delta(SnapshotWriter& writer, ObjectKind kind) {
    for (unsigned i = 0; i < kIds / 5; ++i) put_object(writer, kind, chance(kIds));
  }

  SnapshotWriter begin_attempt(api::SnapshotKind kind, const std::string& attempt) {
    return must(snapshots().begin(kTenant, kind, at(0), attempt));
  }

  void backup() {
    next_ = model_.newest();
    missing_.clear();
    swept_.clear();
    const auto kind = chance(2) == 0 ? api::SnapshotKind::full : api::SnapshotKind::delta;
    const std::string attempt = "job " + std::to_string(++attempts_);
    std::optional<SnapshotWriter> writer(begin_attempt(kind, attempt));
    for (const auto of : kKinds) {
      if (kind == api::SnapshotKind::full && chance(4) != 0)
        sweep(*writer, of);
      else
        delta(*writer, of);
      if (chance(4) == 0) interrupt(writer, kind, attempt);
    }
    for (const auto of : swept_) writer->mark_swept(of);
    for (const auto& [of, id] : missing_)
      if (swept_.contains(of)) next_.forget(of, id);
    if (kind == api::SnapshotKind::delta) remove_some(*writer);
    finish(*writer);
  }
  // The daemon stops, or the attempt does, and the same one goes on.
  void interrupt(std::optional<SnapshotWriter>& writer, api::SnapshotKind kind,
                 const std::string& attempt) {
    writer->checkpoint("step", "here");
    if (chance(2) == 0) must(writer->flush());
    writer.reset();
    if (chance(2) == 0) reopen();
    if (chance(3) == 0) prune();
    writer.emplace(begin_attempt(kind, attempt));
    ASSERT_TRUE(writer->is_resumed());
    ASSERT_EQ(writer->checkpoint("step"), "here");
  }
  void remove_some(SnapshotWriter& writer) {
    for (unsigned i = 0; i < 3; ++i) {
      const auto kind = kKinds[chance(3)];
      const unsigned id = chance(kIds);
      writer.remove(kind, guid(id));
      next_.forget(kind, id);
    }
  }
  void finish(SnapshotWriter& writer) {
    if (chance(8) == 0) return;  // never sealed; another attempt drops it
    const auto sealed = seal(writer, ++seconds_);
    model_.kept[sealed.number.value] = next_;
    digests_[sealed.number.value] = sealed.digest;
    const auto count = sealed.counts.find("user");
    EXPECT_EQ(count == sealed.counts.end() ? 0U : count->second, next_.names.size());
  }

  void prune(bool may_reopen = true) {
    if (model_.kept.size() < 3) return;
    auto& pruning = store_->pruning();
    std::vector<base::SnapshotNumber> wished;
    for (const auto& [number, moment] : model_.kept)
      if (chance(3) == 0 || model_.kept.size() > kMostKept) wished.push_back({number});
    const auto removed = must(pruning.remove(kTenant, wished));
    for (const auto number : removed) {
      EXPECT_FALSE(pinned_.contains(number.value));
      model_.kept.erase(number.value);
    }
    if (chance(3) == 0) expect_some();  // with what they left still there
    if (may_reopen && chance(3) == 0) reopen();
    must(store_->pruning().clean_up(kTenant, {}));
    EXPECT_TRUE(store_->pruning().left_behind(kTenant).empty());
  }

  void pin() {
    if (model_.kept.empty()) return;
    const auto chosen = std::next(model_.kept.begin(), chance(unsigned(model_.kept.size())));
    const base::SnapshotNumber number{chosen->first};
    if (pinned_.erase(number.value) > 0) {
      must(store_->pruning().unpin(kTenant, number));
    } else if (pinned_.size() < 3) {
      must(store_->pruning().pin(kTenant, number, "why", "me", at(0)));
      pinned_.insert(number.value);
    }
  }

  void expect_contents(std::uint64_t number) {
    const Moment& moment = model_.kept.at(number);
    for (const auto kind : kKinds)
      for (const auto section : kSections) {
        std::map<unsigned, std::string> wanted;
        for (const auto& [place, text] : moment.contents)
          if (place.kind == kind && place.section == section) wanted[place.id] = text;
        auto next = wanted.begin();
        snapshots().for_each_content(
            kTenant, {number}, kind, section, [&](const base::Guid& id, const std::string& text) {
              EXPECT_TRUE(next != wanted.end() && id == guid(next->first) && text == next->second)
                  << "snapshot " << number << " " << id.str() << " " << text;
              if (next != wanted.end()) ++next;
              return true;
            });
        EXPECT_TRUE(next == wanted.end()) << "snapshot " << number;
      }
  }
  // Until then lists know of what only removed snapshots held: who is gone, and since when.
  bool is_merged() { return store_->pruning().left_behind(kTenant).empty(); }

  void expect_one(std::uint64_t number) {
    const Moment& moment = model_.kept.at(number);
    const Cell place{kKinds[chance(3)], chance(kIds), kSections[chance(3)]};
    const auto wanted = moment.contents.find(place);
    const base::SnapshotNumber at_number{number};
    EXPECT_EQ(snapshots().content(kTenant, at_number, place.kind, guid(place.id), place.section),
              wanted == moment.contents.end() ? std::nullopt : std::optional(wanted->second));
    EXPECT_EQ(snapshots().exists(kTenant, at_number, place.kind, guid(place.id)),
              moment.has(place.kind, place.id));
    if (!is_merged()) return;
    EXPECT_EQ(
        snapshots().last_content(kTenant, at_number, place.kind, guid(place.id), place.section),
        model_.last_content(number, place));
  }
  void expect_ids(std::uint64_t number) {
    for (const auto kind : kKinds) {
      std::vector<base::Guid> wanted;
      for (unsigned id = 0; id < kIds; ++id)
        if (model_.kept.at(number).has(kind, id)) wanted.push_back(guid(id));
      std::vector<base::Guid> found;
      snapshots().for_each(kTenant, {number}, kind, [&](const base::Guid& id) {
        found.push_back(id);
        return true;
      });
      EXPECT_EQ(found, wanted);
    }
  }
  void expect_versions() {
    if (!is_merged()) return;  // a change that a removed snapshot made may be told of until then
    const unsigned id = chance(kIds);
    auto found = snapshots().versions(kTenant, guid(id));
    const auto wanted = model_.versions(id);
    ASSERT_EQ(found.size(), wanted.size()) << "user " << id;
    for (std::size_t i = 0; i < found.size(); ++i) {
      EXPECT_EQ(found[i].snapshot, wanted[i].snapshot);
      EXPECT_EQ(found[i].sections, wanted[i].sections) << "user " << id;
      EXPECT_EQ(found[i].removed, wanted[i].removed);
    }
  }

  // All pages of a query.
  std::vector<api::UserRow> pages(std::uint64_t number, UserQuery query) {
    std::vector<api::UserRow> all;
    std::uint64_t total = 0;
    do {
      auto page = must(snapshots().users(kTenant, {number}, query));
      total = page.total;
      all.insert(all.end(), page.users.begin(), page.users.end());
      query.cursor = page.cursor.value_or("");
    } while (!query.cursor.empty());
    EXPECT_EQ(total, all.size());
    return all;
  }
  void expect_users(std::uint64_t number) {
    UserQuery query;
    query.deleted = chance(3) == 0 && is_merged();
    query.sort = static_cast<UserSort>(chance(3));
    query.descending = chance(2) == 0;
    query.limit = 1 + chance(40);
    if (chance(2) == 0) query.search = chance(2) == 0 ? "ser1" : "R2";
    auto wanted = query.deleted ? model_.deleted(number) : model_.users(number);
    const auto digit = query.search.empty() ? '\0' : query.search.back();
    std::erase_if(wanted, [&](const auto& user) {
      return digit != '\0' && user.second.name.find(std::string("r") + digit) == std::string::npos;
    });
    const auto found = pages(number, query);
    ASSERT_EQ(found.size(), wanted.size()) << "snapshot " << number << " " << query.search;
    for (const auto& row : found) expect_listed(number, row, wanted, query.deleted);
    for (std::size_t i = 1; i < found.size(); ++i) {
      const auto& one = found[query.descending ? i : i - 1];
      const auto& other = found[query.descending ? i - 1 : i];
      if (query.sort == UserSort::id) {
        EXPECT_LT(one.id, other.id);
      }
      if (query.sort == UserSort::modified) {
        EXPECT_LE(one.changed_in, other.changed_in);
      }
      if (query.sort == UserSort::name) {
        EXPECT_LE(one.display_name, other.display_name);
      }
    }
  }
  void expect_listed(std::uint64_t number, const api::UserRow& row,
                     std::map<unsigned, Model::Listed>& wanted, bool deleted) {
    for (auto user = wanted.begin(); user != wanted.end(); ++user) {
      if (guid(user->first).str() != row.id) continue;
      EXPECT_EQ(row.display_name, user->second.name);
      EXPECT_EQ(row.deleted, deleted);
      if (is_merged()) {
        EXPECT_EQ(row.changed_in.value, user->second.changed_in)
            << "user " << user->first << " as of " << number;
      }
      return;
    }
    ADD_FAILURE() << "a user that is not there, or twice: " << row.id;
  }
  void expect_found(std::uint64_t number) {
    const auto users = model_.users(number);
    std::map<std::string, std::vector<unsigned>> named;
    for (const auto& [id, user] : users) named[user.name].push_back(id);
    for (const auto& [name, ids] : named) {
      if (ids.size() != 1) continue;
      const auto found = snapshots().find_user(kTenant, {number}, name + "@AURORA.example");
      ASSERT_TRUE(found) << found.error().message;
      EXPECT_EQ(*found, guid(ids.front()));
    }
  }
  void expect_changes() {
    const auto from = std::next(model_.kept.begin(), chance(unsigned(model_.kept.size())));
    const auto to = std::next(from, chance(unsigned(std::distance(from, model_.kept.end()))));
    const std::uint64_t begin = chance(4) == 0 ? 0 : from->first;
    std::set<Cell> found;
    snapshots().for_each_change(
        kTenant, {begin}, {to->first},
        [&](ObjectKind kind, const base::Guid& id, std::uint16_t sections) {
          for (unsigned n = 0; n < kIds; ++n)
            for (const auto section : kSections)
              if (guid(n) == id && (sections >> static_cast<unsigned>(section) & 1U) != 0)
                found.insert({kind, n, section});
          return true;
        });
    if (begin == to->first) {
      EXPECT_TRUE(found.empty());
    }
    for (const auto& place : model_.differences(begin, to->first))
      EXPECT_TRUE(found.contains(place)) << "from " << begin << " to " << to->first;
  }

  void expect_some() {
    if (model_.kept.empty()) return;
    const auto number = std::next(model_.kept.begin(), chance(unsigned(model_.kept.size())))->first;
    switch (chance(6)) {
      case 0:
        return expect_contents(number);
      case 1:
        return expect_ids(number);
      case 2:
        return expect_versions();
      case 3:
        return expect_users(number);
      case 4:
        return expect_found(number);
      default:
        expect_changes();
    }
    for (int i = 0; i < 20; ++i) expect_one(number);
  }
  void expect_all() {
    const auto list = snapshots().list(kTenant);
    ASSERT_EQ(list.size(), model_.kept.size());
    auto kept = model_.kept.begin();
    for (const auto& snapshot : list) {
      EXPECT_EQ(snapshot.number.value, kept->first);
      EXPECT_EQ(snapshot.digest, digests_.at(kept->first));
      expect_contents(kept->first);
      expect_users(kept->first);
      for (const auto& other : list)
        EXPECT_EQ(other.digest == snapshot.digest,
                  model_.kept.at(other.number.value).contents == kept->second.contents);
      ++kept;
    }
    for (const auto& finding : store_->check({}).findings) ADD_FAILURE() << finding;
    for (const auto& snapshot : list) {
      const auto sound = snapshots().check(kTenant, snapshot.number);
      EXPECT_TRUE(sound) << (sound ? "" : sound.error().message);
    }
  }

  void step() {
    switch (chance(8)) {
      case 0:
      case 1:
        return backup();
      case 2:
        if (chance(3) == 0) prune();
        return;
      case 3:
        return pin();
      case 4:
        if (chance(10) == 0) reopen();
        return;
      default:
        expect_some();
    }
  }

  std::mt19937 random_{GetParam()};
  Model model_;
  Moment next_;
  std::vector<std::pair<ObjectKind, unsigned>> missing_;
  std::set<ObjectKind> swept_;
  std::set<std::uint64_t> pinned_;
  std::map<std::uint64_t, std::string> digests_;
  int attempts_ = 0;
  int seconds_ = 0;
};

TEST_P(History, IsWhatAPlainCopyOfEverythingSays) {
  const bool is_long = fakes::is_long_campaign();
  const int steps = is_long ? 2'000 : 120;
  for (int i = 1; i <= steps && !HasFailure(); ++i) {
    step();
    if (i % 60 == 0) expect_all();
    if (HasFailure()) ADD_FAILURE() << "at step " << i << " of seed " << GetParam();
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, History, ::testing::Range(1U, 6U));

}  // namespace
}  // namespace entrad::store
