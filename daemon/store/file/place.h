// Place: the directory of a store, made safe to use: private, local, and held by one daemon only.
// Thread safety: belongs to the thread that opens the store. Owned by Environment.
#pragma once

#include <cstdint>
#include <filesystem>

#include "base/result.h"

namespace entrad::store {

// Whether the data file in `directory` could take more: asks the disk, quotas and limits by a
// trial.
bool has_room(const std::filesystem::path& directory);

class Place {
 public:
  // Makes the directory (0700) if it is not there and locks it. Errors: failed_precondition
  // (another entrad holds it, with its pid; others could write in it; a network file system; no
  // permission), store_full.
  static base::Result<Place> take(const std::filesystem::path& directory);
  ~Place();  // lets the lock go
  Place(Place&& other) noexcept;
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  const std::filesystem::path& directory() const { return directory_; }
  std::filesystem::path data_file() const { return directory_ / "data.mdb"; }
  std::uint64_t free_bytes() const;

  // A store that was in use here leaves a mark, so that a lost data file is not taken for a new
  // store.
  bool was_in_use() const;
  void mark_in_use() const;

 private:
  Place(std::filesystem::path directory, int lock)
      : directory_(std::move(directory)), lock_(lock) {}

  std::filesystem::path directory_;
  int lock_;
};

}  // namespace entrad::store
