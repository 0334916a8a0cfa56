// Writer: the one thread that owns every write transaction.
//
// Pieces of work queue up; whatever has gathered runs in one transaction and is committed (and
// synced) together, then each caller is told. A piece that fails or throws is taken out and the
// others run again without it, so every piece must be ready to run more than once, must not block
// and must not call the store. A full map grows and the batch runs again. Without room on the disk
// writes fail with store_full and are tried anew next time; after a disk error or damage all fail
// with store_damaged until the daemon is started again.
// Thread safety: every member may be called from any thread but the writer's own. Owned by
// Environment.
#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <future>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "store/file/gate.h"
#include "store/file/lmdb.h"
#include "store/file/place.h"

namespace entrad::store {

// What a piece of work writes with.
struct Write {
  WriteTxn& txn;
  base::EventNumber newest_event{};  // set by work that appends events
};

using Work = std::function<base::Result<void>(Write&)>;
using EventListener = std::function<void(base::EventNumber)>;

class Writer {
 public:
  Writer(Env& env, Gate& gate, const Place& place);
  ~Writer();  // does what is queued first
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // Waits for the commit. An error or exception of `work` itself comes back as it is; nothing of
  // that work is stored then. Errors: store_full, store_damaged, shutting_down.
  base::Result<void> run(Work work);
  // Why writes fail; empty: they do not.
  std::string trouble() const;
  // Once this returns the listener before is not running any more.
  void on_event(EventListener listener);
  std::size_t queued() const;  // pieces that the present batch does not hold

 private:
  struct Request {
    Work work;
    std::promise<base::Result<void>> promise;
    std::optional<base::Error> error;  // set: it takes no part in the next attempt
    std::exception_ptr thrown;         // likewise
    bool is_out() const { return error.has_value() || thrown != nullptr; }
  };
  using Batch = std::vector<Request>;
  enum class Next { done, again, one_by_one };

  void serve(std::stop_token stop);
  void finish(Batch& batch);
  void carry_out(std::span<Request> batch);
  Next attempt(std::span<Request> batch);
  static bool run_all(std::span<Request> batch, Write& write);
  static void run_one(Request& request, Write& write);
  Next repair(std::span<Request> batch, const LmdbFailure& failure);
  Next grow(std::span<Request> batch);
  Next no_room(std::span<Request> batch);
  Next give_up(std::span<Request> batch, const std::string& why);
  Next refuse(std::span<Request> batch) const;
  bool is_poisoned() const;
  void set_trouble(std::string trouble, bool for_good);
  void announce();

  Env& env_;
  Gate& gate_;
  const Place& place_;
  base::EventNumber newest_event_{};  // of this batch; the writer thread's own

  std::mutex listener_mutex_;  // guards listener_, and is held while it is called
  EventListener listener_;

  mutable std::mutex mutex_;  // guards all below but the thread
  std::condition_variable_any changed_;
  Batch queue_;
  bool stopping_ = false;
  bool poisoned_ = false;  // trouble_ is for good
  std::string trouble_;

  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace entrad::store
