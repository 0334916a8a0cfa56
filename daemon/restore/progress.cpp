#include "restore/progress.h"

#include "api/error_table.h"

namespace entrad::restore {

using api::Job;
using api::JobState;

namespace {

constexpr std::chrono::seconds kGraphAway{15};

}  // namespace

bool graph_is_away(const base::Error& error) {
  return api::error_row(error.kind).retry == api::Retry::later &&
         error.kind != base::ErrorKind::shutting_down;
}

Progress::Progress(store::Journal& journal, graph::Session& session, base::Clock& clock,
                   base::JobId job)
    : journal_(journal),
      session_(session),
      clock_(clock),
      job_(job),
      throttled_before_(session.counters().throttled) {}

void Progress::phase(const std::string& name, std::uint64_t total) {
  (void)journal_.update(job_, [&](Job& job) {
    job.progress.phase = name;
    job.progress.done = 0;
    job.progress.total = total;
    return true;
  });
}

void Progress::rename(const std::string& phase) {
  (void)journal_.update(job_, [&](Job& job) {
    if (job.progress.phase == phase) return false;
    job.progress.phase = phase;
    return true;
  });
}

void Progress::advance(std::uint64_t done) {
  const std::uint64_t throttled = session_.counters().throttled - throttled_before_;
  (void)journal_.update(job_, [&](Job& job) {
    if (job.progress.done == done && job.progress.throttled >= throttled) return false;
    job.progress.done = done;
    job.progress.throttled = std::max(job.progress.throttled, throttled);
    return true;
  });
}

graph::Call Progress::call(std::stop_token stop, std::size_t users) {
  return {std::move(stop),
          [this](base::Duration wait, const std::string& reason) { waiting(wait, reason); },
          graph::restore_lane(users)};
}

// Several threads wait and go on; the job waits from the first that does to the last.
void Progress::waiting(base::Duration wait, const std::string& reason) {
  const std::lock_guard lock(mutex_);  // until it is stored, so that the last change is the last
  const bool changes = reason.empty() ? --waiters_ == 0 : waiters_++ == 0;
  if (!changes) return;
  (void)journal_.update(job_, [&](Job& job) {
    if (job.state != JobState::running && job.state != JobState::waiting) return false;
    const JobState state = reason.empty() ? JobState::running : JobState::waiting;
    if (job.state == state && job.reason == reason) return false;
    job.state = state;
    job.reason = reason;
    job.until.reset();
    if (!reason.empty())
      job.until = clock_.wall() + std::chrono::duration_cast<std::chrono::milliseconds>(wait);
    return true;
  });
}

base::Result<void> Progress::wait_for_graph(const base::Error& why, const graph::Call& call) {
  waiting(kGraphAway, why.message);
  const bool waited = clock_.wait_for(kGraphAway, call.stop);
  waiting(base::Duration(0), "");
  if (waited) return {};
  return base::fail(base::ErrorKind::cancelled, "the restore was interrupted");
}

}  // namespace entrad::restore
