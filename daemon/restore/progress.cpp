#include "restore/progress.h"

namespace entrad::restore {

using api::Job;
using api::JobState;

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

void Progress::waiting(base::Duration wait, const std::string& reason) {
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

}  // namespace entrad::restore
