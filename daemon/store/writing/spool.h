// Spool: bytes put aside in a file without a name until they are written where they belong, so that
// a million rows can be sorted without holding them in memory. Gone with the process.
// Thread safety: belongs to one thread at a time. Owned by a batch of Intake.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace entrad::store {

class Spool {
 public:
  explicit Spool(std::filesystem::path directory) : directory_(std::move(directory)) {}
  ~Spool();
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  // Where the bytes are found again. Errors: store_full; store_damaged for a failing disk.
  base::Result<std::uint64_t> append(std::string_view bytes);
  // No append() comes any more; at() may be used from now on. Errors: as append.
  base::Result<void> finish();
  // As it was appended; valid while the spool lives.
  std::string_view at(std::uint64_t place, std::size_t size) const;
  std::uint64_t size() const { return written_ + pending_.size(); }

 private:
  base::Result<void> write_pending();

  std::filesystem::path directory_;
  int file_ = -1;
  std::string pending_;
  std::uint64_t written_ = 0;
  void* map_ = nullptr;
};

}  // namespace entrad::store
