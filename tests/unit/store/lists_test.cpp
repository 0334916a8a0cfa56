// Lists of users over random histories, held against a plain model that looks at everybody each
// time.
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <thread>

#include "base/text.h"
#include "directory/filter.h"
#include "rig.h"

namespace entrad::store {
namespace {

constexpr unsigned kPeople = 60;
constexpr int kSnapshots = 6;

struct Person {
  UserSummary summary;
  std::string department;
  std::uint64_t changed_in = 0;
  bool gone = false;

  std::string object() const {
    return nlohmann::json{{"accountEnabled", summary.account_enabled}, {"department", department}}
        .dump();
  }
};
using People = std::map<base::Guid, Person>;

class Lists : public StoreTest, public ::testing::WithParamInterface<unsigned> {
 protected:
  Lists() { open(1U << 20); }

  std::size_t chance(std::size_t of) { return random_() % of; }
  const std::string& one_of(const std::vector<std::string>& words) {
    return words[chance(words.size())];
  }

  base::Guid random_id() {
    std::array<std::uint8_t, 16> bytes{};
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random_());
    return base::Guid(bytes);
  }

  UserSummary random_summary() {
    const std::vector<std::string> given{"Anna", "ANNA", "Åsa", "Дмитрий", "山田", "Straße", ""};
    const std::vector<std::string> family{"Öberg",
                                          "Орлов",
                                          "太郎",
                                          "Abc",
                                          "Fed",
                                          "Abcdefghijklmnop",
                                          "Abcdefghijklmnopq",
                                          "abcdefghijklmnopr"};
    UserSummary summary;
    summary.display_name = one_of(given) + " " + one_of(family);
    summary.user_principal_name =
        "u" + std::to_string(chance(40)) + one_of({"", ".Ab", "#EXT#"}) + "@aurora.example";
    summary.mail = one_of({summary.user_principal_name, "", "Mail@Elsewhere.example"});
    summary.user_type = one_of({"Member", "Guest", ""});
    summary.account_enabled = chance(2) == 0;
    summary.on_premises_synced = chance(2) == 0;
    return summary;
  }

  // Everything that may happen to a user between two backups.
  void live_on() {
    if (ids_.empty())
      for (unsigned i = 0; i < kPeople; ++i) ids_.push_back(random_id());
    for (const auto& id : ids_) {
      Person* person = now_.contains(id) ? &now_.at(id) : nullptr;
      const auto what = chance(6);
      if (person == nullptr) {
        if (what < 3) touch(now_[id]).summary = random_summary();
      } else if (person->gone) {
        if (what == 0) touch(*person).gone = false;
      } else if (what == 0) {
        touch(*person).gone = true;
      } else if (what == 1) {
        const auto summary = random_summary();
        person->summary = summary;
        touch(*person).department = one_of({"Sales", "sales", "IT", ""});
      } else if (what == 2) {
        touch(*person).department += "!";
      }
    }
  }
  Person& touch(Person& person) {
    person.changed_in = next_number_;
    return person;
  }

  void write_all(SnapshotWriter& writer, const People& people) {
    for (const auto& [id, person] : people)
      if (!person.gone) must(writer.put_user(id, person.summary, person.object()));
    writer.mark_swept(api::ObjectKind::user);
  }

  void next_snapshot() {
    if (chance(3) == 0) {  // one that is never sealed: nobody may see anything of it
      auto abandoned = begin();
      for (const auto& [id, person] : now_)
        must(abandoned.put_user(id, random_summary(), R"({"department":"nowhere"})"));
      for (int i = 0; i < 5; ++i) must(abandoned.put_user(random_id(), random_summary(), "{}"));
    }
    live_on();
    auto writer = begin();
    write_all(writer, now_);
    seal(writer, static_cast<int>(next_number_));
    history_[next_number_++] = now_;
  }

