// Progress: what a running backup tells the journal: its phase, how far it is, and why it waits.
//
// Written at most about twice a second, since each write is a synced commit that others may be
// waiting for; a new phase and a long wait are written at once.
// Thread safety: every member may be called from any thread (requests wait on several). Owned by
// the sweep.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/ids.h"
#include "graph/session.h"
#include "store/journal.h"

namespace entrad::backup {

class Progress {
 public:
  Progress(store::Journal& journal, base::Clock& clock, base::JobId job,
           const graph::Session& session);

  void begin(std::string phase, std::uint64_t total);
  void advance(std::uint64_t by);
  // For graph::Call: the job is `waiting` while a request is.
  void waits(base::Duration wait, const std::string& reason);

 private:
  void write(bool at_once);  // with mutex_ held
  bool change(api::Job& job) const;

  store::Journal& journal_;
  base::Clock& clock_;
  base::JobId job_;
  const graph::Session& session_;
  std::uint64_t throttled_before_;

  std::mutex mutex_;  // guards all below
  std::string phase_;
  std::uint64_t done_ = 0;
  std::uint64_t total_ = 0;
  int waiting_ = 0;  // requests that wait now
  std::string reason_;
  std::optional<base::WallTime> until_;
  base::WallTime written_at_{};
};

}  // namespace entrad::backup
