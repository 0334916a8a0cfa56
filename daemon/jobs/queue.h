// Queue: takes jobs in, runs them on threads of their own, and carries on after a restart.
//
// At most one job of a kind runs for a tenant at a time; others wait in state `queued`. But a
// restore of a few named users does not wait for one of many: somebody waits for it. At start
// every job that a former process left running goes on. A job for which the store's disk has no
// room keeps its turn and is tried again until there is. Straight-line code of backup/ and restore/
// does the work; the queue owns their threads and stop tokens. After a backup that succeeded it
// submits a prune where the tenant's retention lets a snapshot go.
// Thread safety: every member may be called from any thread. Owned by app/.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "api/jobs.h"
#include "api/keeping.h"
#include "api/requests.h"
#include "api/retention.h"
#include "base/clock.h"
#include "base/result.h"
#include "graph/session.h"
#include "restore/limits.h"
#include "store/store.h"

namespace entrad::jobs {

// By tenant; of a tenant that is not there everything is kept.
using Retentions = std::map<std::string, api::Retention>;

class Queue {
 public:
  Queue(store::Store& store, graph::Sessions& sessions, base::Clock& clock,
        Retentions retentions = {}, restore::TenantLimits limits = {});
  ~Queue();  // as stop()

  // Takes up what a former process left, then starts leasing.
  void start();
  // No new jobs; running ones stop at their next safe point and stay open for the next start.
  void stop();

  // Errors: not_found (tenant), invalid_argument (selection, options, time), failed_precondition.
  // The job is committed and synced when this returns.
  base::Result<api::Job> submit(const api::BackupRequest& request, const std::string& requested_by);
  base::Result<api::Job> submit(const api::RestoreRequest& request,
                                const std::string& requested_by);
  // Errors: also failed_precondition where the job to undo is none, or is not over.
  base::Result<api::Job> submit(const api::UndoRequest& request, const std::string& requested_by);
  base::Result<api::Job> submit(const api::CheckRequest& request, const std::string& requested_by);
  // A job of no tenant.
  base::Result<api::Job> submit(const api::StoreCheckRequest& request,
                                const std::string& requested_by);
  // Errors: also failed_precondition when there is no snapshot that would go.
  base::Result<api::Job> submit(const api::PruneRequest& request, const std::string& requested_by);

  // As it is configured.
  api::Retention retention(const std::string& tenant) const;

  // Lets a held restore go on. Errors: not_found, failed_precondition (it is not held, or its plan
  // removes something and that is not approved), permission_denied (the tenant wants four eyes, and
  // `by` has asked for the plan).
  base::Result<api::Job> approve(base::JobId id, const api::Approval& approval,
                                 const std::string& by);
  // Stops at the next safe point until it is resumed, a restart or not. Errors: not_found,
  // failed_precondition (over, or held).
  base::Result<api::Job> pause(base::JobId id, const std::string& by);
  // Errors: not_found, failed_precondition (it is not paused).
  base::Result<api::Job> resume(base::JobId id, const std::string& by);
  // Finishes what is in flight and ends the job as cancelled. Errors: not_found,
  // failed_precondition (already in a final state).
  base::Result<api::Job> cancel(base::JobId id, const std::string& by);

 private:
  struct Running {
    std::jthread thread;
    bool finished = false;
  };
  void dispatch(const std::stop_token& stop);
  void start_ready();
  void reap();
  void run_on_thread(const api::Job& job, const std::stop_token& stop);
  base::Result<api::Job> enqueue(api::Job job);
  base::Result<std::vector<base::SnapshotNumber>> let_go(const std::string& tenant) const;
  void prune_after(const api::Job& backup);
  base::Result<void> check_eyes(bool approved, const std::string& tenant) const;
  void pause_in_copy(const api::Job& job);
  void end_check(const api::Job& job);
  restore::Limits limits_of(const std::string& tenant) const;
  void wake();

  store::Store& store_;
  graph::Sessions& sessions_;
  base::Clock& clock_;
  const Retentions retentions_;
  const restore::TenantLimits limits_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  // All guarded by mutex_.
  std::map<base::JobId, Running> running_;
  std::map<base::JobId, base::SteadyTime> resting_;  // jobs without room, and when to look again
  bool dirty_ = true;
  std::jthread dispatcher_;
};

}  // namespace entrad::jobs
