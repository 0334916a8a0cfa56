#include "store/file/copies.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <system_error>
#include <tuple>

namespace entrad::store {
namespace {

using base::ErrorKind;
namespace fs = std::filesystem;

constexpr std::string_view kMaking = "making-";
constexpr std::string_view kOfMigrations = "before-schema-";
constexpr std::size_t kLongestName = 100;

bool is_plain(const std::string& name) {
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  };
  return !name.empty() && name.size() <= kLongestName &&
         std::all_of(name.begin(), name.end(), is_allowed) && !name.starts_with(kMaking) &&
         !name.starts_with(kOfMigrations);
}

base::unexpected<base::Error> failed(const std::string& doing, int code) {
  const bool is_full = code == ENOSPC || code == EDQUOT;
  return base::fail(is_full ? ErrorKind::store_full : ErrorKind::failed_precondition,
                    "no copy was made: " + doing + ": " + std::generic_category().message(code),
                    is_full ? "free some disk space; the store itself goes on"
                            : "check the owner and mode of state_directory");
}

void sync(const fs::path& directory) {
  const int file = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return;
  (void)::fsync(file);
  ::close(file);
}

base::WallTime made_at(const fs::path& file) {
  struct stat about {};
  if (::stat(file.c_str(), &about) != 0) return {};
  return base::WallTime(std::chrono::seconds(about.st_mtim.tv_sec)) +
         std::chrono::milliseconds(about.st_mtim.tv_nsec / 1'000'000);
}

// A file beside the data of a copy that nobody has worked with yet. Its data are for its owner
// alone, also where the copy is taken elsewhere.
constexpr std::string_view kMark = "is-a-copy";

// Its time is set too: the kernel's own is too coarse to tell which of two copies is the older.
bool mark_as_copy(const fs::path& copy) {
  const auto data = copy / "data.mdb";
  std::array<timespec, 2> now{};
  ::clock_gettime(CLOCK_REALTIME, &now[0]);
  now[1] = now[0];
  if (::chmod(data.c_str(), 0600) != 0) return false;
  if (::utimensat(AT_FDCWD, data.c_str(), now.data(), 0) != 0) return false;
  const int file = ::open((copy / kMark).c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  return file >= 0 && ::close(file) == 0;
}

void remove_half_made(const fs::path& copies) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(copies, ignored))
    if (entry.path().filename().string().starts_with(kMaking))
      fs::remove_all(entry.path(), ignored);
}

// Gives their names.
std::vector<std::string> remove_oldest(const fs::path& directory, std::size_t keep) {
  const auto all = copies_in(directory);
  std::vector<std::string> removed;
  std::error_code failure;
  for (std::size_t i = 0; i + keep < all.size(); ++i) {
    fs::remove_all(all[i].path, failure);
    if (!failure) removed.push_back(all[i].name);
  }
  return removed;
}

}  // namespace

std::vector<Copy> copies_in(const fs::path& directory) {
  std::vector<Copy> all;
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(directory / "copies", failure)) {
    Copy copy;
    copy.name = entry.path().filename().string();
    copy.path = entry.path();
    if (!is_plain(copy.name)) continue;
    copy.bytes = fs::file_size(entry.path() / "data.mdb", failure);
    if (failure) continue;
    copy.made_at = made_at(entry.path() / "data.mdb");
    all.push_back(std::move(copy));
  }
  std::sort(all.begin(), all.end(), [](const Copy& a, const Copy& b) {
    return std::tie(a.made_at, a.name) < std::tie(b.made_at, b.name);
  });
  return all;
}

base::Result<Copy> make_copy(const Environment& environment, const std::string& name,
                             std::size_t keep) {
  if (!is_plain(name))
    return base::fail(ErrorKind::invalid_argument, "\"" + name + "\" is no name for a copy",
                      "use letters, digits, - and _, and not the beginning before-schema-");
  const auto& directory = environment.place().directory();
  const auto copies = directory / "copies";
  if (::mkdir(copies.c_str(), 0700) != 0 && errno != EEXIST) return failed("make copies/", errno);
  remove_half_made(copies);
  const auto path = copies / name;
  std::error_code ignored;
  if (fs::exists(path, ignored))
    return base::fail(ErrorKind::conflict, "there is a copy \"" + name + "\" already",
                      "take another name");
  const auto making = copies / (std::string(kMaking) + name);
  if (::mkdir(making.c_str(), 0700) != 0) return failed("make " + making.string(), errno);
  auto done = telling_damage([&]() -> base::Result<void> {
    environment.copy_to(making);
    return {};
  });
  if (done && !mark_as_copy(making)) done = failed("mark it as a copy", errno);
  if (!done) {
    fs::remove_all(making, ignored);
    return base::pass(done, "no copy was made");
  }
  sync(making);
  if (::rename(making.c_str(), path.c_str()) != 0) return failed("name it", errno);
  sync(copies);
  return Copy{name, path, fs::file_size(path / "data.mdb", ignored), made_at(path / "data.mdb"),
              remove_oldest(directory, std::max<std::size_t>(keep, 1))};
}

bool is_marked_as_copy(const fs::path& directory) {
  std::error_code ignored;
  return fs::exists(directory / kMark, ignored);
}

void unmark_copy(const fs::path& directory) {
  std::error_code ignored;
  fs::remove(directory / kMark, ignored);
  sync(directory);
}

}  // namespace entrad::store
