// Gate: lets readers in, and keeps them out while the map is moved.
//
// LMDB's map may only be resized while no transaction is open in the process. std::shared_mutex
// would let a steady stream of readers starve the one who resizes, so readers that come after it
// wait here. It also keeps readers below LMDB's own limit of reader slots.
// A thread that is inside must not enter again. Thread safety: any thread. Owned by Environment.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace entrad::store {

class Gate {
 public:
  // Inside while it lives.
  class Visit {
   public:
    explicit Visit(Gate& gate);
    ~Visit();
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;

   private:
    Gate& gate_;
  };

  // Everybody is out while it lives. One at a time: only the writer thread closes the gate.
  class Closure {
   public:
    explicit Closure(Gate& gate);
    ~Closure();
    Closure(const Closure&) = delete;
    Closure& operator=(const Closure&) = delete;

   private:
    Gate& gate_;
  };

 private:
  static constexpr std::size_t kMaxVisits = 240;

  std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  std::size_t visits_ = 0;
  bool closed_ = false;
};

}  // namespace entrad::store
