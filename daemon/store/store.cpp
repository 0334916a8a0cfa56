#include "store/store.h"

#include <mutex>

#include "api/history.h"
#include "store/environment.h"
#include "store/file/copies.h"
#include "store/inspection/inspection.h"
#include "store/journal.h"
#include "store/lineage.h"
#include "store/own_state.h"
#include "store/pruning/pruning.h"
#include "store/snapshots.h"

namespace entrad::store {

base::Result<std::unique_ptr<Store>> Store::open(const Options& options, base::Clock& clock) {
  auto environment = Environment::open(options);
  if (!environment) return base::pass(environment);
  return std::unique_ptr<Store>(new Store(std::move(*environment), clock));
}

Store::Store(std::unique_ptr<Environment> environment, base::Clock& clock)
    : environment_(std::move(environment)),
      snapshots_(std::make_unique<Snapshots>(*environment_, clock)),
      journal_(std::make_unique<Journal>(*environment_, clock)),
      lineage_(std::make_unique<Lineage>(*environment_)),
      own_state_(std::make_unique<OwnState>(*environment_)),
      pruning_(std::make_unique<Pruning>(*environment_, *snapshots_)) {}

Store::~Store() = default;

Snapshots& Store::snapshots() { return *snapshots_; }
Journal& Store::journal() { return *journal_; }
Lineage& Store::lineage() { return *lineage_; }
OwnState& Store::own_state() { return *own_state_; }
Pruning& Store::pruning() { return *pruning_; }
base::Result<Copy> Store::copy(const std::string& name, std::size_t keep) {
  static std::mutex one_at_a_time;  // a process has one store
  const std::lock_guard lock(one_at_a_time);
  return make_copy(*environment_, name, keep);
}
void Store::wait_for_writer() {
  static_cast<void>(environment_->write([](Write&) { return base::Result<void>(); }));
}
bool Store::is_fresh_copy() const { return is_marked_as_copy(environment_->place().directory()); }
void Store::no_longer_fresh_copy() { unmark_copy(environment_->place().directory()); }
std::vector<Copy> Store::copies() const { return copies_in(environment_->place().directory()); }
api::StoreCheck Store::check(const std::stop_token& stop,
                             const std::function<void(std::uint64_t rows)>& on_progress) {
  return inspect(*environment_, stop, on_progress);
}
api::StoreStatus Store::status() const { return environment_->status(); }

api::StoreStatistics Store::statistics() const {
  api::StoreStatistics statistics;
  statistics.status = status();
  statistics.schema = kSchema;
  statistics.file_bytes = statistics.status.used_bytes;
  const auto reader = environment_->read();
  for (std::size_t i = 0; i < kTableNames.size(); ++i) {
    const auto size = reader->size(static_cast<Table>(i));
    statistics.tables.push_back({std::string(kTableNames.at(i)), size.rows, size.bytes});
  }
  statistics.free_bytes = reader->free_bytes();
  return statistics;
}

}  // namespace entrad::store
