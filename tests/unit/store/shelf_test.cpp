// The shelf of things made on demand: once, for all who ask, within its room.
#include "store/lists/shelf.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <stdexcept>
#include <thread>
#include <vector>

namespace entrad::store {
namespace {

struct Thing {
  std::size_t size = 1;
  std::size_t bytes() const { return size; }
};
using Things = Shelf<Thing>;

class ShelfOfThings : public ::testing::Test {
 protected:
  Things::Item get(const std::string& key, std::size_t size = 1) {
    return shelf_.get(key, [&] {
      ++made_;
      return std::make_shared<const Thing>(Thing{size});
    });
  }
  Things shelf_{10};
  std::atomic<int> made_{0};
};

TEST_F(ShelfOfThings, MakesAThingOnce) {
  const auto first = get("a");
  EXPECT_EQ(get("a"), first);
  EXPECT_NE(get("b"), first);
  EXPECT_EQ(made_, 2);
}

TEST_F(ShelfOfThings, LetsGoOfThoseNotAskedForTheLongest) {
  get("a", 4);
  get("b", 4);
  get("a", 4);
  get("c", 4);
  EXPECT_EQ(shelf_.bytes(), 8U);
  made_ = 0;
  get("a", 4);
  get("c", 4);
  EXPECT_EQ(made_, 0);
  get("b", 4);
  EXPECT_EQ(made_, 1);
}

TEST_F(ShelfOfThings, KeepsOneThatIsLargerThanAllItsRoom) {
  get("small", 1);
  get("large", 100);
  EXPECT_EQ(shelf_.bytes(), 100U);
  get("large", 100);
  EXPECT_EQ(made_, 2);
}

TEST_F(ShelfOfThings, ForgetsByTheBeginningOfKeys) {
  get("tenant 1, snapshot 1");
  get("tenant 1, snapshot 2");
  get("tenant 2, snapshot 1");
  shelf_.forget("tenant 1");
  EXPECT_EQ(shelf_.bytes(), 1U);
  get("tenant 2, snapshot 1");
  EXPECT_EQ(made_, 3);
  get("tenant 1, snapshot 1");
  EXPECT_EQ(made_, 4);
}

TEST_F(ShelfOfThings, KeepsNothingThatCouldNotBeMade) {
  EXPECT_THROW(shelf_.get("a", []() -> Things::Item { throw std::runtime_error("no"); }),
               std::runtime_error);
  EXPECT_EQ(shelf_.get("a", [] { return nullptr; }), nullptr);
  EXPECT_NE(get("a"), nullptr);
  EXPECT_EQ(made_, 1);
}

TEST_F(ShelfOfThings, LetsAllWaitForTheOneWhoMakesIt) {
  std::latch asked{5};
  std::latch may_end{1};
  const auto make = [&] {
    ++made_;
    may_end.wait();
    return std::make_shared<const Thing>();
  };
  std::vector<Things::Item> got(5);
  std::vector<std::jthread> threads;
  for (auto& item : got)
    threads.emplace_back([&] {
      asked.count_down();
      item = shelf_.get("a", make);
    });
  asked.wait();
  may_end.count_down();
  threads.clear();
  for (const auto& item : got) EXPECT_EQ(item, got[0]);
  EXPECT_EQ(made_, 1);
}

TEST_F(ShelfOfThings, DoesNotKeepWhatWasForgottenWhileItWasMade) {
  const auto old = shelf_.get("a", [&] {
    shelf_.forget("a");
    return std::make_shared<const Thing>();
  });
  EXPECT_NE(get("a"), old);
  EXPECT_EQ(made_, 1);
}

}  // namespace
}  // namespace entrad::store
