// Progress: keeps a job's row in the journal telling the truth while its thread works: the phase,
// how far it is, and that it waits when Graph makes it wait. Thread safety: report() belongs to the
// job's thread; the wait listener may be called from any.
#pragma once

#include <mutex>
#include <string>

#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "graph/session.h"
#include "store/journal.h"

namespace entrad::restore {

// Whether what failed is likely to go well later.
bool graph_is_away(const base::Error& error);

class Progress {
 public:
  Progress(store::Journal& journal, graph::Session& session, base::Clock& clock, base::JobId job);

  void phase(const std::string& name, std::uint64_t total);
  void rename(const std::string& phase);  // done and total stay
  void advance(std::uint64_t done);
  // To be handed to Session calls. Few users go first.
  graph::Call call(std::stop_token stop, std::size_t users);
  // Shows that the job waits, and why, until it is worth asking again. Errors: cancelled.
  base::Result<void> wait_for_graph(const base::Error& why, const graph::Call& call);

 private:
  void waiting(base::Duration wait, const std::string& reason);

  store::Journal& journal_;
  graph::Session& session_;
  base::Clock& clock_;
  base::JobId job_;
  std::uint64_t throttled_before_;
  std::mutex mutex_;
  int waiters_ = 0;  // guarded by mutex_
};

}  // namespace entrad::restore
