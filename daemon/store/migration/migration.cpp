#include "store/migration/migration.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "store/environment.h"
#include "store/file/cut.h"

namespace entrad::store {
namespace {

using base::ErrorKind;
namespace fs = std::filesystem;

constexpr char kSchemaKey[] = "schema";
constexpr std::size_t kLeastMap = 1U << 20U;

base::Error failed(const std::string& doing, int code) {
  const bool is_full = code == ENOSPC || code == EDQUOT;
  return {is_full ? ErrorKind::store_full : ErrorKind::failed_precondition,
          "the older store is as it was: " + doing + ": " + std::generic_category().message(code),
          is_full ? "free some disk space and start entrad again"
                  : "check the owner and mode of state_directory, and start entrad again",
          nullptr};
}

std::size_t map_bytes_of(const Place& place) {
  std::error_code ignored;
  const auto size = fs::file_size(place.data_file(), ignored);
  return (std::max<std::size_t>(size, kLeastMap) + kLeastMap - 1) / kLeastMap * kLeastMap;
}

void sync(const fs::path& directory) {
  const int file = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return;
  (void)::fsync(file);
  ::close(file);
}

// copies/before-schema-N-K, where no older store is yet.
base::Result<fs::path> place_for_old(const Place& place) {
  const auto copies = place.directory() / "copies";
  if (::mkdir(copies.c_str(), 0700) != 0 && errno != EEXIST)
    return base::unexpected(failed("make " + copies.string(), errno));
  for (int k = 1;; ++k) {
    const auto directory =
        copies / ("before-schema-" + std::to_string(kSchema) + "-" + std::to_string(k));
    if (::mkdir(directory.c_str(), 0700) == 0) return directory / "data.mdb";
    if (errno != EEXIST) return base::unexpected(failed("make " + directory.string(), errno));
    std::error_code ignored;
    // Left by a migration that was killed before it had put the old file there.
    if (!fs::exists(directory / "data.mdb", ignored)) return directory / "data.mdb";
  }
}

// The old file stays under its second name; the new one takes its first in one step.
base::Result<void> take_its_place(const Place& place, const fs::path& fresh) {
  auto old = place_for_old(place);
  if (!old) return base::pass(old);
  if (::link(place.data_file().c_str(), old->c_str()) != 0)
    return base::unexpected(failed("keep the old file as " + old->string(), errno));
  sync(old->parent_path());
  if (::rename((fresh / "data.mdb").c_str(), place.data_file().c_str()) != 0)
    return base::unexpected(failed("put the new file in its place", errno));
  sync(place.directory());
  return {};
}

base::Result<void> write_fresh(Env& old, const fs::path& fresh, const Options& options) {
  auto environment = Environment::open({fresh, options.initial_map_bytes, options.say});
  if (!environment) return base::pass(environment);
  const ReadTxn txn(old);
  return migrate_from_1(txn, **environment, options.say);
}

}  // namespace

std::optional<std::uint32_t> stored_schema(Env& env) {
  WriteTxn txn(env);  // given up: nothing is made in the file
  env.open_table(txn, Table::meta);
  const auto row = txn.get_raw(Table::meta, kSchemaKey);
  if (!row) return std::nullopt;
  KeyReader reader(*row);
  reader.byte();
  return reader.number32();
}

base::Result<void> migrate_if_old(const Place& place, const Options& options) {
  const auto fresh = place.directory() / "migrating";
  std::error_code failure;
  fs::remove_all(fresh, failure);
  const auto size = fs::file_size(place.data_file(), failure);
  if (failure || size == 0) return {};
  {
    Env old(place.directory(), map_bytes_of(place));
    if (auto fine = check_not_cut(place.directory(), old); !fine) return fine;
    const auto schema = stored_schema(old);
    if (schema != 1U) return {};
    options.say("the store in " + place.directory().string() +
                " has schema 1; writing it anew as schema " + std::to_string(kSchema) +
                ". This may take minutes, and may be interrupted: the old file stays as it is");
    auto done = telling_damage([&] { return write_fresh(old, fresh, options); });
    if (!done) return done;
  }
  auto done = take_its_place(place, fresh);
  fs::remove_all(fresh, failure);
  if (done)
    options.say("the store has schema " + std::to_string(kSchema) +
                " now; the old one is kept in copies/");
  return done;
}

}  // namespace entrad::store
