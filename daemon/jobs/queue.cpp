#include "jobs/queue.h"

#include <spdlog/spdlog.h>

#include <tuple>

#include "jobs/run.h"
#include "restore/restore.h"
#include "store/journal.h"
#include "store/pruning/pruning.h"
#include "store/snapshots.h"

namespace entrad::jobs {
namespace {

using api::Job;
using api::JobState;
using base::ErrorKind;

// Open jobs are looked at again this often even when nobody says that something changed.
constexpr std::chrono::seconds kLookAgain{5};
constexpr std::size_t kMostOpenJobs = 10000;

// A job waits for those of its tenant and turn.
using Turn = std::tuple<std::string, api::JobKind, bool>;

Turn turn_of(const Job& job) {
  bool urgent = false;
  if (job.kind == api::JobKind::restore && job.request.is_object()) {
    const api::Selection who = job.request.get<api::RestoreRequest>().selection;
    urgent = !who.all && who.search.empty() && who.users.size() <= graph::kFewUsers;
  }
  const auto kind = job.kind == api::JobKind::undo ? api::JobKind::restore : job.kind;
  return {job.tenant, kind, urgent};
}

base::Result<Job> already_final(const Job& job) {
  return base::fail(ErrorKind::failed_precondition,
                    "job " + job.id.str() + " is over: " + std::string(api::name(job.state)),
                    "see it with: entractl jobs show " + job.id.str());
}

}  // namespace

Queue::Queue(store::Store& store, graph::Sessions& sessions, base::Clock& clock,
             Retentions retentions, restore::TenantLimits limits)
    : store_(store),
      sessions_(sessions),
      clock_(clock),
      retentions_(std::move(retentions)),
      limits_(std::move(limits)) {}

Queue::~Queue() { stop(); }

void Queue::start() {
  store::JobFilter open;
  open.only_open = true;
  open.limit = kMostOpenJobs;
  const bool copied = store_.is_fresh_copy();
  for (const Job& job : store_.journal().jobs(open)) {
    if (copied) pause_in_copy(job);
    if (copied || (job.state != JobState::running && job.state != JobState::waiting)) continue;
    if (job.kind == api::JobKind::check) {
      end_check(job);
      continue;
    }
    spdlog::info("job={} kind={} goes on where the last process left off", job.id.value,
                 api::name(job.kind));
    (void)store_.journal().update(job.id, [](Job& row) {
      row.state = row.pause_requested ? JobState::paused : JobState::queued;
      row.reason = row.pause_requested ? row.reason : "goes on after a restart of the daemon";
      row.until.reset();
      return true;
    });
  }
  if (copied) store_.no_longer_fresh_copy();
  dispatcher_ = std::jthread([this](const std::stop_token& stop) { dispatch(stop); });
}

// Whoever opens a copy may only want to look, and the job may have gone on elsewhere.
void Queue::pause_in_copy(const Job& job) {
  spdlog::warn("job={} kind={} is paused: the store is a copy", job.id.value, api::name(job.kind));
  (void)store_.journal().update(job.id, [](Job& row) {
    if (row.state == JobState::held) return false;
    row.pause_requested = true;
    row.state = JobState::paused;
    row.reason =
        "the store is a copy, and the job may have gone on elsewhere; go on here with: "
        "entractl jobs resume " +
        row.id.str();
    row.until.reset();
    return true;
  });
}

// A check that was reading when the process ended may be why: a damaged page can end any reader.
void Queue::end_check(const Job& job) {
  const auto now = clock_.wall();
  (void)store_.journal().update(job.id, [now](Job& row) {
    row.state = JobState::failed;
    row.failure =
        api::Failure{"storeDamaged",
                     "the daemon ended while this check was reading, which a damaged page "
                     "of the store can do; it is not begun again by itself",
                     std::string(kDamageHint) + "; to check again: entractl store check"};
    row.ended_at = now;
    return true;
  });
}

void Queue::stop() {
  dispatcher_.request_stop();
  if (dispatcher_.joinable()) dispatcher_.join();
  std::map<base::JobId, Running> running;
  {
    const std::lock_guard lock(mutex_);
    running.swap(running_);
    for (auto& [id, job] : running) job.thread.request_stop();
  }
  for (auto& [id, job] : running)
    if (job.thread.joinable()) job.thread.join();
}

base::Result<Job> Queue::submit(const api::BackupRequest& request,
                                const std::string& requested_by) {
  if (auto tenant = sessions_.tenant(request.tenant); !tenant) return base::pass(tenant);
  Job job;
  job.kind = api::JobKind::backup;
  job.tenant = request.tenant;
  job.request = request;
  job.requested_by = requested_by;
  return enqueue(std::move(job));
}

base::Result<Job> Queue::submit(const api::RestoreRequest& request,
                                const std::string& requested_by) {
  if (auto tenant = sessions_.tenant(request.tenant); !tenant) return base::pass(tenant);
  if (auto home = sessions_.tenant(request.home()); !home) return base::pass(home);
  if (auto sound = restore::check_request(request); !sound) return base::pass(sound);
  if (auto may = check_eyes(request.approved, request.home()); !may) return base::pass(may);
  auto snapshot = store_.snapshots().named(request.tenant, request.at, clock_.wall());
  if (!snapshot) return base::pass(snapshot);
  Job job;
  job.kind = api::JobKind::restore;
  job.tenant = request.home();
  job.request = request;
  job.request["approvedBy"] = "";
  job.requested_by = requested_by;
  job.snapshot = snapshot->number;
  if (!request.to_tenant.empty()) job.snapshot_tenant = request.tenant;
  return enqueue(std::move(job));
}

base::Result<Job> Queue::submit(const api::UndoRequest& request, const std::string& requested_by) {
  if (auto sound = restore::request_to_undo(store_.journal(), request.job); !sound)
    return base::pass(sound);
  auto undone = store_.journal().job(request.job);
  if (!undone) return undone;
  if (auto tenant = sessions_.tenant(undone->tenant); !tenant) return base::pass(tenant);
  if (auto may = check_eyes(request.approved, undone->tenant); !may) return base::pass(may);
  Job job;
  job.kind = api::JobKind::undo;
  job.tenant = undone->tenant;
  job.request = request;
  job.request["approvedBy"] = "";
  job.requested_by = requested_by;
  job.snapshot = undone->snapshot;
  job.snapshot_tenant = undone->snapshot_tenant;
  return enqueue(std::move(job));
}

base::Result<Job> Queue::submit(const api::CheckRequest& request, const std::string& requested_by) {
  if (auto tenant = sessions_.tenant(request.tenant); !tenant) return base::pass(tenant);
  auto snapshot = store_.snapshots().named(request.tenant, request.at, clock_.wall());
  if (!snapshot) return base::pass(snapshot);
  Job job;
  job.kind = api::JobKind::check;
  job.tenant = request.tenant;
  job.request = request;
  job.requested_by = requested_by;
  job.snapshot = snapshot->number;
  return enqueue(std::move(job));
}

base::Result<Job> Queue::submit(const api::StoreCheckRequest& request,
                                const std::string& requested_by) {
  Job job;
  job.kind = api::JobKind::check;
  job.request = request;
  job.requested_by = requested_by;
  return enqueue(std::move(job));
}

base::Result<Job> Queue::submit(const api::PruneRequest& request, const std::string& requested_by) {
  if (auto tenant = sessions_.tenant(request.tenant); !tenant) return base::pass(tenant);
  for (const auto number : request.snapshots)
    if (auto there = store_.snapshots().find(request.tenant, number); !there)
      return base::pass(there);
  auto named = request;
  if (named.snapshots.empty()) {
    auto going = let_go(request.tenant);
    if (!going) return base::pass(going);
    named.snapshots = std::move(*going);
  }
  if (named.snapshots.empty())
    return base::fail(ErrorKind::failed_precondition,
                      "no snapshot of " + request.tenant + " would go: its retention keeps all",
                      "see why with: entractl snapshots prune --dry-run");
  Job job;
  job.kind = api::JobKind::prune;
  job.tenant = request.tenant;
  job.request = named;
  job.requested_by = requested_by;
  return enqueue(std::move(job));
}

restore::Limits Queue::limits_of(const std::string& tenant) const {
  const auto found = limits_.find(tenant);
  return found == limits_.end() ? restore::Limits{} : found->second;
}

api::Retention Queue::retention(const std::string& tenant) const {
  const auto found = retentions_.find(tenant);
  return found == retentions_.end() ? api::Retention{} : found->second;
}

base::Result<std::vector<base::SnapshotNumber>> Queue::let_go(const std::string& tenant) const {
  auto verdicts = store_.pruning().verdicts(tenant, retention(tenant), clock_.wall());
  if (!verdicts) return base::pass(verdicts);
  std::vector<base::SnapshotNumber> going;
  for (const api::Verdict& one : *verdicts)
    if (!one.kept) going.push_back(one.snapshot);
  return going;
}

void Queue::prune_after(const Job& backup) {
  if (retention(backup.tenant).keeps_all()) return;
  const auto ended = store_.journal().job(backup.id);
  if (!ended || ended->state != JobState::succeeded) return;
  auto going = let_go(backup.tenant);
  if (going && going->empty()) return;
  base::Result<Job> job = going ? submit(api::PruneRequest{backup.tenant, *going}, "retention")
                                : base::Result<Job>(base::pass(going));
  if (!job)
    spdlog::warn("tenant={} no prune after job={}: {}; the next backup tries again", backup.tenant,
                 backup.id.value, job.error().message);
}

// Nobody approves a plan that nobody has seen yet.
base::Result<void> Queue::check_eyes(bool approved, const std::string& tenant) const {
  if (!approved || !limits_of(tenant).four_eyes) return {};
  return base::fail(ErrorKind::permission_denied,
                    tenant +
                        " wants somebody else to approve a plan: it cannot be approved "
                        "beforehand",
                    "leave --yes out, and have a colleague carry the plan out");
}

base::Result<Job> Queue::enqueue(Job job) {
  auto stored = store_.journal().submit(std::move(job));
  if (stored) wake();
  return stored;
}

base::Result<Job> Queue::approve(base::JobId id, const api::Approval& approval,
                                 const std::string& by) {
  auto job = store_.journal().job(id);
  if (!job) return job;
  if (job->state != JobState::held)
    return base::fail(ErrorKind::failed_precondition,
                      "job " + id.str() + " does not wait for approval: it is " +
                          std::string(api::name(job->state)),
                      "see it with: entractl jobs show " + id.str());
  if (limits_of(job->tenant).four_eyes && by == job->requested_by)
    return base::fail(
        ErrorKind::permission_denied,
        "job " + id.str() + " was asked for by " + by +
            ", and this tenant wants somebody else to approve it",
        "have a colleague read the plan and say: entractl restore --apply " + id.str());
  if (job->request.is_object()) {
    auto request = job->request.get<api::RestoreRequest>();
    request.approved = true;
    request.removals_approved |= approval.removals;
    if (const auto waits = restore::awaits_approval(store_.journal(), id, request))
      return base::fail(ErrorKind::failed_precondition, "job " + id.str() + " is " + *waits,
                        "read its plan, then approve that too: entractl restore --apply " +
                            id.str() + " --approve-removals");
  }
  spdlog::info("job={} approved by={} removals={}", id.value, by, approval.removals);
  const auto approve = [&](Job& row) {
    if (row.state != JobState::held) return false;
    row.request["approved"] = true;
    row.request["approvedBy"] = by;
    if (approval.removals) row.request["removalsApproved"] = true;
    row.state = JobState::queued;
    row.reason.clear();
    return true;
  };
  auto approved = store_.journal().update(id, approve, store::RequestToo::yes);
  wake();
  return approved;
}

base::Result<Job> Queue::pause(base::JobId id, const std::string& by) {
  auto job = store_.journal().job(id);
  if (!job) return job;
  if (api::is_final(job->state)) return already_final(*job);
  if (job->state == JobState::held)
    return base::fail(ErrorKind::failed_precondition,
                      "job " + id.str() + " is held: nothing is under way",
                      "it goes on when somebody approves it: entractl restore --apply " + id.str());
  spdlog::info("job={} pause requested by={}", id.value, by);
  const std::lock_guard lock(mutex_);
  const auto running = running_.find(id);
  const bool idle = running == running_.end();
  auto paused = store_.journal().update(id, [&](Job& row) {
    if (api::is_final(row.state)) return false;
    row.pause_requested = true;
    row.reason = "paused by " + by + "; go on with: entractl jobs resume " + id.str();
    if (idle) row.state = JobState::paused;
    return true;
  });
  if (paused && idle) resting_.erase(id);
  if (paused && !idle) running->second.thread.request_stop();
  return paused;
}

base::Result<Job> Queue::resume(base::JobId id, const std::string& by) {
  auto job = store_.journal().job(id);
  if (!job) return job;
  if (job->state != JobState::paused && !job->pause_requested)
    return base::fail(
        ErrorKind::failed_precondition,
        "job " + id.str() + " is not paused: it is " + std::string(api::name(job->state)),
        "see it with: entractl jobs show " + id.str());
  spdlog::info("job={} resumed by={}", id.value, by);
  auto resumed = store_.journal().update(id, [](Job& row) {
    if (api::is_final(row.state)) return false;
    row.pause_requested = false;
    row.state = JobState::queued;
    row.reason.clear();
    return true;
  });
  wake();
  return resumed;
}

base::Result<Job> Queue::cancel(base::JobId id, const std::string& by) {
  auto job = store_.journal().job(id);
  if (!job) return job;
  if (api::is_final(job->state)) return already_final(*job);
  spdlog::info("job={} cancel requested by={}", id.value, by);
  bool rests = false;
  {
    const std::lock_guard lock(mutex_);
    rests = resting_.contains(id);
  }
  const auto cancel = [rests](Job& row) {
    if (api::is_final(row.state)) return false;
    row.cancel_requested = true;
    const bool idle = rests || row.state == JobState::held || row.state == JobState::paused;
    if (idle) row.state = JobState::queued;
    return true;
  };
  auto cancelled = store_.journal().update(id, cancel, store::RequestToo::yes);
  {
    const std::lock_guard lock(mutex_);
    if (const auto running = running_.find(id); running != running_.end())
      running->second.thread.request_stop();
    if (const auto rest = resting_.find(id); cancelled && rest != resting_.end())
      rest->second = clock_.steady();
  }
  wake();
  return cancelled;
}

void Queue::wake() {
  const std::lock_guard lock(mutex_);
  dirty_ = true;
  changed_.notify_all();
}

void Queue::dispatch(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    reap();
    start_ready();
    std::unique_lock lock(mutex_);
    if (!dirty_) clock_.wait_on(changed_, lock, clock_.steady() + kLookAgain, stop);
    dirty_ = false;
  }
}

