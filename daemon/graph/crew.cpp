#include "graph/crew.h"

#include <algorithm>
#include <system_error>

namespace entrad::graph {

Crew::~Crew() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  wanted_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

std::size_t Crew::width() const {
  const std::lock_guard lock(mutex_);
  return width_.now();
}

void Crew::landed(const Landing& landing) {
  const std::lock_guard lock(mutex_);
  width_.landed(landing, busy_);
}

// False: there is none left.
bool Crew::work_on_one(Job& job) {
  const std::size_t index = job.next++;
  if (index >= job.count) return false;
  std::exception_ptr broken;
  try {
    (*job.work)(index);
  } catch (...) {
    broken = std::current_exception();
  }
  const std::lock_guard lock(mutex_);
  if (broken && !job.broken) job.broken = broken;
  if (++job.finished == job.count) finished_.notify_all();
  call_help();  // there may be more places than before
  return true;
}

// Where the machine has no thread to give, those that there are do the work.
void Crew::start_thread() {
  try {
    threads_.emplace_back([this] { serve(); });
  } catch (const std::system_error&) {
  }
}

void Crew::call_help() {
  if (busy_ >= width_.now()) return;
  const bool work =
      std::any_of(jobs_.begin(), jobs_.end(), [](const auto& job) { return job->has_more(); });
  const std::size_t useful = std::min(width_.now() + resting_, Width::kMost);
  if (work && threads_.size() + 1 < useful) start_thread();
  wanted_.notify_all();
}

void Crew::leave() {
  --busy_;
  call_help();
}

// A thread of the crew's takes a place again when there is one, a caller at once.
void Crew::rest(const std::function<void()>& wait) {
  {
    const std::lock_guard lock(mutex_);
    ++resting_;
    leave();
  }
  wait();
  std::unique_lock lock(mutex_);
  if (is_own_thread()) wanted_.wait(lock, [this] { return busy_ < width_.now(); });
  --resting_;
  ++busy_;
}

bool Crew::is_own_thread() const {
  return std::any_of(threads_.begin(), threads_.end(), [](const std::thread& thread) {
    return thread.get_id() == std::this_thread::get_id();
  });
}

void Crew::help_with(Job& job, std::unique_lock<std::mutex>& lock) {
  ++busy_;
  for (bool more = true; more && busy_ <= width_.now();) {
    lock.unlock();
    more = work_on_one(job);
    lock.lock();
  }
  leave();
}

void Crew::serve() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wanted_.wait(lock, [this] { return closing_ || (!jobs_.empty() && busy_ < width_.now()); });
    if (closing_) return;
    const std::shared_ptr<Job> job = jobs_.front();
    if (!job->has_more()) {
      jobs_.pop_front();
      continue;
    }
    // To the end of the queue: jobs of several callers are served in turn.
    std::rotate(jobs_.begin(), jobs_.begin() + 1, jobs_.end());
    help_with(*job, lock);
  }
}

void Crew::share(std::size_t count, const std::function<void(std::size_t)>& work) {
  const auto job = std::make_shared<Job>();
  job->work = &work;
  job->count = count;
  {
    const std::lock_guard lock(mutex_);
    ++busy_;
    if (count > 1) jobs_.push_back(job);
    const std::size_t useful = std::min(width_.now(), std::max<std::size_t>(count, 1)) - 1;
    for (std::size_t more = threads_.size(); more < useful; ++more) start_thread();
  }
  wanted_.notify_all();
  while (work_on_one(*job)) continue;
  std::unique_lock lock(mutex_);
  leave();
  finished_.wait(lock, [&] { return job->finished == job->count; });
  std::erase(jobs_, job);
  if (job->broken) std::rethrow_exception(job->broken);
}

}  // namespace entrad::graph