  UserQuery random_query() {
    UserQuery query;
    query.search = random_search();
    query.sort = static_cast<UserSort>(chance(3));
    query.descending = chance(2) == 0;
    query.deleted = chance(3) == 0;
    if (chance(3) == 0) query.filter = one_of({"department eq 'SALES'", "accountEnabled eq true"});
    query.limit = 1 + chance(20);
    return query;
  }
  std::string random_search() {
    switch (chance(4)) {
      case 0:
        return "";
      case 1:
        return ids_[chance(ids_.size())].str().substr(chance(30), 1 + chance(8));
      default:
        return one_of({"a",
                       "AN",
                       "anna",
                       "орлов",
                       "田",
                       "ß",
                       "abcdefghijklmnop",
                       "u1",
                       "u12",
                       "@",
                       "aurora.example",
                       "elsewhere",
                       "ext",
                       "b@",
                       "g a",
                       "nobody at all",
                       "f",
                       "ed",
                       "abc",
                       "--",
                       "0",
                       " abc "});
    }
  }

  static bool matches(const base::Guid& id, const Person& person, const UserQuery& query) {
    if (person.gone != query.deleted) return false;
    if (query.filter.find("department") == 0 && base::fold(person.department) != "sales")
      return false;
    if (query.filter.find("accountEnabled") == 0 && !person.summary.account_enabled) return false;
    const auto needle = base::fold(base::trim(query.search));
    if (id.str().find(needle) != std::string::npos) return true;
    for (const auto* text :
         {&person.summary.display_name, &person.summary.user_principal_name, &person.summary.mail})
      if (base::fold(*text).find(needle) != std::string::npos) return true;
    return false;
  }

  // What a list has to show.
  static std::vector<base::Guid> wanted(const People& people, const UserQuery& query) {
    std::vector<std::tuple<std::string, std::uint64_t, base::Guid>> matching;
    for (const auto& [id, person] : people)
      if (matches(id, person, query))
        matching.emplace_back(
            query.sort == UserSort::name ? base::fold(person.summary.display_name) : "",
            query.sort == UserSort::modified ? person.changed_in : 0, id);
    std::sort(matching.begin(), matching.end());
    if (query.descending) std::reverse(matching.begin(), matching.end());
    std::vector<base::Guid> ids;
    for (const auto& match : matching) ids.push_back(std::get<base::Guid>(match));
    return ids;
  }

  static void expect_row(const api::UserRow& row, const Person& person) {
    EXPECT_EQ(row.display_name, person.summary.display_name);
    EXPECT_EQ(row.user_principal_name, person.summary.user_principal_name);
    EXPECT_EQ(row.mail, person.summary.mail);
    EXPECT_EQ(row.user_type, person.summary.user_type);
    EXPECT_EQ(row.account_enabled, person.summary.account_enabled);
    EXPECT_EQ(row.on_premises_synced, person.summary.on_premises_synced);
    EXPECT_EQ(row.deleted, person.gone);
    EXPECT_EQ(row.changed_in.value, person.changed_in);
    EXPECT_EQ(row.changed_at, at(static_cast<int>(person.changed_in)));
  }

  void expect_list(std::uint64_t number, UserQuery query) {
    SCOPED_TRACE("snapshot " + std::to_string(number) + ", \"" + query.search + "\", filter \"" +
                 query.filter + "\", sort " + std::to_string(static_cast<int>(query.sort)));
    const People& people = history_.at(number);
    const auto ids = wanted(people, query);
    std::vector<base::Guid> found;
    for (bool more = true; more && !HasFailure();) {
      const auto page = must(snapshots().users(kTenant, {number}, query));
      EXPECT_EQ(page.total, ids.size());
      EXPECT_LE(page.users.size(), query.limit);
      for (const auto& row : page.users) {
        found.push_back(*base::Guid::parse(row.id));
        expect_row(row, people.at(found.back()));
      }
      more = page.cursor.has_value();
      EXPECT_EQ(more, found.size() < ids.size());
      query.cursor = page.cursor.value_or("");
    }
    EXPECT_EQ(found, ids);
  }

  void expect_names(std::uint64_t number) {
    std::map<std::string, std::vector<base::Guid>> present;
    for (const auto& [id, person] : history_.at(number))
      if (!person.gone) present[base::fold(person.summary.user_principal_name)].push_back(id);
    for (const auto& [name, ids] : present) {
      const auto found = must(snapshots().find_user(kTenant, {number}, base::ascii_lower(name)));
      EXPECT_TRUE(std::find(ids.begin(), ids.end(), found) != ids.end()) << name;
    }
  }

