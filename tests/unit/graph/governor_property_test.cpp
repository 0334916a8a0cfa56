// Random workloads under random quotas, lanes, latencies and 429s on a test clock. Two judges who
// know nothing of the governor look at what Graph saw: one holds every sliding window against the
// limit, the other sends the same work in the least time that the quota allows, and grants the time
// of each closure and of the slow re-opening after it.
#include <gtest/gtest.h>

#include <algorithm>
#include <mutex>
#include <random>
#include <thread>

#include "governor_rig.h"
#include "graph/quota/throttle_bucket.h"

namespace entrad::graph {
namespace {

using base::Duration;
using base::SteadyTime;
using std::chrono::milliseconds;
using std::chrono::seconds;

struct Workload {
  std::uint64_t limit = 0;
  Duration window{};
  std::uint64_t largest = 0;  // units of one request
  std::uint64_t total = 0;
  std::size_t threads = 0;
  unsigned refused_per_mille = 0;
};

Workload random_workload(unsigned seed) {
  std::mt19937 random(seed);
  Workload workload;
  workload.limit = 300 + random() % 2700;
  workload.window = seconds(10 + random() % 140);
  workload.largest = workload.limit / 150;  // as a $batch of 20 is to 3,000 writes
  workload.total = workload.limit * 3;
  workload.threads = 4 + random() % 5;
  workload.refused_per_mille = seed % 3 == 0 ? 1 + static_cast<unsigned>(random() % 3) : 0;
  return workload;
}

struct Seen {
  SteadyTime asked;
  SteadyTime at;  // Graph counted it
  std::uint64_t units;
};

struct Closure {
  SteadyTime from;
  SteadyTime to;
};

struct Story {
  std::vector<Seen> accepted;
  std::vector<Closure> closures;
};

// Threads that send `total` units through a governor to a Graph of the test's own.
class Play {
 public:
  Play(const Workload& workload, unsigned seed)
      : workload_(workload),
        seed_(seed),
        governor_(small_quotas(workload.limit, static_cast<int>(workload.window / seconds(1))),
                  clock_),
        left_(workload.total),
        active_(workload.threads) {}

  Story run() {
    clock_.auto_advance(active_);
    {
      std::vector<std::jthread> threads;
      for (unsigned who = 0; who < workload_.threads; ++who)
        threads.emplace_back([this, who] { work(who); });
    }
    std::sort(story_.accepted.begin(), story_.accepted.end(),
              [](const Seen& a, const Seen& b) { return a.at < b.at; });
    return std::move(story_);
  }

 private:
  void work(unsigned who) {
    std::mt19937 random(seed_ * 100 + who);
    while (const std::uint64_t units = next(random)) {
      const Lane lane = who == 0             ? Lane::background
                        : random() % 50 == 0 ? Lane::break_glass
                                             : Lane::normal;
      send(units, lane, random);
    }
  }

  std::uint64_t next(std::mt19937& random) {
    const std::lock_guard lock(mutex_);
    const auto wanted = std::uniform_int_distribution<std::uint64_t>(1, workload_.largest)(random);
    const std::uint64_t units = std::min(wanted, left_);
    left_ -= units;
    if (units == 0) clock_.auto_advance(--active_);  // whoever has ended no longer waits
    return units;
  }

  void send(std::uint64_t units, Lane lane, std::mt19937& random) {
    const Duration longest = workload_.window / 1000;
    const auto latency = [&] {
      return Duration(std::uniform_int_distribution<std::int64_t>(0, longest.count())(random));
    };
    for (;;) {
      auto permit = governor_.acquire("aurora", "app", {{"b", units}}, {}, nullptr, lane);
      const SteadyTime asked = clock_.steady();
      clock_.wait_for(latency(), {});
      if (random() % 1000 < workload_.refused_per_mille) {
        clock_.wait_for(latency(), {});
        permit->free_of_charge();
        refuse(units, random);
        continue;
      }
      {
        const std::lock_guard lock(mutex_);
        story_.accepted.push_back({asked, clock_.steady(), units});
      }
      clock_.wait_for(latency(), {});
      permit->answered();
      return;
    }
  }

  void refuse(std::uint64_t units, std::mt19937& random) {
    const Duration wait = milliseconds(500 + random() % 5000);
    const std::lock_guard lock(mutex_);
    const SteadyTime now = clock_.steady();
    governor_.throttled("aurora", "app", {{"b", units}}, wait);
    story_.closures.push_back({now, now + wait});
  }

  const Workload workload_;
  const unsigned seed_;
  fakes::TestClock clock_;
  Governor governor_;
  std::mutex mutex_;  // guards all below
  std::uint64_t left_;
  std::size_t active_;
  Story story_;
};

// The fullest that any window of this length was.
std::uint64_t fullest(const std::vector<Seen>& seen, Duration window) {
  std::uint64_t most = 0;
  std::uint64_t in_window = 0;
  std::size_t oldest = 0;
  for (const Seen& one : seen) {
    in_window += one.units;
    while (seen[oldest].at <= one.at - window) in_window -= seen[oldest++].units;
    most = std::max(most, in_window);
  }
  return most;
}

// How long nobody could send, or only slowly.
Duration closed_time(const Story& story) {
  Duration closed{};
  SteadyTime until{};
  for (const Closure& closure : story.closures) {
    const SteadyTime opened = closure.to + ThrottleBucket::kRampLength;
    closed += std::max(opened - std::max(closure.from, until), Duration::zero());
    until = std::max(until, opened);
  }
  return closed;
}

// Somebody without latency, who sends whatever fits as soon as it does.
Duration least_time(const Workload& workload, std::uint64_t units) {
  return workload.window * static_cast<std::int64_t>((units - 1) / workload.limit);
}

// When so many units had been counted.
SteadyTime time_of(std::uint64_t units, const Story& story) {
  std::uint64_t sent = 0;
  for (const Seen& one : story.accepted)
    if ((sent += one.units) >= units) return one.at;
  throw std::logic_error("the story is too short");
}

std::uint64_t sent_before(SteadyTime time, const Story& story) {
  std::uint64_t sent = 0;
  for (const Seen& one : story.accepted)
    if (one.at < time) sent += one.units;
  return sent;
}

class GovernorProperty : public testing::TestWithParam<unsigned> {};

TEST_P(GovernorProperty, NeverOverrunsAWindowAndWastesLittleOfIt) {
  const Workload workload = random_workload(GetParam());
  const Story story = Play(workload, GetParam()).run();
  EXPECT_LE(fullest(story.accepted, workload.window), workload.limit);
  for (const Closure& closure : story.closures)
    for (const Seen& one : story.accepted)
      EXPECT_FALSE(closure.from < one.asked && one.asked < closure.to);

  // No more time than it takes to fill two windows and a half; at the very end no work is waiting.
  const SteadyTime start = story.accepted.front().asked;
  const Duration closed = closed_time(story);
  const std::uint64_t measured = workload.limit * 5 / 2;
  const std::chrono::duration<double> took = time_of(measured, story) - start;
  const std::chrono::duration<double> least = least_time(workload, measured) + closed;
  EXPECT_GE(least / took, 0.97) << least.count() << " of " << took.count() << " s, "
                                << story.closures.size() << " closures";

  // And no less in those two windows than they hold.
  const std::uint64_t sent = sent_before(start + 2 * workload.window + closed, story);
  EXPECT_GE(sent, 2 * workload.limit * 97 / 100);
}

INSTANTIATE_TEST_SUITE_P(Governor, GovernorProperty, testing::Range(1U, 21U));

}  // namespace
}  // namespace entrad::graph
