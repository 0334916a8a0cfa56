// What the store's tests share: a directory that goes away, a store in it, and a child process.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "store/journal.h"
#include "store/lineage.h"
#include "store/snapshots.h"
#include "store/store.h"

namespace entrad::store {

constexpr char kTenant[] = "aurora";

class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path store() const { return path_ / "store"; }
  std::filesystem::path data() const { return store() / "data.mdb"; }

 private:
  std::filesystem::path path_;
};

// A store in a directory of its own, which can be closed and opened again.
class StoreTest : public ::testing::Test {
 protected:
  void open(std::size_t map_bytes = 16U << 20);
  void close() { store_.reset(); }
  void reopen() {
    close();
    open();
  }
  base::Result<std::unique_ptr<Store>> try_open();
  Snapshots& snapshots() { return store_->snapshots(); }
  Journal& journal() { return store_->journal(); }

  SnapshotWriter begin(api::SnapshotKind kind = api::SnapshotKind::full);
  // Seals with all user sections complete.
  api::Snapshot seal(SnapshotWriter& writer, int at_second = 0);
  api::Job submit();

  TemporaryDirectory directory_;
  base::SystemClock clock_;
  std::unique_ptr<Store> store_;
};

// The result's value; the test ends when there is none.
template <typename T>
T must(base::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(result).value();
}

base::WallTime at(int second);  // that many seconds after a day in November 2026
base::Guid guid(unsigned number);
UserSummary summary(const std::string& name);
void write_over(const std::filesystem::path& file, std::size_t at, const std::string& bytes);
std::string read_all(const std::filesystem::path& file);

// tests/unit/store/child/main.cpp in a process.
class Child {
 public:
  Child(const std::string& mode, const std::filesystem::path& directory);
  ~Child();  // kills it
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  int pid() const { return pid_; }
  bool read_line(std::string& line);  // false: it said no more
  void kill();                        // SIGKILL, and waits
  std::vector<std::string> rest();    // what it said before it ended

 private:
  int pid_ = -1;
  int out_ = -1;  // what it says
  int in_ = -1;   // its stdin, open as long as this lives
  std::string buffer_;
};

}  // namespace entrad::store
