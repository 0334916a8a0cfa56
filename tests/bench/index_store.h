// Our side of index_bench: backups of the made-up people into a real store, and questions to it.
// Thread safety: none needed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "bench/index_people.h"
#include "store/snapshots.h"
#include "store/store.h"

namespace entrad::bench {

constexpr char kTenant[] = "aurora";

double seconds_of(const std::function<void()>& work);
// After the disk has all that was made before: writing that down takes time from either side.
double settled_seconds_of(const std::function<void()>& work);
// The best of several goes.
double best_seconds(int goes, const std::function<void()>& work);

class OurStore {
 public:
  explicit OurStore(std::filesystem::path folder);

  // All users and their memberships, from fetched pages; the seconds that it took.
  double sweep(const Pages& pages, std::uint32_t people, std::uint32_t day);
  // Only the people who changed, as a delta round brings them.
  void night(std::uint32_t people, std::uint32_t day, const std::vector<std::uint32_t>& revisions);

  store::Snapshots& snapshots() { return store_->snapshots(); }
  std::filesystem::path folder() const { return folder_; }
  std::uint64_t bytes() const;  // of data.mdb, as the disk holds it
  double most_heap_mib() const { return most_heap_mib_; }
  void close() { store_.reset(); }
  void open();

 private:
  void put_users(store::SnapshotWriter& writer, std::string_view pages);
  void put_links(store::SnapshotWriter& writer, std::string_view pages, std::uint32_t people);
  void look_at_heap();

  std::filesystem::path folder_;
  base::SystemClock clock_;
  std::unique_ptr<store::Store> store_;
  double most_heap_mib_ = 0;
};

base::WallTime night_of(std::uint32_t day);

}  // namespace entrad::bench
