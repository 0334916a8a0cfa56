// Width: how many batches one session has under way at once.
//
// As many as it takes to use up Graph's quota at the latency that Graph has, and no more: what is
// under way beyond that queues in Graph. A round is as many answers as there are places.
// - One more a round while all places are taken and no permit had to wait for the quota.
// - One less a round, down to kFew, while permits wait for the quota: then places are not what
//   lacks; and while the latency says that too many queue: of n under way, n * (1 - lowest /
//   present latency), as TCP Vegas estimates it. Latencies are compared among calls of one kind.
// - Half of it after a 429, a 5xx or a lost answer, once for all that was under way at that time.
// Source: Microsoft's "Throttling guidance", "reduce the number of operations per request", "reduce
// the frequency of calls".
// Thread safety: none; Crew's lock guards it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace entrad::graph {

// How one batch went.
struct Landing {
  std::string_view kind;  // of the calls in it
  base::SteadyTime sent{};
  base::Duration took{};
  bool waited_for_quota = false;  // before it was sent
  bool trouble = false;           // it, or half of it, was throttled or failed inside
};

class Width {
 public:
  static constexpr std::size_t kFirst = 8;
  static constexpr std::size_t kFew = 4;
  static constexpr std::size_t kMost = 32;

  // At least 1, at most kMost.
  std::size_t now() const { return static_cast<std::size_t>(width_); }
  // `under_way`: how many there were with it, those that wait for the quota too.
  void landed(const Landing& landing, std::size_t under_way);

 private:
  struct Latency {  // in seconds
    double present = 0;
    double lowest = 0;
    std::uint64_t answers = 0;
    base::SteadyTime last{};
    void add(const Landing& landing);
  };

  void halve(const Landing& landing);
  double queueing(const Landing& landing);

  double width_ = kFirst;
  base::SteadyTime halved_{};
  std::map<std::string, Latency, std::less<>> latencies_;
};

}  // namespace entrad::graph
