// User rows: what a value keeps, what schema 1 wrote, and which rows a history leaves.
#include "store/rows/user_rows.h"

#include <random>

#include "rig.h"
#include "store/environment.h"

namespace entrad::store {
namespace {

constexpr TenantNumber kOne{1};

UserSummary someone(const std::string& name, const std::string& mail, const std::string& type) {
  UserSummary summary;
  summary.display_name = name;
  summary.user_principal_name = "someone@aurora.example";
  summary.mail = mail;
  summary.user_type = type;
  return summary;
}

// As the first release wrote it.
std::string schema_1_value(const UserSummary& summary) {
  Key value;
  value.byte(1).byte(static_cast<std::uint8_t>((summary.account_enabled ? 1 : 0) |
                                               (summary.on_premises_synced ? 2 : 0)));
  for (const std::string& text : {summary.display_name, summary.user_principal_name, summary.mail,
                                  summary.user_type, std::string("folded\0texts", 12)})
    value.number32(static_cast<std::uint32_t>(text.size())).text(text);
  return value.str();
}

void expect_same(const UserView& view, const UserSummary& summary) {
  EXPECT_EQ(view.display_name, summary.display_name);
  EXPECT_EQ(view.user_principal_name, summary.user_principal_name);
  EXPECT_EQ(view.mail, summary.mail);
  EXPECT_EQ(view.user_type, summary.user_type);
  EXPECT_EQ(view.account_enabled, summary.account_enabled);
  EXPECT_EQ(view.on_premises_synced, summary.on_premises_synced);
}

class UserValue : public ::testing::TestWithParam<UserSummary> {};

TEST_P(UserValue, KeepsWhatItWasMadeFrom) {
  for (const bool enabled : {true, false})
    for (const bool synced : {true, false}) {
      UserSummary summary = GetParam();
      summary.account_enabled = enabled;
      summary.on_premises_synced = synced;
      const auto value = user_value(summary);
      EXPECT_FALSE(is_gone(value));
      expect_same(read_user(value), summary);
      EXPECT_EQ(user_value_from_schema_1(schema_1_value(summary)), value);
    }
}

TEST_P(UserValue, IsRefusedWhenItIsCutShort) {
  const auto value = user_value(GetParam());
  for (std::size_t size = 0; size < value.size(); ++size)
    EXPECT_THROW(read_user(std::string_view(value).substr(0, size)), Damage) << size;
}

INSTANTIATE_TEST_SUITE_P(
    Summaries, UserValue,
    ::testing::Values(someone("Åsa Öberg", "someone@aurora.example", "Member"),
                      someone("Åsa Öberg", "asa@aurora.example", "Guest"), someone("", "", ""),
                      someone("Odd", "", "Visitor"),
                      someone(std::string(127, 'a'), std::string(128, 'b'), "member"),
                      someone(std::string(20'000, 'c'), std::string("a\0b", 3), "Guest")));

TEST(UserValueSize, IsLittleMoreThanItsNames) {
  const auto summary = someone("Åsa Öberg", "someone@aurora.example", "Member");
  EXPECT_EQ(user_value(summary).size(),
            4 + summary.display_name.size() + summary.user_principal_name.size());
}

TEST(UserValueFormat, IsCheckedBeforeItIsRead) {
  EXPECT_TRUE(is_gone(kUserGone));
  EXPECT_FALSE(is_gone(kUserAsBefore));
  EXPECT_EQ(user_value_from_schema_1(kUserGone), kUserGone);
  for (const std::string bad : {"", "\x02", "\x04", "\x01\x01", "\x03\x03"}) {
    EXPECT_THROW(is_gone(bad), Damage) << bad.size();
    EXPECT_THROW(read_user(bad), Damage) << bad.size();
  }
  EXPECT_THROW(user_value_from_schema_1(""), Damage);
  EXPECT_THROW(user_value_from_schema_1(user_value(someone("A", "b", "c"))), Damage);
  EXPECT_THROW(read_user(std::string("\x02\x01\xff\xff\xff\xff\xff\xff", 8)), Damage);
}

class UserRows : public ::testing::Test {
 protected:
  UserRows() : environment_(must(Environment::open({directory_.store(), 1U << 20}))) {}

  void write(const std::function<void(WriteTxn&)>& work) {
    must(environment_->write([&](Write& write) -> base::Result<void> {
      work(write.txn);
      return {};
    }));
  }
  void put(std::uint64_t number, const UserSummary* summary, bool section_changed,
           bool any_changed = true) {
    const std::string value = summary == nullptr ? std::string() : user_value(*summary);
    write([&](WriteTxn& txn) {
      write_user(txn, kOne, guid(1), {number},
                 {value, section_changed, [any_changed] { return any_changed; }});
    });
  }
  void bury(std::uint64_t number) {
    write([&](WriteTxn& txn) { write_user_gone(txn, kOne, guid(1), {number}); });
  }
  std::optional<std::string> row(std::uint64_t number) {
    const auto reader = environment_->read();
    const auto value = reader->get(Table::user, user_key(kOne, guid(1), {number}));
    if (!value) return std::nullopt;
    return std::string(*value);
  }
  std::string name_as_of(std::uint64_t number) {
    const auto reader = environment_->read();
    const auto state = user_as_of(*reader, kOne, guid(1), {number});
    if (!state) return "not yet";
    return (state->gone ? "gone " : "") + std::string(read_user(state->value).display_name);
  }

  TemporaryDirectory directory_;
  std::unique_ptr<Environment> environment_;
  const UserSummary alice_ = summary("Alice");
  const UserSummary alicia_ = summary("Alicia");
};

TEST_F(UserRows, HoldContentOnlyWhereItChanged) {
  put(1, &alice_, true);
  put(2, &alice_, false);
  put(3, &alice_, true);
  put(4, nullptr, true);
  put(5, &alicia_, true);
  EXPECT_EQ(row(1), user_value(alice_));
  EXPECT_FALSE(row(2));
  EXPECT_EQ(row(3), kUserAsBefore);
  EXPECT_EQ(row(4), kUserAsBefore);
  EXPECT_EQ(row(5), user_value(alicia_));
  EXPECT_EQ(name_as_of(4), "Alice");
  EXPECT_EQ(name_as_of(5), "Alicia");
}

TEST_F(UserRows, StepBackOverTheTimeThatAUserWasGone) {
  put(1, &alice_, true);
  bury(2);
  put(4, &alice_, true);
  EXPECT_EQ(row(2), kUserGone);
  EXPECT_EQ(name_as_of(3), "gone Alice");
  EXPECT_EQ(row(4), kUserAsBefore);
  EXPECT_EQ(name_as_of(4), "Alice");
  bury(5);
  put(6, &alice_, false);
  EXPECT_EQ(name_as_of(6), "Alice") << "to be back is a change, even if no section says so";
}

TEST_F(UserRows, FollowWhatIsPutAgainInTheSameSnapshot) {
  put(1, &alice_, true);
  put(2, &alicia_, true);
  put(2, &alice_, false, /*any_changed=*/false);
  EXPECT_FALSE(row(2)) << "nothing differs from the parent any more";
  put(2, &alicia_, true);
  put(2, &alice_, false, /*any_changed=*/true);
  EXPECT_EQ(row(2), kUserAsBefore);
  bury(2);
  EXPECT_EQ(row(2), kUserGone);
  bury(1);
  EXPECT_FALSE(row(1)) << "was never there before";
}

TEST_F(UserRows, WaitForTheUsersObject) {
  put(1, nullptr, true);
  EXPECT_FALSE(row(1));
  EXPECT_EQ(name_as_of(1), "not yet");
}

TEST_F(UserRows, LeadFromEveryNameTheyEverHad) {
  for (const std::string name : {"alice@aurora.example", "alicia@aurora.example"})
    write([&](WriteTxn& txn) { write_name(txn, name_key(kOne, name, guid(1))); });
  const auto reader = environment_->read();
  EXPECT_EQ(users_named(*reader, kOne, "alice@aurora.example"), std::vector{guid(1)});
  EXPECT_EQ(users_named(*reader, kOne, "alicia@aurora.example"), std::vector{guid(1)});
  EXPECT_TRUE(users_named(*reader, kOne, "Alice@aurora.example").empty());
  EXPECT_TRUE(users_named(*reader, TenantNumber{2}, "alice@aurora.example").empty());
}

TEST_F(UserRows, AreWalkedAlikeInPiecesOfAnySize) {
  std::mt19937 random(11);
  write([&](WriteTxn& txn) {
    for (unsigned id = 0; id < 60; ++id)
      for (std::uint64_t number = 1; number < 6; ++number) {
        const auto someone = user_value(summary("user" + std::to_string(random() % 3)));
        if (random() % 5 == 0)
          write_user_gone(txn, kOne, guid(id), {number});
        else if (random() % 2 == 0)
          write_user(txn, kOne, guid(id), {number}, {someone, true, [] { return true; }});
      }
    const auto other = user_value(summary("other tenant"));
    write_user(txn, TenantNumber{2}, guid(3), {1}, {other, true, [] { return true; }});
  });
  const auto reader = environment_->read();
  for (std::uint64_t number = 1; number < 6; ++number)
    for (const std::size_t rows : {1, 7, 1'000}) {
      std::vector<base::Guid> ids;
      UserWalk walk(kOne, {number});
      while (walk.step(*reader, rows, [&](const UserState& state) {
        ids.push_back(state.id);
        const auto alone = user_as_of(*reader, kOne, state.id, {number});
        ASSERT_TRUE(alone);
        EXPECT_EQ(state.changed_in, alone->changed_in);
        EXPECT_EQ(state.gone, alone->gone);
        EXPECT_EQ(state.value, alone->value);
      })) {
      }
      std::vector<base::Guid> wanted;
      for (unsigned id = 0; id < 60; ++id)
        if (user_as_of(*reader, kOne, guid(id), {number})) wanted.push_back(guid(id));
      EXPECT_EQ(ids, wanted);
    }
}

}  // namespace
}  // namespace entrad::store
