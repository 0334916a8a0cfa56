#include "graph/crew.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <latch>
#include <set>
#include <stdexcept>
#include <string>

namespace entrad::graph {
namespace {

using base::SteadyTime;

// Pieces of work of which each waits until `wanted` are at work at once, or for half a second.
class Meeting {
 public:
  explicit Meeting(std::size_t wanted) : wanted_(wanted) {}

  void attend() {
    std::unique_lock lock(mutex_);
    most_ = std::max(most_, ++present_);
    came_.notify_all();
    came_.wait_for(lock, std::chrono::milliseconds(500), [this] { return most_ >= wanted_; });
    --present_;
  }
  std::size_t most() const {
    const std::lock_guard lock(mutex_);
    return most_;
  }

 private:
  const std::size_t wanted_;
  mutable std::mutex mutex_;
  std::condition_variable came_;
  std::size_t present_ = 0;
  std::size_t most_ = 0;
};

// From any thread.
void land(Crew& crew, std::size_t count, bool trouble) {
  static std::atomic<int> seconds{3600};
  for (std::size_t i = 0; i < count; ++i) {
    const SteadyTime now{std::chrono::seconds(++seconds)};
    crew.landed({"GET /users/{}", now, std::chrono::milliseconds(300), false, trouble});
  }
}

TEST(Crew, DoesEachPieceOnce) {
  Crew crew;
  std::mutex mutex;
  std::multiset<std::size_t> done;
  crew.share(1000, [&](std::size_t index) {
    const std::lock_guard lock(mutex);
    done.insert(index);
  });
  ASSERT_EQ(done.size(), 1000U);
  for (std::size_t index = 0; index < 1000; ++index) EXPECT_EQ(done.count(index), 1U);
  crew.share(0, [](std::size_t) { FAIL(); });
}

TEST(Crew, WorksOnAsManyAsTheWidthSays) {
  Crew crew;
  Meeting enough(Width::kFirst);
  crew.share(Width::kFirst, [&](std::size_t) { enough.attend(); });
  EXPECT_EQ(enough.most(), Width::kFirst);
  Meeting too_many(Width::kFirst + 1);
  crew.share(Width::kFirst + 1, [&](std::size_t) { too_many.attend(); });
  EXPECT_EQ(too_many.most(), Width::kFirst);
}

TEST(Crew, WorksOnFewerAfterTrouble) {
  Crew crew;
  Meeting all(Width::kFirst);
  crew.share(Width::kFirst, [&](std::size_t) { all.attend(); });
  land(crew, 2, /*trouble=*/true);
  ASSERT_EQ(crew.width(), 2U);
  Meeting few(3);
  crew.share(5, [&](std::size_t) { few.attend(); });
  EXPECT_EQ(few.most(), 2U);
}

// All places are taken, and every piece says that it went well: more threads join in.
TEST(Crew, GrowsInTheMiddleOfAJob) {
  Crew crew;
  Meeting meeting(Width::kFirst + 2);
  crew.share(200, [&](std::size_t) {
    meeting.attend();
    if (meeting.most() < Width::kFirst + 2) land(crew, 1, /*trouble=*/false);
  });
  EXPECT_GE(meeting.most(), Width::kFirst + 2);
}

// Once the first piece has told of its trouble, threads leave as soon as they have done theirs.
TEST(Crew, ShrinksInTheMiddleOfAJob) {
  Crew crew;
  std::latch all_at_work(Width::kFirst);
  std::latch told(1);
  std::atomic<int> present{0};
  std::atomic<int> most{0};
  crew.share(200, [&](std::size_t index) {
    if (index < Width::kFirst) all_at_work.arrive_and_wait();
    if (index == 0) {
      land(crew, 3, /*trouble=*/true);
      told.count_down();
    }
    told.wait();
    if (index < Width::kFirst) return;
    const int now = ++present;
    if (now > most) most = now;
    std::this_thread::yield();
    --present;
  });
  EXPECT_EQ(crew.width(), 1U);
  EXPECT_EQ(most, 1);
}

TEST(Crew, WorksOnSomethingElseWhileAPieceRests) {
  Crew crew;
  land(crew, 3, /*trouble=*/true);
  ASSERT_EQ(crew.width(), 1U);
  std::promise<void> other;
  crew.share(2, [&](std::size_t index) {
    if (index == 1) return other.set_value();
    crew.rest([&] {
      EXPECT_EQ(other.get_future().wait_for(std::chrono::seconds(20)), std::future_status::ready);
    });
  });
}

TEST(Crew, SeveralCallersAreServedAlongsideEachOther) {
  Crew crew;
  land(crew, 3, /*trouble=*/true);
  ASSERT_EQ(crew.width(), 1U);
  Meeting both(2);
  std::jthread other([&] { crew.share(2, [&](std::size_t) { both.attend(); }); });
  crew.share(2, [&](std::size_t) { both.attend(); });
  EXPECT_EQ(both.most(), 2U);  // each caller works, however few may
}

TEST(Crew, ThrowsWhatAPieceThrewWhenAllAreDone) {
  Crew crew;
  std::atomic<int> done{0};
  const auto work = [&](std::size_t index) {
    ++done;
    if (index == 3) throw std::runtime_error("the third");
  };
  EXPECT_THROW(crew.share(50, work), std::runtime_error);
  EXPECT_EQ(done, 50);
}

}  // namespace
}  // namespace entrad::graph
