#include "store/environment.h"

#include <algorithm>

#include "store/file/cut.h"
#include "store/migration/migration.h"

namespace entrad::store {
namespace {

using base::ErrorKind;

constexpr char kSchemaKey[] = "schema";
constexpr std::size_t kMapStep = 1 << 20;  // a multiple of every page size

std::size_t map_bytes_for(const Place& place, std::size_t wanted) {
  std::error_code failed;
  const auto size = std::filesystem::file_size(place.data_file(), failed);
  const std::size_t least = failed ? wanted : std::max<std::size_t>(wanted, size);
  return (std::max(least, kMapStep) + kMapStep - 1) / kMapStep * kMapStep;
}

base::unexpected<base::Error> damaged(const Place& place, const std::string& why) {
  return base::fail(ErrorKind::store_damaged,
                    "the store in " + place.directory().string() + " " + why,
                    "copy its last backup back, or start with an empty state_directory");
}

base::Result<void> check_not_lost(const Place& place) {
  std::error_code failed;
  const auto size = std::filesystem::file_size(place.data_file(), failed);
  if (place.was_in_use() && (failed || size == 0)) return damaged(place, "has lost its data.mdb");
  return {};
}

base::Result<void> check_schema(const Place& place, WriteTxn& txn) {
  const auto row = txn.get_raw(Table::meta, kSchemaKey);
  if (!row) {
    txn.put(Table::meta, kSchemaKey, Key().byte(1).number32(kSchema));
    return {};
  }
  KeyReader reader(*row);
  reader.byte();
  const auto schema = reader.number32();
  if (schema == kSchema) return {};
  return base::fail(ErrorKind::failed_precondition,
                    "the store in " + place.directory().string() + " has schema " +
                        std::to_string(schema) + ", and this entrad knows " +
                        std::to_string(kSchema),
                    "run the entrad that wrote it, or a newer one");
}

base::Result<void> open_tables(const Place& place, Env& env) {
  WriteTxn txn(env);
  env.open_table(txn, Table::meta);
  if (auto fine = check_schema(place, txn); !fine) return fine;
  for (std::size_t i = 0; i < kTableNames.size(); ++i) env.open_table(txn, static_cast<Table>(i));
  txn.commit();
  return {};
}

// What failed while the store was being opened, in words that name its place.
base::Error opening_error(const std::filesystem::path& directory, const LmdbFailure& failure) {
  const std::string where = "the store in " + directory.string();
  if (failure.kind() == LmdbFailure::Kind::no_room ||
      (failure.may_be_no_room() && !has_room(directory)))
    return {ErrorKind::store_full, "no room for " + where, "free some disk space", nullptr};
  if (failure.kind() == LmdbFailure::Kind::damage)
    return {ErrorKind::store_damaged, where + " is damaged: " + failure.what(),
            "copy its last backup back, or start with an empty state_directory", nullptr};
  return {ErrorKind::failed_precondition, where + " cannot be opened: " + failure.what(),
          "check the owner and mode of its files, and the limit on address space", nullptr};
}

}  // namespace

Environment::Environment(Place place, std::size_t map_bytes)
    : place_(std::move(place)), env_(place_.directory(), map_bytes), writer_(env_, gate_, place_) {}

base::Result<std::unique_ptr<Environment>> Environment::open(const Options& options) {
  auto place = Place::take(options.directory);
  if (!place) return base::pass(place);
  if (auto fine = check_not_lost(*place); !fine) return base::pass(fine);
  try {
    if (auto fine = migrate_if_old(*place, options); !fine) return base::pass(fine);
    const auto map_bytes = map_bytes_for(*place, options.initial_map_bytes);
    auto environment = std::make_unique<Environment>(std::move(*place), map_bytes);
    Env& env = environment->env_;
    if (auto fine = check_not_cut(options.directory, env); !fine) return base::pass(fine);
    env.forget_dead_readers();
    if (auto fine = open_tables(environment->place_, env); !fine) return base::pass(fine);
    environment->place_.mark_in_use();
    return environment;
  } catch (const LmdbFailure& failure) {
    return base::unexpected(opening_error(options.directory, failure));
  } catch (const Damage& damage) {
    return base::unexpected(to_error(damage));
  }
}

api::StoreStatus Environment::status() const {
  const Gate::Visit visit(gate_);
  const auto info = env_.info();
  api::StoreStatus status;
  status.path = place_.directory().string();
  status.used_bytes = info.used_bytes;
  status.map_bytes = info.map_bytes;
  status.free_disk_bytes = place_.free_bytes();
  status.trouble = writer_.trouble();
  return status;
}

bool Environment::claim(const std::string& tenant) {
  const std::lock_guard lock(claims_mutex_);
  return claims_.insert(tenant).second;
}

void Environment::release(const std::string& tenant) {
  const std::lock_guard lock(claims_mutex_);
  claims_.erase(tenant);
}

base::Error to_error(const LmdbFailure& failure) {
  if (failure.kind() == LmdbFailure::Kind::no_room)
    return {ErrorKind::store_full, failure.what(), "free some disk space", nullptr};
  if (failure.kind() == LmdbFailure::Kind::damage)
    return {ErrorKind::store_damaged, failure.what(), "copy the store's last backup back", nullptr};
  return {ErrorKind::internal, failure.what(), "report this as a fault of entrad", nullptr};
}

base::Error to_error(const Damage& damage) {
  return {ErrorKind::store_damaged, damage.what(), "copy the store's last backup back", nullptr};
}

}  // namespace entrad::store
