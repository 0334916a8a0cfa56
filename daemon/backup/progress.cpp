#include "backup/progress.h"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace entrad::backup {
namespace {

using namespace std::chrono_literals;

constexpr auto kBetweenWrites = 500ms;
constexpr auto kLongWait = 10s;

}  // namespace

Progress::Progress(store::Journal& journal, base::Clock& clock, base::JobId job,
                   const graph::Session& session)
    : journal_(journal),
      clock_(clock),
      job_(job),
      session_(session),
      throttled_before_(session.counters().throttled) {}

void Progress::begin(std::string phase, std::uint64_t total) {
  const std::scoped_lock lock(mutex_);
  phase_ = std::move(phase);
  done_ = 0;
  total_ = total;
  write(/*at_once=*/true);
}

void Progress::advance(std::uint64_t by) {
  const std::scoped_lock lock(mutex_);
  done_ += by;
  total_ = std::max(total_, done_);
  write(/*at_once=*/false);
}

void Progress::waits(base::Duration wait, const std::string& reason) {
  const std::scoped_lock lock(mutex_);
  if (reason.empty()) {
    waiting_ = std::max(waiting_ - 1, 0);
    return write(/*at_once=*/false);
  }
  ++waiting_;
  reason_ = reason;
  until_ = clock_.wall() + std::chrono::duration_cast<std::chrono::milliseconds>(wait);
  write(/*at_once=*/wait >= kLongWait);
}

void Progress::write(bool at_once) {
  const auto now = clock_.wall();
  if (!at_once && now - written_at_ < kBetweenWrites) return;
  written_at_ = now;
  const auto written = journal_.update(job_, [this](api::Job& job) { return change(job); });
  if (!written)
    spdlog::warn("progress of job {} not written: {}", job_.value, written.error().message);
}

// Only between running and waiting: what a person or the queue decided stays.
bool Progress::change(api::Job& job) const {
  const bool ours = job.state == api::JobState::running || job.state == api::JobState::waiting;
  if (!ours) return false;
  job.state = waiting_ > 0 ? api::JobState::waiting : api::JobState::running;
  job.reason = waiting_ > 0 ? reason_ : std::string();
  job.until = waiting_ > 0 ? until_ : std::nullopt;
  job.progress.phase = phase_;
  job.progress.done = done_;
  job.progress.total = total_;
  job.progress.throttled = session_.counters().throttled - throttled_before_;
  return true;
}

}  // namespace entrad::backup
