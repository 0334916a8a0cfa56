// Watchdog: cuts connections whose time is up, whatever they are blocked in.
//
// A timeout of a socket is for each single read, so that a server that sends a byte now and then is
// never too slow for it. The watchdog shuts the socket down at the deadline instead, which ends the
// read at once.
// Thread safety: watch() may be called from any thread; a Watch belongs to one.
#pragma once

#include <chrono>
#include <condition_variable>
#include <list>
#include <mutex>
#include <thread>

namespace entrad::graph {

class Watchdog {
 public:
  using Time = std::chrono::steady_clock::time_point;
  class Watch;

  Watchdog();
  // Must outlive its watches.
  ~Watchdog();

  // Shuts `socket` down at `deadline`, unless the Watch has gone by then.
  Watch watch(int socket, Time deadline);

 private:
  struct Entry {
    int socket = -1;  // a descriptor of our own, so that its number cannot come to mean another
    Time deadline;
    bool barked = false;
  };
  using Entries = std::list<Entry>;  // as many as there are requests under way: few

  void run(const std::stop_token& stop);
  Entry* earliest();

  std::mutex mutex_;  // guards entries_
  std::condition_variable_any changed_;
  Entries entries_;
  std::jthread thread_;
};

class Watchdog::Watch {
 public:
  Watch(Watchdog& dog, Entries::iterator entry) : dog_(dog), entry_(entry) {}
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  // Whether the time was up.
  bool barked() const;

 private:
  Watchdog& dog_;
  Entries::iterator entry_;
};

}  // namespace entrad::graph
