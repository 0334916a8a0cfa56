// Opening, the lock, the schema, the writer thread and the growing map.
#include "store/environment.h"

#include <sys/stat.h>

#include <atomic>
#include <future>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include "rig.h"

namespace entrad::store {
namespace {

using base::ErrorKind;

class Opening : public StoreTest {};

TEST_F(Opening, MakesAPrivateDirectory) {
  open();
  struct stat about {};
  ASSERT_EQ(::stat(directory_.store().c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777U, 0700U);
  ASSERT_EQ(::stat(directory_.data().c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777U, 0600U);
}

TEST_F(Opening, RefusesAStoreThatAnotherProcessUsesAndNamesIt) {
  Child other("hold", directory_.store());
  std::string line;
  ASSERT_TRUE(other.read_line(line));
  ASSERT_EQ(line, "ready");
  const auto refused = try_open();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::failed_precondition);
  EXPECT_NE(
      refused.error().message.find("another entrad (pid " + std::to_string(other.pid()) + ")"),
      std::string::npos)
      << refused.error().message;
  other.kill();
  EXPECT_TRUE(try_open());
}

TEST_F(Opening, RefusesASecondStoreInTheSameProcess) {
  open();
  const auto refused = try_open();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::failed_precondition);
  EXPECT_EQ(submit().id.value, 1U);
}

TEST_F(Opening, RefusesADirectoryThatOthersCanWrite) {
  std::filesystem::create_directory(directory_.store());
  ASSERT_EQ(::chmod(directory_.store().c_str(), 0770), 0);
  const auto refused = try_open();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::failed_precondition);
}

TEST_F(Opening, RefusesANewerSchemaAndLeavesItAlone) {
  open();
  close();
  const auto set_schema = [this](std::uint32_t schema) {
    Env env(directory_.store(), 16U << 20);
    WriteTxn txn(env);
    env.open_table(txn, Table::meta);
    txn.put(Table::meta, "schema", Key().byte(1).number32(schema));
    txn.commit();
  };
  set_schema(kSchema + 1);
  const auto before = read_all(directory_.data());
  const auto refused = try_open();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::failed_precondition);
  EXPECT_NE(refused.error().message.find("has schema " + std::to_string(kSchema + 1) +
                                         ", and this entrad knows " + std::to_string(kSchema)),
            std::string::npos);
  EXPECT_EQ(read_all(directory_.data()), before);
  set_schema(kSchema);
  EXPECT_TRUE(try_open());
}

TEST_F(Opening, RefusesAStoreThatLostItsDataFile) {
  open();
  close();
  std::filesystem::remove(directory_.data());
  const auto refused = try_open();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::store_damaged);
}

TEST_F(Opening, TellsItsSizeAndPlace) {
  open(32U << 20);
  const auto status = store_->status();
  EXPECT_EQ(status.path, directory_.store().string());
  EXPECT_EQ(status.map_bytes, 32U << 20);
  EXPECT_GT(status.used_bytes, 0U);
  EXPECT_GT(status.free_disk_bytes, 0U);
  EXPECT_EQ(status.trouble, "");
}

class WriterThread : public ::testing::Test {
 protected:
  WriterThread() : environment_(must(Environment::open({directory_.store(), 1U << 20}))) {}

  static Work putting(const std::string& key, const std::string& value) {
    return [key, value](Write& write) -> base::Result<void> {
      write.txn.put(Table::history, key, value);
      return {};
    };
  }
  bool has(const std::string& key) { return environment_->read()->has(Table::history, key); }

  TemporaryDirectory directory_;
  std::unique_ptr<Environment> environment_;
};

