// The number of batches under way, by rule and against a Graph of the test's own that has room for
// so many at a time and lets the others queue.
#include "graph/width.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <queue>
#include <random>

namespace entrad::graph {
namespace {

using base::Duration;
using base::SteadyTime;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr SteadyTime kStart{std::chrono::hours(1)};

// Answers that come one after the other, as quickly as the first.
struct Story {
  Width width;
  SteadyTime now = kStart;

  void answers(std::size_t count, Landing landing, bool crowded = true) {
    for (std::size_t i = 0; i < count; ++i) {
      landing.kind = "GET /users/{}";
      landing.sent = now;
      if (landing.took == Duration::zero()) landing.took = milliseconds(300);
      now += landing.took;
      width.landed(landing, crowded ? width.now() : width.now() - 1);
    }
  }
};

Landing good() { return {}; }
Landing waited() { return {"", {}, {}, true, false}; }
Landing trouble() { return {"", {}, {}, false, true}; }

TEST(Width, GrowsByOneARoundWhileAllPlacesAreTaken) {
  Story story;
  EXPECT_EQ(story.width.now(), Width::kFirst);
  story.answers(Width::kFirst + 1, good());
  EXPECT_EQ(story.width.now(), Width::kFirst + 1);
  story.answers(2000, good());
  EXPECT_EQ(story.width.now(), Width::kMost);
}

TEST(Width, StaysWhereItIsWhilePlacesAreFree) {
  Story story;
  story.answers(2000, good(), /*crowded=*/false);
  EXPECT_EQ(story.width.now(), Width::kFirst);
}

TEST(Width, ShrinksToAFewWhileTheQuotaIsWhatLacks) {
  Story story;
  story.answers(Width::kFirst / 2, waited());
  EXPECT_EQ(story.width.now(), Width::kFirst - 1);
  story.answers(2000, waited());
  EXPECT_EQ(story.width.now(), Width::kFew);
}

TEST(Width, IsHalvedOnceForAllThatWasUnderWay) {
  Story story;
  Landing landing{"", kStart, seconds(1), false, true};
  for (int i = 0; i < 8; ++i) story.width.landed(landing, 8);
  EXPECT_EQ(story.width.now(), Width::kFirst / 2);
  landing.sent = kStart + seconds(1);
  story.width.landed(landing, 4);
  EXPECT_EQ(story.width.now(), Width::kFirst / 4);
}

TEST(Width, IsNeverLessThanOneAndComesBack) {
  Story story;
  story.answers(20, trouble());
  EXPECT_EQ(story.width.now(), 1U);
  story.answers(40, waited());
  EXPECT_EQ(story.width.now(), 1U);  // nothing to take off, and no reason for more
  story.answers(200, good());
  EXPECT_GT(story.width.now(), Width::kFirst);
}

TEST(Width, ShrinksWhenLatencyGrowsAndGrowsAgainWhenItIsBack) {
  Story story;
  story.answers(2000, good());
  Landing slow;
  slow.took = milliseconds(900);
  story.answers(1000, slow);
  EXPECT_LE(story.width.now(), 12U);
  EXPECT_GE(story.width.now(), Width::kFew);
  story.answers(2000, good());
  EXPECT_EQ(story.width.now(), Width::kMost);
}

TEST(Width, LatenciesOfOtherCallsAreNotCompared) {
  Width width;
  SteadyTime now = kStart;
  for (int i = 0; i < 2000; ++i) {
    now += seconds(1);
    width.landed({"GET /users/{}", now, milliseconds(100), false, false}, width.now());
    width.landed({"POST /users", now, milliseconds(900), false, false}, width.now());
  }
  EXPECT_EQ(width.now(), Width::kMost);
}

// Graph with room for `capacity` batches at once, each of which takes `service` or somewhat more;
// as many are under way as the width says.
class Server {
 public:
  Server(std::size_t capacity, unsigned seed) : free_at_(capacity, kStart), random_(seed) {}

  void run(std::size_t batches) {
    for (std::size_t sent = 0; sent < batches; ++sent) {
      while (!under_way_.empty() && under_way_.size() >= width.now()) land();
      send();
    }
  }

  Width width;
  Duration busy{};  // of all places together
  SteadyTime now = kStart;

 private:
  struct Flight {
    SteadyTime lands;
    SteadyTime sent;
    bool operator>(const Flight& other) const { return lands > other.lands; }
  };

  void send() {
    const auto place = std::min_element(free_at_.begin(), free_at_.end());
    const Duration service = milliseconds(200 + random_() % 200);
    *place = std::max(*place, now) + service;
    busy += service;
    under_way_.push({*place, now});
  }

  void land() {
    const Flight flight = under_way_.top();
    const std::size_t count = under_way_.size();
    under_way_.pop();
    now = flight.lands;
    width.landed({"POST /users", flight.sent, flight.lands - flight.sent, false, false}, count);
  }

  std::vector<SteadyTime> free_at_;
  std::mt19937 random_;
  std::priority_queue<Flight, std::vector<Flight>, std::greater<>> under_way_;
};

class WidthProperty : public testing::TestWithParam<std::size_t> {};

TEST_P(WidthProperty, KeepsGraphBusyWithoutALongQueue) {
  const std::size_t capacity = GetParam();
  for (unsigned seed = 1; seed <= 10; ++seed) {
    Server server(capacity, seed);
    server.run(1000);
    const SteadyTime settled = server.now;
    const Duration before = server.busy;
    server.run(3000);
    const std::chrono::duration<double> took = server.now - settled;
    const std::chrono::duration<double> busy = server.busy - before;
    const auto reachable = static_cast<double>(std::min(capacity, Width::kMost));
    EXPECT_GE(busy / took / reachable, 0.9) << "seed " << seed;
    EXPECT_LE(server.width.now(), 2 * capacity + 8) << "seed " << seed;
  }
}

INSTANTIATE_TEST_SUITE_P(Width, WidthProperty, testing::Values(1, 2, 4, 8, 16, 24, 64),
                         testing::PrintToStringParamName());

}  // namespace
}  // namespace entrad::graph
