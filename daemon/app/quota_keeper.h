// QuotaKeeper: writes what the governor has to remember into the store: soon after a bucket starts
// to use up its pledge, else every few seconds while anything changes, and at the end. After a
// crash the next process counts each bucket's pledge as used (see graph/quota/governor.h).
// Thread safety: belongs to the main thread; it writes on a thread of its own.
#pragma once

#include <string>
#include <thread>

#include "graph/quota/governor.h"
#include "store/store.h"

namespace entrad::app {

class QuotaKeeper {
 public:
  // Loads what the process before wrote, and begins. Without a store that can write, nothing waits
  // for it. `time_scale`: how much faster than wall time the governor's steady time runs.
  QuotaKeeper(store::Store& store, graph::Governor& governor, double time_scale);
  ~QuotaKeeper();  // as stop()
  QuotaKeeper(const QuotaKeeper&) = delete;
  QuotaKeeper& operator=(const QuotaKeeper&) = delete;

  // Nothing may use the governor any more. Writes the last state, as a clean stop.
  void stop();

 private:
  void load();
  void keep(bool clean_stop);

  store::Store& store_;
  graph::Governor& governor_;
  const double time_scale_;
  std::string trouble_;  // logged already; the writing thread's, and stop()'s after it
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace entrad::app
