#include "graph/crew.h"

#include <algorithm>

namespace entrad::graph {

Crew::Crew(std::size_t most_threads) : most_threads_(most_threads) {}

Crew::~Crew() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  wanted_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Crew::work_on(Job& job) {
  for (;;) {
    const std::size_t index = job.next++;
    if (index >= job.count) return;
    std::exception_ptr broken;
    try {
      (*job.work)(index);
    } catch (...) {
      broken = std::current_exception();
    }
    const std::lock_guard lock(mutex_);
    if (broken && !job.broken) job.broken = broken;
    if (++job.finished == job.count) finished_.notify_all();
  }
}

void Crew::serve() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wanted_.wait(lock, [this] { return closing_ || !jobs_.empty(); });
    if (closing_) return;
    const std::shared_ptr<Job> job = jobs_.front();
    if (job->next >= job->count) {
      jobs_.pop_front();
      continue;
    }
    // To the end of the queue: jobs of several callers are served in turn.
    std::rotate(jobs_.begin(), jobs_.begin() + 1, jobs_.end());
    lock.unlock();
    work_on(*job);
    lock.lock();
  }
}

void Crew::share(std::size_t count, const std::function<void(std::size_t)>& work) {
  const auto job = std::make_shared<Job>();
  job->work = &work;
  job->count = count;
  if (count > 1) {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(job);
    const std::size_t useful = std::min(most_threads_, count - 1);
    while (threads_.size() < useful) threads_.emplace_back([this] { serve(); });
  }
  wanted_.notify_all();
  work_on(*job);
  std::unique_lock lock(mutex_);
  finished_.wait(lock, [&] { return job->finished == job->count; });
  std::erase(jobs_, job);
  if (job->broken) std::rethrow_exception(job->broken);
}

}  // namespace entrad::graph
