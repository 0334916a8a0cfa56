#include "store/writing/spool.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace entrad::store {
namespace {

using base::ErrorKind;

constexpr std::size_t kPendingBytes = 1U << 20U;

base::unexpected<base::Error> failed(const std::filesystem::path& directory, int code) {
  const std::string where = directory.string();
  if (code == ENOSPC || code == EDQUOT || code == EFBIG)
    return base::fail(ErrorKind::store_full, "no room on the disk of " + where,
                      "free some disk space; writing goes on by itself then");
  return base::fail(ErrorKind::store_damaged,
                    "cannot write a temporary file in " + where + ": " + std::strerror(code),
                    "check the disk");
}

}  // namespace

Spool::~Spool() {
  if (map_ != nullptr) ::munmap(map_, written_);
  if (file_ >= 0) ::close(file_);
}

base::Result<std::uint64_t> Spool::append(std::string_view bytes) {
  const std::uint64_t place = size();
  pending_ += bytes;
  if (pending_.size() >= kPendingBytes)
    if (auto done = write_pending(); !done) return base::pass(done);
  return place;
}

base::Result<void> Spool::write_pending() {
  if (file_ < 0) file_ = ::open(directory_.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file_ < 0) return failed(directory_, errno);
  std::string_view rest = pending_;
  while (!rest.empty()) {
    const auto size = ::write(file_, rest.data(), rest.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return failed(directory_, errno);
    rest.remove_prefix(static_cast<std::size_t>(size));
    written_ += static_cast<std::uint64_t>(size);
  }
  pending_.clear();
  return {};
}

base::Result<void> Spool::finish() {
  if (written_ == 0) return {};  // all of it is in memory
  if (auto done = write_pending(); !done) return done;
  map_ = ::mmap(nullptr, written_, PROT_READ, MAP_SHARED, file_, 0);
  if (map_ != MAP_FAILED) return {};
  map_ = nullptr;
  return failed(directory_, errno);
}

std::string_view Spool::at(std::uint64_t place, std::size_t size) const {
  const char* const bytes = map_ == nullptr ? pending_.data() : static_cast<const char*>(map_);
  return {bytes + place, size};
}

}  // namespace entrad::store