  std::mt19937 random_{GetParam()};
  std::vector<base::Guid> ids_;
  std::uint64_t next_number_ = 1;
  People now_;
  std::map<std::uint64_t, People> history_;
};

TEST_P(Lists, ShowWhoIsMeantInOrderAsOfAnySnapshot) {
  for (int i = 0; i < kSnapshots; ++i) {
    next_snapshot();
    for (int j = 0; j < 30 && !HasFailure(); ++j)
      expect_list(1 + chance(next_number_ - 1), random_query());
  }
  for (std::uint64_t number = 1; number < next_number_; ++number) expect_names(number);
  reopen();
  for (int j = 0; j < 60 && !HasFailure(); ++j)
    expect_list(1 + chance(next_number_ - 1), random_query());
}

INSTANTIATE_TEST_SUITE_P(Seeds, Lists, ::testing::Range(0U, 12U));

class ListsAtOnce : public Lists {};

TEST_P(ListsAtOnce, AreAnsweredWhileABackupWrites) {
  for (int i = 0; i < 3; ++i) next_snapshot();
  std::vector<std::pair<std::uint64_t, UserQuery>> questions;
  for (int i = 0; i < 40; ++i) questions.emplace_back(1 + chance(3), random_query());
  const auto people = now_;
  std::vector<std::jthread> threads;
  for (unsigned i = 0; i < 4; ++i)
    threads.emplace_back([&, i] {
      for (std::size_t j = 0; j < questions.size(); ++j) {
        const auto& [number, query] = questions[(i * 10 + j) % questions.size()];
        const auto page = must(snapshots().users(kTenant, {number}, query));
        EXPECT_EQ(page.total, wanted(history_.at(number), query).size());
        if (j == 20) snapshots().forget_lists(kTenant);
      }
    });
  auto writer = begin();
  write_all(writer, people);
  seal(writer);
  threads.clear();
}

INSTANTIATE_TEST_SUITE_P(Seeds, ListsAtOnce, ::testing::Range(0U, 2U));

class ListErrors : public StoreTest {
 protected:
  ListErrors() {
    open();
    auto writer = begin();
    must(writer.put_user(guid(1), summary("Alice"), R"({"department":"Sales"})"));
    seal(writer);
  }
};

TEST_F(ListErrors, NameASnapshotThatIsNotThere) {
  EXPECT_EQ(snapshots().users(kTenant, {2}, {}).error().kind, base::ErrorKind::not_found);
  EXPECT_EQ(snapshots().users("nobody", {1}, {}).error().kind, base::ErrorKind::not_found);
  EXPECT_EQ(snapshots().warm(kTenant, {2}).error().kind, base::ErrorKind::not_found);
  EXPECT_TRUE(snapshots().warm(kTenant, {1}));
}

TEST_F(ListErrors, NameWhatIsWrongWithAFilter) {
  UserQuery query;
  query.filter = "departmnt eq 'Sales'";
  const auto page = snapshots().users(kTenant, {1}, query);
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().kind, base::ErrorKind::invalid_argument);
  EXPECT_EQ(page.error().hint, "names like it: department");
}

TEST_F(ListErrors, RefuseACursorOfAnotherFilter) {
  auto writer = begin();
  for (unsigned i = 1; i < 4; ++i)
    must(writer.put_user(guid(i), summary("Alice"), R"({"department":"Sales"})"));
  seal(writer);
  UserQuery query;
  query.filter = "department eq 'Sales'";
  query.limit = 1;
  query.cursor = *must(snapshots().users(kTenant, {2}, query)).cursor;
  EXPECT_TRUE(snapshots().users(kTenant, {2}, query));
  query.filter = "department ne 'IT'";
  EXPECT_EQ(snapshots().users(kTenant, {2}, query).error().kind, base::ErrorKind::invalid_argument);
}

}  // namespace
}  // namespace entrad::store
