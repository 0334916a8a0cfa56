// Crew: threads that do pieces of work together with the thread that has them to do, as many at
// once as Width says.
//
// The threads are started when they are first needed and kept. The caller always works along, so
// that work goes on even when every thread is held up by somebody else's. A piece that waits for
// its time gives its place away meanwhile.
// Thread safety: every member may be called from any thread. Owned by Session, and dies after every
// call.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "graph/width.h"

namespace entrad::graph {

class Crew {
 public:
  ~Crew();

  // Calls work(0) ... work(count - 1), several at once, and returns when all have returned. The
  // first exception of any is thrown here, after that.
  void share(std::size_t count, const std::function<void(std::size_t)>& work);
  // To be called by work(), whose place is somebody else's until wait() has returned.
  void rest(const std::function<void()>& wait);
  // To be called by work(): how a batch of its went.
  void landed(const Landing& landing);
  std::size_t width() const;

 private:
  struct Job {
    const std::function<void(std::size_t)>* work = nullptr;
    std::size_t count = 0;
    std::atomic<std::size_t> next{0};
    std::size_t finished = 0;   // guarded by mutex_
    std::exception_ptr broken;  // guarded by mutex_
    bool has_more() const { return next < count; }
  };

  bool work_on_one(Job& job);
  void help_with(Job& job, std::unique_lock<std::mutex>& lock);
  void call_help();
  void start_thread();
  void leave();
  void serve();
  bool is_own_thread() const;

  mutable std::mutex mutex_;  // guards everything below
  std::condition_variable wanted_;
  std::condition_variable finished_;
  Width width_;
  std::size_t busy_ = 0;     // callers and threads at work
  std::size_t resting_ = 0;  // and those that have given their place away
  std::deque<std::shared_ptr<Job>> jobs_;
  bool closing_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace entrad::graph
