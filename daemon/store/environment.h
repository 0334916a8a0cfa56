// Environment: the open store: its place and lock, its LMDB environment, its readers and writer.
//
// Opening checks the schema number before anything is made, refuses a newer one in words, and finds
// a data file that was cut short before LMDB can run into the missing pages.
// Thread safety: read() and write() may be called from any thread; a thread that holds a Reader
// must not call either again before it lets go. Owned by Store.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "api/status.h"
#include "base/result.h"
#include "store/contents/packing.h"
#include "store/file/gate.h"
#include "store/file/lmdb.h"
#include "store/file/place.h"
#include "store/file/writer.h"
#include "store/rows/keys.h"
#include "store/store.h"

namespace entrad::store {

constexpr std::uint32_t kSchema = 2;

// A read transaction, counted at the gate. Copy out what is needed and let go.
class Reader {
 public:
  Reader(Gate& gate, const Env& env) : visit_(gate), txn_(env) {}
  const Txn& operator*() const { return txn_; }
  const Txn* operator->() const { return &txn_; }

 private:
  Gate::Visit visit_;
  ReadTxn txn_;
};

struct Environment final {
  // Errors: as Store::open.
  static base::Result<std::unique_ptr<Environment>> open(const Options& options);

  Reader read() const { return Reader(gate_, env_); }
  // See Writer::run.
  base::Result<void> write(Work work) { return writer_.run(std::move(work)); }
  void on_event(EventListener listener) { writer_.on_event(std::move(listener)); }
  api::StoreStatus status() const;
  std::size_t queued() const { return writer_.queued(); }

  const Place& place() const { return place_; }
  // See Env::copy_to. The map cannot grow until it ends: a write that needs more waits for it.
  void copy_to(const std::filesystem::path& directory) const {
    const Gate::Visit visit(gate_);
    env_.copy_to(directory);
  }

  Packing& packing() const { return packing_; }

  // One snapshot of a tenant is written at a time. False: there is one already.
  bool claim(const std::string& tenant);
  void release(const std::string& tenant);

  Environment(Place place, std::size_t map_bytes);

 private:
  Place place_;
  mutable Gate gate_;
  Env env_;
  mutable Packing packing_;
  std::mutex claims_mutex_;  // guards claims_
  std::set<std::string> claims_;
  Writer writer_;  // last: its thread uses all of the above
};

// The error that a caller is told for an exception of LMDB or of damaged rows.
base::Error to_error(const LmdbFailure& failure);
base::Error to_error(const Damage& damage);

// Runs a read that returns a Result; damage that it meets becomes its error.
template <typename F>
auto telling_damage(F&& read) -> decltype(read()) {
  try {
    return read();
  } catch (const Damage& damage) {
    return base::unexpected(to_error(damage));
  } catch (const LmdbFailure& failure) {
    return base::unexpected(to_error(failure));
  }
}

}  // namespace entrad::store
