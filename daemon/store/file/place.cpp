#include "store/file/place.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

namespace entrad::store {
namespace {

using base::ErrorKind;

// File systems whose locks and maps are not those of one machine. Source: statfs(2).
constexpr std::array<std::uint32_t, 9> kNetworkFileSystems{
    0x6969,      // nfs
    0x517b,      // smb
    0xff534d42,  // cifs
    0xfe534d42,  // smb2
    0x5346414f,  // afs
    0x73757245,  // coda
    0x00c36400,  // ceph
    0x0bd00bd0,  // lustre
    0x01021997,  // 9p
};

constexpr off_t kTrialBytes = 1 << 20;

std::string because(int code) { return std::generic_category().message(code); }

base::unexpected<base::Error> refuse(const std::filesystem::path& directory, const std::string& why,
                                     std::string hint) {
  return base::fail(ErrorKind::failed_precondition,
                    "store directory " + directory.string() + " " + why, std::move(hint));
}

base::Result<void> make(const std::filesystem::path& directory) {
  std::error_code failed;
  if (directory.has_parent_path())
    std::filesystem::create_directories(directory.parent_path(), failed);
  if (::mkdir(directory.c_str(), 0700) == 0 || errno == EEXIST) return {};
  const int code = errno;
  if (code == ENOSPC || code == EDQUOT)
    return base::fail(ErrorKind::store_full, "no room to make " + directory.string(),
                      "free some disk space");
  return refuse(directory, "cannot be made: " + because(code),
                "make it, owned by the user that entrad runs as, with mode 0700");
}

base::Result<void> check_private(const std::filesystem::path& directory) {
  struct stat about {};
  if (::stat(directory.c_str(), &about) != 0)
    return refuse(directory, "cannot be read: " + because(errno), "check its owner and mode");
  if (!S_ISDIR(about.st_mode)) return refuse(directory, "is no directory", "name another one");
  if ((about.st_mode & (S_IWGRP | S_IWOTH)) != 0)
    return refuse(directory, "can be written by other users", "chmod 0700 " + directory.string());
  return {};
}

base::Result<void> check_local(const std::filesystem::path& directory) {
  struct statfs about {};
  if (::statfs(directory.c_str(), &about) != 0)
    return refuse(directory, "cannot be read: " + because(errno), "check its owner and mode");
  const auto type = static_cast<std::uint32_t>(about.f_type);
  if (std::find(kNetworkFileSystems.begin(), kNetworkFileSystems.end(), type) ==
      kNetworkFileSystems.end())
    return {};
  return refuse(directory, "is on a network file system, where the store would be damaged",
                "use a directory on a local disk");
}

std::string holder(int lock) {
  std::array<char, 32> text{};
  const auto size = ::pread(lock, text.data(), text.size(), 0);
  if (size <= 0) return "?";
  std::string pid(text.data(), static_cast<std::size_t>(size));
  return pid.substr(0, pid.find('\n'));
}

void sign(int lock) {
  const std::string pid = std::to_string(::getpid()) + "\n";
  // Only for people: a full disk must not keep the daemon from starting.
  if (::ftruncate(lock, 0) != 0 || ::pwrite(lock, pid.data(), pid.size(), 0) < 0) return;
}

base::Result<int> hold(const std::filesystem::path& directory) {
  const auto path = directory / "lock";
  const int lock = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (lock < 0 && (errno == ENOSPC || errno == EDQUOT))
    return base::fail(ErrorKind::store_full, "no room to make " + path.string(),
                      "free some disk space");
  if (lock < 0)
    return refuse(directory, "cannot be used: open its file lock: " + because(errno),
                  "check its owner and mode");
  if (::flock(lock, LOCK_EX | LOCK_NB) == 0) {
    sign(lock);
    return lock;
  }
  const std::string pid = holder(lock);
  ::close(lock);
  return base::fail(ErrorKind::failed_precondition,
                    "another entrad (pid " + pid + ") uses the store " + directory.string(),
                    "stop it first, or give this one a state_directory of its own");
}

// A file that goes away by itself. Not every file system knows O_TMPFILE.
int nameless_file(const std::filesystem::path& directory) {
  const int file = ::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT)) return file;
  const auto path = directory / "trial";
  const int named = ::open(path.c_str(), O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0600);
  const int code = errno;
  ::unlink(path.c_str());
  errno = code;
  return named;
}

}  // namespace

base::Result<Place> Place::take(const std::filesystem::path& directory) {
  for (const auto step : {&make, &check_private, &check_local})
    if (auto fine = step(directory); !fine) return base::pass(fine);
  auto lock = hold(directory);
  if (!lock) return base::pass(lock);
  return Place(directory, *lock);
}

Place::~Place() {
  if (lock_ >= 0) ::close(lock_);
}

Place::Place(Place&& other) noexcept
    : directory_(std::move(other.directory_)), lock_(std::exchange(other.lock_, -1)) {}

std::uint64_t Place::free_bytes() const {
  std::error_code failed;
  const auto space = std::filesystem::space(directory_, failed);
  return failed ? 0 : space.available;
}

bool has_room(const std::filesystem::path& directory) {
  const int file = nameless_file(directory);
  if (file < 0) return errno != ENOSPC && errno != EDQUOT;
  // At the place where the data file would grow, so that a limit on file sizes counts too.
  std::error_code failed;
  const auto size = std::filesystem::file_size(directory / "data.mdb", failed);
  const int code = ::posix_fallocate(file, failed ? 0 : static_cast<off_t>(size), kTrialBytes);
  ::close(file);
  return code != ENOSPC && code != EDQUOT && code != EFBIG;
}

bool Place::was_in_use() const {
  std::error_code failed;
  return std::filesystem::exists(directory_ / "in_use", failed);
}

void Place::mark_in_use() const {
  const int file = ::open((directory_ / "in_use").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (file >= 0) ::close(file);
}

}  // namespace entrad::store
