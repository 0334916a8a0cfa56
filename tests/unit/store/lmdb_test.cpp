#include "store/file/lmdb.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "rig.h"

namespace entrad::store {
namespace {

using Model = std::map<std::string, std::string>;

class Lmdb : public ::testing::TestWithParam<unsigned> {
 protected:
  Lmdb() : env_(directory_.path(), 64U << 20) {
    WriteTxn txn(env_);
    env_.open_table(txn, Table::meta);
    env_.open_table(txn, Table::history);
    env_.open_table(txn, Table::first_history);
    txn.commit();
  }

  std::string random_key() {
    std::string key(1 + random_() % 20, '\0');
    for (char& c : key) c = static_cast<char>(random_() % 4);
    if (random_() % 2 == 0) key += kFirstSnapshot;  // such rows lie apart
    return key;
  }

  void change(WriteTxn& txn, Model& model) {
    const auto key = random_key();
    if (random_() % 3 == 0) {
      EXPECT_EQ(txn.erase(Table::history, key), model.erase(key) == 1);
      return;
    }
    const std::string value(random_() % 5'000, static_cast<char>(random_()));
    txn.put(Table::history, key, value);
    model[key] = value;
  }

  Model filled(int changes) {
    Model model;
    WriteTxn txn(env_);
    for (int i = 0; i < changes; ++i) change(txn, model);
    txn.commit();
    return model;
  }

  TemporaryDirectory directory_;
  Env env_;
  std::mt19937 random_{GetParam()};
};

Model everything(const Txn& txn) {
  Model found;
  auto cursor = txn.cursor(Table::history);
  for (bool more = cursor.seek(std::string_view("\0", 1)); more; more = cursor.next())
    found.emplace(cursor.key(), cursor.value());
  return found;
}

TEST_P(Lmdb, HoldsWhatAMapHolds) {
  Model committed;
  for (int round = 0; round < 30; ++round) {
    Model model = committed;
    {
      WriteTxn txn(env_);
      for (int i = 0; i < 50; ++i) change(txn, model);
      EXPECT_EQ(everything(txn), model);
      if (round % 3 != 0) {
        txn.commit();
        committed = model;
      }
    }
    ASSERT_EQ(everything(ReadTxn(env_)), committed);
  }
}

TEST_P(Lmdb, SeeksAsAMapDoes) {
  const Model model = filled(300);
  const ReadTxn txn(env_);
  for (int i = 0; i < 300; ++i) {
    const auto key = random_key();
    auto cursor = txn.cursor(Table::history);
    const auto after = model.lower_bound(key);
    ASSERT_EQ(cursor.seek(key), after != model.end());
    if (after != model.end()) {
      EXPECT_EQ(cursor.key(), after->first);
    }
    const auto beyond = model.upper_bound(key);
    ASSERT_EQ(cursor.seek_at_or_before(key), beyond != model.begin());
    if (beyond != model.begin()) {
      EXPECT_EQ(cursor.key(), std::prev(beyond)->first);
    }
  }
}

TEST_P(Lmdb, WalksBothWaysAsAMapDoes) {
  const Model model = filled(300);
  const ReadTxn txn(env_);
  for (int walk = 0; walk < 50; ++walk) {
    auto cursor = txn.cursor(Table::history);
    auto place = model.lower_bound(random_key());
    if (place == model.end()) continue;
    ASSERT_TRUE(cursor.seek(place->first));
    for (int i = 0; i < 50; ++i) {
      const bool forward = random_() % 2 == 0;
      if (forward ? std::next(place) == model.end() : place == model.begin()) {
        EXPECT_FALSE(forward ? cursor.next() : cursor.previous());
        break;
      }
      place = forward ? std::next(place) : std::prev(place);
      ASSERT_TRUE(forward ? cursor.next() : cursor.previous());
      ASSERT_EQ(cursor.key(), place->first);
      ASSERT_EQ(cursor.value(), place->second);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, Lmdb, ::testing::Range(1U, 9U));

TEST_P(Lmdb, TellsAFullMapApartAndGrows) {
  env_.grow(1U << 20);
  const std::string value(600'000, 'x');
  try {
    WriteTxn txn(env_);
    txn.put(Table::history, "a", value);
    txn.put(Table::history, "b", value);
    txn.commit();
    FAIL() << "1.2 MB fitted into a map of 1 MiB";
  } catch (const LmdbFailure& failure) {
    EXPECT_EQ(failure.kind(), LmdbFailure::Kind::map_full);
  }
  env_.grow(8U << 20);
  WriteTxn txn(env_);
  txn.put(Table::history, "a", value);
  txn.put(Table::history, "b", value);
  txn.commit();
  EXPECT_EQ(everything(ReadTxn(env_)).size(), 2U);
}

TEST_P(Lmdb, KeepsItsMapWhenItCannotGrow) {
  const Model model = filled(100);
  EXPECT_THROW(env_.grow(std::size_t{1} << 60), LmdbFailure);
  EXPECT_EQ(env_.info().map_bytes, 64U << 20);
  EXPECT_EQ(everything(ReadTxn(env_)), model);
}

TEST_P(Lmdb, CallsAKeyThatIsTooLongMisuse) {
  WriteTxn txn(env_);
  try {
    txn.put(Table::history, std::string(512, 'k'), "");
    FAIL() << "a key of 512 bytes was taken";
  } catch (const LmdbFailure& failure) {
    EXPECT_EQ(failure.kind(), LmdbFailure::Kind::misuse);
  }
}

}  // namespace
}  // namespace entrad::store
