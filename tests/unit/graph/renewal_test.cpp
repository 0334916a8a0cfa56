// When a token is asked for: early, by one thread, and no more often than helps.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "fakes/test_clock.h"
#include "graph/credentials/token.h"

namespace entrad::graph {
namespace {

using base::ErrorKind;
using std::chrono::minutes;
using std::chrono::seconds;

// An issuer whose answers are given by hand: each ask() waits for one.
class HandIssuer final : public TokenIssuer {
 public:
  struct Desk {
    std::mutex mutex;  // guards the rest
    std::condition_variable changed;
    std::deque<Attempt> answers;
    int asked = 0;

    void answer(Attempt attempt) {
      const std::lock_guard lock(mutex);
      answers.push_back(std::move(attempt));
      changed.notify_all();
    }
    void wait_until_asked(int times) {
      std::unique_lock lock(mutex);
      changed.wait(lock, [&] { return asked >= times; });
    }
    int times_asked() {
      const std::lock_guard lock(mutex);
      return asked;
    }
  };

  explicit HandIssuer(Desk& desk) : desk_(desk) {}
  Attempt ask(base::Duration /*ahead*/, std::stop_token /*stop*/) override {
    std::unique_lock lock(desk_.mutex);
    ++desk_.asked;
    desk_.changed.notify_all();
    desk_.changed.wait(lock, [&] { return !desk_.answers.empty(); });
    Attempt next = std::move(desk_.answers.front());
    desk_.answers.pop_front();
    return next;
  }

 private:
  Desk& desk_;
};

Attempt granted(const std::string& token, seconds life = seconds(3599)) {
  return {Grant{token, life}};
}
Attempt refused(ErrorKind kind = ErrorKind::authentication_failed, Again again = Again::no) {
  return {base::fail(kind, "no"), again, {}, {}};
}

class Renewal : public testing::Test {
 protected:
  Renewal() { clock_.auto_advance(1); }
  HandIssuer::Desk desk_;
  fakes::TestClock clock_;
  TokenSource tokens_{std::make_unique<HandIssuer>(desk_), clock_};
};

TEST_F(Renewal, AnAgeingTokenIsUsedByTheOthersWhileOneRenewsIt) {
  desk_.answer(granted("old"));
  EXPECT_EQ(tokens_.get({}).value(), "old");
  clock_.advance(minutes(56));
  std::jthread renewer([&] { EXPECT_EQ(tokens_.get({}).value(), "new"); });
  desk_.wait_until_asked(2);
  EXPECT_EQ(tokens_.get({}).value(), "old");  // at once: nobody has answered
  desk_.answer(granted("new"));
  renewer.join();
  EXPECT_EQ(tokens_.get({}).value(), "new");
  EXPECT_EQ(desk_.times_asked(), 2);
}

TEST_F(Renewal, ARefusalIsSharedByThoseWhoWaitedForIt) {
  clock_.auto_advance(0);
  std::vector<std::jthread> threads;
  std::atomic<int> refusals{0};
  threads.emplace_back([&] { refusals += tokens_.get({}) ? 0 : 1; });
  desk_.wait_until_asked(1);
  for (int i = 0; i < 4; ++i) threads.emplace_back([&] { refusals += tokens_.get({}) ? 0 : 1; });
  while (clock_.waiting() < 4) std::this_thread::yield();
  desk_.answer(refused());
  threads.clear();
  EXPECT_EQ(refusals, 5);
  EXPECT_EQ(desk_.times_asked(), 1);
  desk_.answer(granted("later"));
  EXPECT_EQ(tokens_.get({}).value(), "later");  // a refusal is not remembered
}

TEST_F(Renewal, WhoWaitedForAThreadThatWasStoppedAsksInItsPlace) {
  clock_.auto_advance(0);
  std::stop_source stop;
  std::jthread first(
      [&] { EXPECT_EQ(tokens_.get(stop.get_token()).error().kind, ErrorKind::cancelled); });
  desk_.wait_until_asked(1);
  std::jthread second([&] { EXPECT_EQ(tokens_.get({}).value(), "good"); });
  while (clock_.waiting() < 1) std::this_thread::yield();
  stop.request_stop();
  desk_.answer(refused(ErrorKind::graph_unavailable, Again::backoff));
  desk_.answer(granted("good"));
}

TEST_F(Renewal, WhileTheOldTokenIsGoodTheServiceIsAskedOnceInHalfAMinute) {
  desk_.answer(granted("old"));
  EXPECT_EQ(tokens_.get({}).value(), "old");
  clock_.advance(minutes(56));
  const auto began = clock_.steady();
  desk_.answer(refused(ErrorKind::graph_unavailable, Again::backoff));
  for (int i = 0; i < 10; ++i) EXPECT_EQ(tokens_.get({}).value(), "old");
  EXPECT_EQ(desk_.times_asked(), 2);
  EXPECT_EQ(clock_.steady(), began);  // nobody had to wait
  clock_.advance(seconds(31));
  desk_.answer(granted("new"));
  EXPECT_EQ(tokens_.get({}).value(), "new");
}

TEST_F(Renewal, AnExpiredTokenIsNotGivenOut) {
  desk_.answer(granted("old", minutes(10)));
  EXPECT_EQ(tokens_.get({}).value(), "old");
  clock_.advance(minutes(11));
  desk_.answer(refused());
  EXPECT_EQ(tokens_.get({}).error().kind, ErrorKind::authentication_failed);
}

TEST_F(Renewal, AShortLivedTokenIsRenewedAtHalfItsLife) {
  desk_.answer(granted("old", minutes(4)));
  EXPECT_EQ(tokens_.get({}).value(), "old");
  clock_.advance(seconds(119));
  EXPECT_EQ(tokens_.get({}).value(), "old");
  clock_.advance(seconds(2));
  desk_.answer(granted("new"));
  EXPECT_EQ(tokens_.get({}).value(), "new");
}

TEST_F(Renewal, WhatWasSetUpJustNowIsAskedForTwiceMoreWithinAQuarterMinute) {
  for (int i = 0; i < 2; ++i) desk_.answer(refused(ErrorKind::authentication_failed, Again::soon));
  desk_.answer(granted("good"));
  const auto began = clock_.steady();
  EXPECT_EQ(tokens_.get({}).value(), "good");
  EXPECT_EQ(clock_.steady() - began, seconds(15));
}

TEST_F(Renewal, AnIssuerThatThrowsLeavesNobodyWaiting) {
  struct Broken final : TokenIssuer {
    Attempt ask(base::Duration /*ahead*/, std::stop_token /*stop*/) override {
      throw std::runtime_error("broken");
    }
  };
  TokenSource tokens(std::make_unique<Broken>(), clock_);
  EXPECT_THROW((void)tokens.get({}), std::runtime_error);
  EXPECT_THROW((void)tokens.get({}), std::runtime_error);
}

}  // namespace
}  // namespace entrad::graph
