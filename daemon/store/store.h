// Store: the one LMDB environment of a daemon, its lock, its writer thread and its health.
//
// `Snapshots`, `Journal`, `Lineage`, `OwnState` and `Pruning` are the typed operations on it; no
// LMDB type leaves store/. All writes go through one writer thread, which commits together whatever
// has queued up. Reads open, copy out and close inside one call. A full map grows by itself. A
// second daemon on the same directory is refused. After a disk error or damage writes fail with
// store_full or store_damaged and reads go on. Thread safety: every member may be called from any
// thread. Owned by app/.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "api/keeping.h"
#include "api/retention.h"
#include "api/status.h"
#include "base/clock.h"
#include "base/result.h"

namespace entrad::api {
struct StoreStatistics;  // api/history.h
}

namespace entrad::store {

class Snapshots;
class Journal;
class Lineage;
class OwnState;
class Pruning;
struct Environment;  // the LMDB side, known inside store/ only

struct Options {
  std::filesystem::path directory;             // made (0700) if it is not there
  std::size_t initial_map_bytes = 256U << 20;  // grows by doubling
  // Told, in words, what a migration of an older store does.
  std::function<void(const std::string&)> say = [](const std::string&) {};
};

struct Copy {
  std::string name;
  std::filesystem::path path;
  std::uint64_t bytes = 0;
  base::WallTime made_at{};
  std::vector<std::string> replaced{};  // names of older ones that were removed for it
};

class Store {
 public:
  // Errors: failed_precondition (another daemon has it; a network file system; a newer schema; no
  // permission), store_damaged, store_full.
  static base::Result<std::unique_ptr<Store>> open(const Options& options, base::Clock& clock);
  ~Store();  // waits for queued writes
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  Snapshots& snapshots();
  Journal& journal();
  Lineage& lineage();
  OwnState& own_state();
  Pruning& pruning();
  api::StoreStatus status() const;
  // Of every table; the snapshots of tenants are left to whom knows the tenants.
  api::StoreStatistics statistics() const;
  // Copies the store while it is in use, without free pages, to copies/`name` in its directory,
  // where it opens as a store; the oldest copies beyond `keep` are removed then. The copy is there
  // wholly or not at all. Errors: conflict (there is one), invalid_argument (a name that is no
  // plain word), store_full, store_damaged.
  base::Result<Copy> copy(const std::string& name, std::size_t keep);
  std::vector<Copy> copies() const;  // oldest first; those that migrations kept are not among them
  // Returns when the writer thread has taken a turn: it is alive. Writes nothing.
  void wait_for_writer();
  // Whether this store is such a copy, and nobody has begun to work with it yet.
  bool is_fresh_copy() const;
  void no_longer_fresh_copy();
  // Reads everything again and computes anew whatever can be computed, see inspection.h. Takes as
  // long as reading the file and hashing each snapshot; everything else goes on meanwhile.
  api::StoreCheck check(const std::stop_token& stop,
                        const std::function<void(std::uint64_t rows)>& on_progress = nullptr);

 private:
  explicit Store(std::unique_ptr<Environment> environment, base::Clock& clock);

  std::unique_ptr<Environment> environment_;
  std::unique_ptr<Snapshots> snapshots_;
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<Lineage> lineage_;
  std::unique_ptr<OwnState> own_state_;
  std::unique_ptr<Pruning> pruning_;
};

}  // namespace entrad::store