TEST_F(WriterThread, TakesWorkThatFailsOutOfTheBatchAndKeepsTheRest) {
  std::vector<std::jthread> callers;
  std::atomic<int> failures{0};
  std::atomic<int> throws{0};
  for (int caller = 0; caller < 9; ++caller)
    callers.emplace_back([&, caller] {
      for (int i = 0; i < 20; ++i) {
        const auto key = std::to_string(caller) + "/" + std::to_string(i);
        const auto work = [&](Write& write) -> base::Result<void> {
          write.txn.put(Table::history, key, "v");
          if (caller % 3 == 1) return base::fail(ErrorKind::conflict, "no");
          if (caller % 3 == 2) throw std::out_of_range("never");
          return {};
        };
        try {
          if (auto done = environment_->write(work); !done) ++failures;
        } catch (const std::out_of_range&) {
          ++throws;
        }
      }
    });
  callers.clear();
  EXPECT_EQ(failures, 60);
  EXPECT_EQ(throws, 60);
  for (int caller = 0; caller < 9; ++caller)
    for (int i = 0; i < 20; ++i)
      EXPECT_EQ(has(std::to_string(caller) + "/" + std::to_string(i)), caller % 3 == 0);
}

TEST_F(WriterThread, GivesAMisuseBackToItsCallerAlone) {
  EXPECT_THROW((void)environment_->write(putting(std::string(600, 'k'), "")), LmdbFailure);
  EXPECT_TRUE(environment_->write(putting("after", "")));
  EXPECT_EQ(environment_->status().trouble, "");
}

TEST_F(WriterThread, GrowsTheMapForOneLargeValue) {
  EXPECT_TRUE(environment_->write(putting("large", std::string(20U << 20, 'x'))));
  EXPECT_GE(environment_->status().map_bytes, 20U << 20);
  EXPECT_EQ(environment_->read()->get(Table::history, "large")->size(), 20U << 20);
}

TEST_F(WriterThread, GrowsTheMapUnderReadersThatNeverSeeHalfABatch) {
  std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> reads{0};
  std::vector<std::jthread> readers;
  for (int i = 0; i < 4; ++i)
    readers.emplace_back([&] {
      while (!stop) {
        const auto reader = environment_->read();
        const auto left = reader->get(Table::history, "left");
        const auto right = reader->get(Table::history, "right");
        ASSERT_EQ(left.has_value(), right.has_value());
        if (left) {
          ASSERT_EQ(*left, *right);
        }
        ++reads;
      }
    });
  std::mt19937 random(3);
  for (int round = 0; round < 200; ++round) {
    const std::string value(1'000, static_cast<char>(random()));
    ASSERT_TRUE(environment_->write([&](Write& write) -> base::Result<void> {
      write.txn.put(Table::history, "left", value);
      write.txn.put(Table::history, "r/" + std::to_string(round), std::string(60'000, 'x'));
      write.txn.put(Table::history, "right", value);
      return {};
    }));
  }
  stop = true;
  readers.clear();
  EXPECT_GT(environment_->status().map_bytes, 8U << 20);
  EXPECT_GT(reads, 0U);
  for (int round = 0; round < 200; ++round) EXPECT_TRUE(has("r/" + std::to_string(round)));
}

TEST_F(WriterThread, CommitsTogetherWhatQueuedUpMeanwhile) {
  std::promise<void> let_go;
  const auto gate = let_go.get_future().share();
  std::promise<void> busy;
  std::jthread first([&] {
    (void)environment_->write([&](Write& write) -> base::Result<void> {
      busy.set_value();
      gate.wait();
      write.txn.put(Table::history, "first", "v");
      return {};
    });
  });
  busy.get_future().wait();
  // All of the second batch see one and the same transaction.
  std::mutex mutex;
  std::set<const WriteTxn*> transactions;
  std::set<std::size_t> writes_before;
  std::vector<std::jthread> callers;
  for (int i = 0; i < 8; ++i)
    callers.emplace_back([&, i] {
      (void)environment_->write([&, i](Write& write) -> base::Result<void> {
        const std::lock_guard lock(mutex);
        transactions.insert(&write.txn);
        writes_before.insert(write.txn.writes());
        write.txn.put(Table::history, std::to_string(i), "v");
        return {};
      });
    });
  while (environment_->queued() < 8) std::this_thread::yield();
  let_go.set_value();
  callers.clear();
  EXPECT_EQ(transactions.size(), 1U);
  EXPECT_EQ(writes_before.size(), 8U);
}

}  // namespace
}  // namespace entrad::store
