#include "base/clock.h"

#include <gtest/gtest.h>

#include <thread>

namespace entrad::base {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(SystemClock, RunsSteadyTimeAtItsScale) {
  SystemClock clock(1000);
  const auto before = clock.steady();
  EXPECT_TRUE(clock.wait_for(seconds(5), std::stop_token()));
  EXPECT_GE(clock.steady() - before, seconds(5));
}

TEST(SystemClock, StopsWaitingWhenAsked) {
  SystemClock clock;
  std::stop_source stop;
  std::jthread stopper([&stop] { stop.request_stop(); });
  EXPECT_FALSE(clock.wait_for(hours(1), stop.get_token()));
}

TEST(SystemClock, WakesWhenNotified) {
  SystemClock clock;
  std::mutex mutex;
  std::condition_variable_any changed;
  bool ready = false;
  std::jthread notifier([&] {
    const std::lock_guard lock(mutex);
    ready = true;
    changed.notify_all();
  });
  std::unique_lock lock(mutex);
  while (!ready) clock.wait_on(changed, lock, clock.steady() + hours(1), std::stop_token());
  EXPECT_TRUE(ready);
}

TEST(SystemClock, EndsAWaitAtItsDeadline) {
  SystemClock clock;
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  const auto deadline = clock.steady() + milliseconds(5);
  while (clock.steady() < deadline) clock.wait_on(never, lock, deadline, std::stop_token());
  EXPECT_GE(clock.steady(), deadline);
}

}  // namespace
}  // namespace entrad::base