void Queue::reap() {
  const std::lock_guard lock(mutex_);
  for (auto it = running_.begin(); it != running_.end();) {
    if (!it->second.finished) {
      ++it;
      continue;
    }
    it->second.thread.join();
    it = running_.erase(it);
  }
}

// Oldest first; one job of a turn at a time.
void Queue::start_ready() {
  store::JobFilter open;
  open.only_open = true;
  open.limit = kMostOpenJobs;
  auto jobs = store_.journal().jobs(open);
  const std::lock_guard lock(mutex_);
  std::set<Turn> busy;
  const auto now = clock_.steady();
  const auto is_resting = [&](const Job& job) {
    const auto rest = resting_.find(job.id);
    return rest != resting_.end() && rest->second > now;
  };
  for (const Job& job : jobs)
    if (running_.contains(job.id) || is_resting(job)) busy.insert(turn_of(job));
  for (auto it = jobs.rbegin(); it != jobs.rend(); ++it) {
    if (running_.contains(it->id) || is_resting(*it)) continue;
    if (it->state != JobState::queued && !resting_.contains(it->id)) continue;
    if (it->pause_requested && !it->cancel_requested) continue;
    const bool only_to_close = it->cancel_requested;
    if (!only_to_close && !busy.insert(turn_of(*it)).second) continue;
    const Job& job = *it;
    resting_.erase(job.id);
    running_[job.id].thread =
        std::jthread([this, job](const std::stop_token& stop) { run_on_thread(job, stop); });
  }
}

void Queue::run_on_thread(const Job& job, const std::stop_token& stop) {
  const auto limits = limits_of(job.tenant);
  const auto state = run(store_, sessions_, clock_, limits, job, stop);
  if (job.kind == api::JobKind::backup) prune_after(job);
  const std::lock_guard lock(mutex_);
  if (state == JobState::waiting) resting_[job.id] = clock_.steady() + kLookForRoom;
  if (const auto self = running_.find(job.id); self != running_.end()) self->second.finished = true;
  dirty_ = true;
  changed_.notify_all();
}

}  // namespace entrad::jobs
