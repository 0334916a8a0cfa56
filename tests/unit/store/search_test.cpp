// Lists of users: searching in several scripts, sorting, paging; and finding one user.
#include <algorithm>
#include <random>
#include <set>

#include "base/text.h"
#include "rig.h"

namespace entrad::store {
namespace {

using base::ErrorKind;

constexpr base::SnapshotNumber kFirst{1};
constexpr base::SnapshotNumber kSecond{2};

struct Person {
  unsigned number;
  std::string name;
  std::string login;
};

class Search : public StoreTest {
 protected:
  Search() { open(); }

  void backup(const std::vector<Person>& people, int second = 0) {
    auto writer = begin();
    for (const auto& person : people) {
      UserSummary summary;
      summary.display_name = person.name;
      summary.user_principal_name = person.login + "@aurora.example";
      summary.mail = "mail." + person.login + "@aurora.example";
      summary.user_type = "Member";
      must(writer.put_user(guid(person.number), summary, "{\"n\":\"" + person.name + "\"}"));
    }
    writer.mark_swept(api::ObjectKind::user);
    seal(writer, second);
  }

  std::vector<std::string> names(const UserQuery& query, base::SnapshotNumber number = kFirst) {
    std::vector<std::string> found;
    for (const auto& row : must(snapshots().users(kTenant, number, query)).users)
      found.push_back(row.display_name);
    return found;
  }
  std::vector<std::string> search(const std::string& text) {
    UserQuery query;
    query.search = text;
    return names(query);
  }
};

using Names = std::vector<std::string>;

TEST_F(Search, FindsPartsOfNamesInAnyScriptAndCase) {
  backup({{1, "Åsa Öberg", "asa"},
          {2, "Straße Groß", "strasse"},
          {3, "Дмитрий Орлов", "dmitri"},
          {4, "Ελένη Σοφός", "eleni"},
          {5, "山田 太郎", "taro"},
          {6, "ليلى حداد", "layla"},
          {7, "Ｗｉｄｅ Letters", "wide"}});
  EXPECT_EQ(search("öber"), Names{"Åsa Öberg"});
  EXPECT_EQ(search("ÅSA"), Names{"Åsa Öberg"});
  EXPECT_EQ(search("A\u030asa"), Names{"Åsa Öberg"});  // A and a combining ring
  EXPECT_EQ(search("STRASSE"), Names{"Straße Groß"});
  EXPECT_EQ(search("орлов"), Names{"Дмитрий Орлов"});
  EXPECT_EQ(search("ΣΟΦΌΣ"), Names{"Ελένη Σοφός"});
  EXPECT_EQ(search("太郎"), Names{"山田 太郎"});
  EXPECT_EQ(search("حداد"), Names{"ليلى حداد"});
  EXPECT_EQ(search("wide l"), Names{"Ｗｉｄｅ Letters"});
  EXPECT_EQ(search("nobody"), Names{});
}

TEST_F(Search, LooksInLoginMailAndIdToo) {
  backup({{0xabc, "One", "first.login"}, {2, "Two", "second.login"}});
  EXPECT_EQ(search("FIRST.log"), Names{"One"});
  EXPECT_EQ(search("mail.second"), Names{"Two"});
  EXPECT_EQ(search("000000000ABC"), Names{"One"});
  EXPECT_EQ(search(guid(2).str()), Names{"Two"});
  EXPECT_EQ(search("  two  "), Names{"Two"});
  EXPECT_EQ(search("").size(), 2U);
  EXPECT_EQ(search("onefirst"), Names{}) << "a match must not run over from one text to the next";
}

TEST_F(Search, ShowsWhatTheSummarySays) {
  auto writer = begin();
  UserSummary summary;
  summary.display_name = "Guest";
  summary.user_principal_name = "guest@aurora.example";
  summary.mail = "guest@elsewhere.example";
  summary.user_type = "Guest";
  summary.account_enabled = false;
  summary.on_premises_synced = true;
  must(writer.put_user(guid(1), summary, "{}"));
  seal(writer, 30);
  const auto page = must(snapshots().users(kTenant, kFirst, {}));
  ASSERT_EQ(page.users.size(), 1U);
  const auto& row = page.users[0];
  EXPECT_EQ(row.id, guid(1).str());
  EXPECT_EQ(row.user_principal_name, "guest@aurora.example");
  EXPECT_EQ(row.mail, "guest@elsewhere.example");
  EXPECT_EQ(row.user_type, "Guest");
  EXPECT_FALSE(row.account_enabled);
  EXPECT_TRUE(row.on_premises_synced);
  EXPECT_FALSE(row.deleted);
  EXPECT_EQ(row.changed_in, kFirst);
  EXPECT_EQ(row.changed_at, at(30));
}

TEST_F(Search, SortsByNameIdOrChange) {
  backup({{1, "Carol", "c"}, {2, "alice", "a"}, {3, "Bob", "b"}});
  backup({{1, "Carol", "c"}, {2, "alice", "a2"}, {3, "Bob", "b"}});
  UserQuery query;
  EXPECT_EQ(names(query, kSecond), (Names{"alice", "Bob", "Carol"}));
  query.descending = true;
  EXPECT_EQ(names(query, kSecond), (Names{"Carol", "Bob", "alice"}));
  query = {};
  query.sort = UserSort::id;
  EXPECT_EQ(names(query, kSecond), (Names{"Carol", "alice", "Bob"}));
  query.sort = UserSort::modified;
  EXPECT_EQ(names(query, kSecond), (Names{"Carol", "Bob", "alice"}));
  query.descending = true;
  EXPECT_EQ(names(query, kSecond), (Names{"alice", "Bob", "Carol"}));
}

class Paging : public Search, public ::testing::WithParamInterface<std::tuple<UserSort, bool>> {};

TEST_P(Paging, ShowsEveryMatchOnceInOneOrder) {
  std::mt19937 random(5);
  std::vector<Person> people;
  for (unsigned i = 0; i < 500; ++i)
    people.push_back({i, "Name " + std::to_string(random() % 50), "user" + std::to_string(i)});
  backup(people);
  for (unsigned i = 0; i < 500; i += 3) people[i].login += "x";
  backup(people);
  UserQuery query;
  query.search = "name 1";
  std::tie(query.sort, query.descending) = GetParam();
  query.limit = 1'000;
  const auto whole = must(snapshots().users(kTenant, kSecond, query));
  ASSERT_GT(whole.users.size(), 50U);
  EXPECT_FALSE(whole.cursor);
  query.limit = 7;
  std::vector<std::string> paged;
  for (bool more = true; more;) {
    const auto page = must(snapshots().users(kTenant, kSecond, query));
    EXPECT_EQ(page.total, whole.users.size());
    EXPECT_LE(page.users.size(), 7U);
    for (const auto& row : page.users) paged.push_back(row.id);
    more = page.cursor.has_value();
    if (more) query.cursor = *page.cursor;
    // A newer snapshot in between must not move anything.
    if (paged.size() == 14) backup({{1, "Name 1", "only"}});
  }
  std::vector<std::string> wanted;
  for (const auto& row : whole.users) wanted.push_back(row.id);
  EXPECT_EQ(paged, wanted);
}

INSTANTIATE_TEST_SUITE_P(Orders, Paging,
                         ::testing::Combine(::testing::Values(UserSort::name, UserSort::id,
                                                              UserSort::modified),
                                            ::testing::Bool()));

TEST_F(Search, RefusesACursorOfAnotherList) {
  backup({{1, "Alice", "a"}, {2, "Bob", "b"}, {3, "Carol", "c"}});
  UserQuery query;
  query.limit = 1;
  const auto cursor = *must(snapshots().users(kTenant, kFirst, query)).cursor;
  const auto refused = [&](UserQuery other) {
    const auto page = snapshots().users(kTenant, kFirst, other);
    return !page && page.error().kind == ErrorKind::invalid_argument;
  };
  UserQuery other = query;
  other.cursor = cursor;
  EXPECT_FALSE(refused(other));
  other.search = "b";
  EXPECT_TRUE(refused(other));
  other = query;
  other.cursor = cursor;
  other.descending = true;
  EXPECT_TRUE(refused(other));
  for (const std::string bad : {"x", "zz", "00112233445566778899"}) {
    other = query;
    other.cursor = bad;
    EXPECT_TRUE(refused(other)) << bad;
  }
  other.cursor = cursor.substr(0, 16) + std::string(32, 'f');  // nobody
  EXPECT_TRUE(refused(other));
  other.cursor = cursor.substr(0, 47) + "g";
  EXPECT_TRUE(refused(other));
}

class FindUser : public Search {
 protected:
  base::Result<base::Guid> find(const std::string& text, base::SnapshotNumber number) {
    return snapshots().find_user(kTenant, number, text);
  }
};

TEST_F(FindUser, TakesAnIdOrALoginInAnyCase) {
  backup({{0xab, "Alice", "alice"}, {2, "Björn", "björn"}});
  EXPECT_EQ(must(find("ALICE@Aurora.example", kFirst)), guid(0xab));
  EXPECT_EQ(must(find("BJÖRN@aurora.example", kFirst)), guid(2));
  EXPECT_EQ(must(find(base::ascii_lower(guid(0xab).str()), kFirst)), guid(0xab));
  EXPECT_EQ(must(find("00000000-0000-0000-0000-0000000000AB", kFirst)), guid(0xab));
  for (const std::string nobody :
       {"alice", "alice@aurora.exampl", "alice@aurora.example2", "Alice", ""})
    EXPECT_EQ(find(nobody, kFirst).error().kind, ErrorKind::not_found) << nobody;
  EXPECT_NE(find(guid(7).str(), kFirst).error().hint, "");
}

TEST_F(FindUser, AnswersAsOfTheSnapshot) {
  backup({{1, "Alice", "alice"}, {2, "Bob", "bob"}});
  backup({{1, "Alice", "alice.new"}, {2, "Bob", "alice"}, {3, "Zed", "zed"}});
  EXPECT_EQ(must(find("alice@aurora.example", kFirst)), guid(1));
  EXPECT_EQ(must(find("alice@aurora.example", kSecond)), guid(2));
  EXPECT_EQ(must(find("alice.new@aurora.example", kSecond)), guid(1));
  EXPECT_FALSE(find("alice.new@aurora.example", kFirst));
  EXPECT_FALSE(find("bob@aurora.example", kSecond)) << "nobody is called that any more";
  EXPECT_FALSE(find(guid(3).str(), kFirst)) << "a user of the future";
}

TEST_F(FindUser, TakesANameOfAnotherSnapshotWhereThatIsAllowed) {
  using ByName = Snapshots::ByName;
  backup({{1, "Alice", "alice"}, {2, "Bob", "bob"}, {3, "Cid", "cid"}});
  backup({{1, "Alice", "alice.new"}, {2, "Bob", "cid"}, {3, "Cid", "bob"}});
  backup({{1, "Alice", "alice.new"}, {2, "Bob", "x"}, {3, "Cid", "y"}});
  const auto ever = [&](const std::string& name, base::SnapshotNumber number) {
    return snapshots().find_user(kTenant, number, name + "@aurora.example", ByName::as_ever);
  };
  EXPECT_EQ(must(ever("alice.new", kFirst)), guid(1)) << "the name of later";
  EXPECT_EQ(must(ever("ALICE", kSecond)), guid(1)) << "the name of before";
  EXPECT_EQ(must(ever("bob", kSecond)), guid(3)) << "who has it then comes first";
  EXPECT_EQ(ever("nobody", kSecond).error().kind, ErrorKind::not_found);
  const auto shared = ever("bob", {3});
  ASSERT_FALSE(shared);
  EXPECT_EQ(shared.error().kind, ErrorKind::conflict);
  EXPECT_NE(shared.error().hint.find(guid(2).str()), std::string::npos);
  EXPECT_NE(shared.error().hint.find(guid(3).str()), std::string::npos);
  const auto strict = find("alice@aurora.example", kSecond);
  ASSERT_FALSE(strict);
  EXPECT_NE(strict.error().hint.find(guid(1).str()), std::string::npos);
}

TEST_F(FindUser, FindsTheDeletedUnlessTheirNameIsTakenOrShared) {
  backup({{1, "Alice", "alice"}, {2, "Bob", "bob"}, {4, "Dan", "dan"}});
  backup({{3, "Other Alice", "alice"}});
  EXPECT_EQ(must(find("bob@aurora.example", kSecond)), guid(2));
  EXPECT_EQ(must(find(guid(2).str(), kSecond)), guid(2));
  EXPECT_EQ(must(find("alice@aurora.example", kSecond)), guid(3)) << "the present one wins";
  backup({});
  const auto shared = find("alice@aurora.example", {3});
  ASSERT_FALSE(shared);
  EXPECT_EQ(shared.error().kind, ErrorKind::conflict);
  EXPECT_NE(shared.error().hint.find(guid(1).str()), std::string::npos);
  EXPECT_NE(shared.error().hint.find(guid(3).str()), std::string::npos);
}

TEST_F(FindUser, TellsLoginsApartThatAreLongerThanAKey) {
  const std::string stem(450, 'a');
  backup({{1, "One", stem + "1"}, {2, "Two", stem + "2"}});
  EXPECT_EQ(must(find(stem + "1@aurora.example", kFirst)), guid(1));
  EXPECT_EQ(must(find(stem + "2@aurora.example", kFirst)), guid(2));
  EXPECT_FALSE(find(stem + "3@aurora.example", kFirst));
}

}  // namespace
}  // namespace entrad::store
