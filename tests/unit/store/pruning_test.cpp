// What pruning costs, and what is shown of rows whose snapshot went.
#include "store/pruning/pruning.h"

#include "api/history.h"
#include "rig.h"

namespace entrad::store {
namespace {

using api::ObjectKind;
using api::Section;

constexpr unsigned kUsers = 500;

class Prune : public StoreTest {
 protected:
  void SetUp() override {
    open();
    for (unsigned night = 0; night < 4; ++night) {
      auto writer = begin();
      for (unsigned i = 0; i < kUsers; ++i)
        must(writer.put_user(guid(i), summary("user"), content(i, i == night ? night : 0)));
      writer.mark_swept(ObjectKind::user);
      seal(writer, static_cast<int>(night));
    }
  }
  static std::string content(unsigned user, unsigned night) {
    return "{\"id\":\"" + guid(user).str() + "\",\"night\":" + std::to_string(night) + "}";
  }
  Pruning::Cleaned prune(const std::vector<base::SnapshotNumber>& numbers) {
    must(store_->pruning().remove(kTenant, numbers));
    return must(store_->pruning().clean_up(kTenant, {}));
  }
  std::uint64_t rows_of(const std::string& table) {
    for (const auto& one : store_->statistics().tables)
      if (one.name == table) return one.rows;
    return 0;
  }
  std::vector<std::uint64_t> numbers_of(unsigned user) {
    std::vector<std::uint64_t> numbers;
    for (const auto& version : snapshots().versions(kTenant, guid(user)))
      numbers.push_back(version.snapshot.value);
    return numbers;
  }
  void expect_sound() {
    for (const auto& finding : store_->check({}).findings) ADD_FAILURE() << finding;
    for (const auto& snapshot : snapshots().list(kTenant))
      EXPECT_TRUE(snapshots().check(kTenant, snapshot.number));
  }
};

TEST_F(Prune, OfTheOldestLeavesRowsWhereTheyLie) {
  ASSERT_EQ(rows_of("first_history"), kUsers);
  const auto cleaned = prune({{1}});
  // User 1 was changed in snapshot 2, so that its first row is hidden now: its content and its mark
  // in the lists.
  EXPECT_EQ(cleaned.rows, 2U);
  EXPECT_EQ(rows_of("first_history"), kUsers - 1);
  expect_sound();
  prune({{2}});
  EXPECT_EQ(rows_of("first_history"), kUsers - 2);
  expect_sound();
}

TEST_F(Prune, OfTheOldestShowsTheirRowsAsTheNextOnes) {
  prune({{1}, {2}});
  EXPECT_EQ(numbers_of(0), (std::vector<std::uint64_t>{3}));
  EXPECT_EQ(numbers_of(1), (std::vector<std::uint64_t>{3}));
  EXPECT_EQ(numbers_of(3), (std::vector<std::uint64_t>{3, 4}));
  const auto page = must(snapshots().users(kTenant, {4}, {}));
  for (const auto& row : page.users) {
    EXPECT_EQ(row.changed_in.value, row.id == guid(3).str() || row.id == guid(2).str() ? 4U : 3U);
    EXPECT_NE(row.changed_at, base::WallTime{});
  }
  const auto found =
      snapshots().section_versions(kTenant, ObjectKind::user, guid(1), Section::object);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found.front().snapshot.value, 3U);
}

TEST_F(Prune, OfOneInBetweenMovesWhatItChanged) {
  prune({{2}});
  EXPECT_EQ(numbers_of(0), (std::vector<std::uint64_t>{1}));
  EXPECT_EQ(numbers_of(1), (std::vector<std::uint64_t>{1}));
  EXPECT_EQ(numbers_of(2), (std::vector<std::uint64_t>{1, 3, 4}));
  expect_sound();
}

// Whoever came and went, and came and went again, is in no gap alone.
TEST_F(Prune, WhoIsOnlyInSnapshotsOfTwoGapsIsLostWithBoth) {
  const auto user = guid(kUsers + 7);
  for (int night = 4; night < 9; ++night) {  // snapshots 5 to 9, the user in 6 and in 8
    auto writer = begin();
    for (unsigned i = 0; i < kUsers; ++i)
      must(writer.put_user(guid(i), summary("user"), content(i, 0)));
    if (night % 2 == 1) must(writer.put_user(user, summary("guest"), content(kUsers + 7, 0)));
    writer.mark_swept(ObjectKind::user);
    seal(writer, night);
  }
  const auto lost = [&](const std::vector<base::SnapshotNumber>& named) {
    return must(store_->pruning().plan(kTenant, named)).users_lost;
  };
  EXPECT_EQ(lost({{6}, {8}}), 1U);
  EXPECT_EQ(lost({{6}, {7}, {8}}), 1U);
  EXPECT_EQ(lost({{6}}), 0U);
  EXPECT_EQ(lost({{8}}), 0U);
  prune({{6}, {8}});
  expect_sound();
}

TEST_F(Prune, SaysBeforehandWhoWouldBeInNoSnapshotAnyMore) {
  {
    auto writer = begin();  // without the last five users
    for (unsigned i = 0; i < kUsers - 5; ++i)
      must(writer.put_user(guid(i), summary("user"), content(i, 0)));
    writer.mark_swept(ObjectKind::user);
    seal(writer, 5);
  }
  api::Retention last;
  last.last = 1;
  EXPECT_EQ(must(store_->pruning().plan(kTenant, last, at(99))).users_lost, 5U);
  last.last = 2;  // the snapshot before still holds them
  EXPECT_EQ(must(store_->pruning().plan(kTenant, last, at(99))).users_lost, 0U);
  last.last = 1;
  must(store_->pruning().pin(kTenant, {2}, "keeps them", "anna", at(0)));
  EXPECT_EQ(must(store_->pruning().plan(kTenant, last, at(99))).users_lost, 0U);
  prune({{1}, {3}, {4}});
  EXPECT_TRUE(snapshots().exists(kTenant, {2}, ObjectKind::user, guid(kUsers - 1)));
}

TEST_F(Prune, EstimatesWhatItFreesBeforehand) {
  api::Retention two;
  two.last = 2;
  const auto plan = must(store_->pruning().plan(kTenant, two, at(99)));
  EXPECT_EQ(plan.removed, 2U);
  const auto cleaned = prune({{1}, {2}});
  EXPECT_EQ(plan.rows, cleaned.rows);
  EXPECT_EQ(plan.bytes, cleaned.bytes);
}

}  // namespace
}  // namespace entrad::store
