// Crew: a few threads that do pieces of work together with the thread that has them to do.
//
// The threads are started when they are first needed and kept. The caller works along, so that work
// goes on even when every thread is held up by somebody else's.
// Thread safety: share() may be called from any thread. Owned by Session, and dies after every
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

namespace entrad::graph {

class Crew {
 public:
  explicit Crew(std::size_t most_threads);
  ~Crew();

  // Calls work(0) ... work(count - 1), several at once, and returns when all have returned. The
  // first exception of any is thrown here, after that.
  void share(std::size_t count, const std::function<void(std::size_t)>& work);

 private:
  struct Job {
    const std::function<void(std::size_t)>* work = nullptr;
    std::size_t count = 0;
    std::atomic<std::size_t> next{0};
    std::size_t finished = 0;   // guarded by mutex_
    std::exception_ptr broken;  // guarded by mutex_
  };

  void work_on(Job& job);
  void serve();

  const std::size_t most_threads_;
  std::mutex mutex_;  // guards everything below
  std::condition_variable wanted_;
  std::condition_variable finished_;
  std::deque<std::shared_ptr<Job>> jobs_;
  bool closing_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace entrad::graph
