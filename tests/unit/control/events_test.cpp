// The event stream over a real socket, fed by a real journal.
#include <gtest/gtest.h>

#include <chrono>

#include "api/jobs.h"
#include "rig.h"

namespace entrad::control {
namespace {

using namespace std::chrono_literals;
using api::JobState;
using fakes::SocketClient;

SocketClient stream(const Rig& rig, const std::string& query = {},
                    const std::string& headers = {}) {
  auto client = rig.connect();
  client.send(SocketClient::text("GET", "/v1/events" + query, "", headers));
  const auto head = client.read_head();
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.headers.at("content-type"), "text/event-stream");
  return client;
}

api::Event next(SocketClient& client, const std::string& name) {
  const auto event = client.event();
  if (!event) throw std::runtime_error("the stream has ended");
  EXPECT_EQ(event->name, name);
  auto read = event->json().get<api::Event>();
  EXPECT_EQ(event->id, read.number.str());
  return read;
}

void change_widely(Rig& rig, base::JobId id) {
  auto changed = rig.store->journal().update(id, [](api::Job& job) {
    job.reason = std::string(8192, 'x');
    return true;
  });
  EXPECT_TRUE(changed);
}

std::string newest(const Rig& rig) { return rig.store->journal().newest_event().str(); }

TEST(EventStream, StartsWithTheStateAndFollowsWithEachChange) {
  Rig rig;
  const auto id = rig.add_job(api::JobKind::restore, JobState::running);
  auto client = stream(rig, "?job=" + id.str());
  const auto state = next(client, "state");
  EXPECT_EQ(state.job.state, JobState::running);
  EXPECT_EQ(state.number, rig.store->journal().newest_event());
  rig.set_state(id, JobState::held);
  const auto held = next(client, "job");
  EXPECT_EQ(held.job.state, JobState::held);
  EXPECT_GT(held.number, state.number);
  rig.set_state(id, JobState::running);
  EXPECT_EQ(next(client, "job").job.state, JobState::running);
}

TEST(EventStream, OfOneJobEndsByItselfAfterItsFinalState) {
  Rig rig;
  const auto id = rig.add_job();
  auto client = stream(rig, "?job=" + id.str());
  next(client, "state");
  rig.set_state(id, JobState::partial);
  EXPECT_EQ(next(client, "job").job.state, JobState::partial);
  EXPECT_FALSE(client.event());
  EXPECT_TRUE(client.ended_properly());
  EXPECT_TRUE(client.is_closed());
}

TEST(EventStream, OfAJobThatIsOverSaysSoAndEnds) {
  Rig rig;
  const auto id = rig.add_job(api::JobKind::backup, JobState::succeeded);
  auto client = stream(rig, "?job=" + id.str());
  EXPECT_EQ(next(client, "state").job.state, JobState::succeeded);
  EXPECT_FALSE(client.event());
  EXPECT_TRUE(client.ended_properly());
}

TEST(EventStream, OfOneJobLeavesOthersOut) {
  Rig rig;
  const auto wanted = rig.add_job();
  const auto other = rig.add_job();
  auto client = stream(rig, "?job=" + wanted.str());
  next(client, "state");
  for (int i = 0; i < 250; ++i) rig.set_state(other, JobState::waiting);
  rig.set_state(other, JobState::failed);
  rig.set_state(wanted, JobState::held);
  EXPECT_EQ(next(client, "job").job.id, wanted);
}

TEST(EventStream, OfAllJobsStartsWithEachOpenOne) {
  Rig rig;
  const auto first = rig.add_job();
  rig.add_job(api::JobKind::backup, JobState::succeeded);
  const auto third = rig.add_job(api::JobKind::restore, JobState::held);
  auto client = stream(rig);
  EXPECT_EQ(next(client, "state").job.id, third);
  EXPECT_EQ(next(client, "state").job.id, first);
  rig.set_state(first, JobState::succeeded);
  EXPECT_EQ(next(client, "job").job.id, first);
  rig.set_state(third, JobState::running);  // it did not end with the first job
  EXPECT_EQ(next(client, "job").job.id, third);
}

TEST(EventStream, WithoutOpenJobsWaitsForTheFirst) {
  Rig rig;
  auto client = stream(rig);
  const auto id = rig.add_job();
  EXPECT_EQ(next(client, "job").job.id, id);
}

TEST(EventStream, ResumesAfterTheEventThatItIsGiven) {
  Rig rig;
  const auto id = rig.add_job();
  const std::string before = newest(rig);
  for (int i = 0; i < 350; ++i)
    rig.set_state(id, i % 2 == 0 ? JobState::waiting : JobState::running);
  rig.set_state(id, JobState::held);
  const std::string after = newest(rig);
  for (const bool by_header : {false, true}) {
    auto client = by_header ? stream(rig, "", "Last-Event-ID: " + before + "\r\n")
                            : stream(rig, "?after=" + before);
    EXPECT_EQ(next(client, "state").number.str(), before);
    std::uint64_t expected = std::stoull(before);
    for (int i = 0; i < 351; ++i) ASSERT_EQ(next(client, "job").number.value, ++expected);
    EXPECT_EQ(std::to_string(expected), after);
  }
}

TEST(EventStream, OfAJobThatEndedMeanwhileResumesAndThenEnds) {
  Rig rig;
  const auto id = rig.add_job();
  const std::string before = newest(rig);
  rig.set_state(id, JobState::held);
  rig.set_state(id, JobState::cancelled);
  auto client = stream(rig, "?job=" + id.str() + "&after=" + before);
  EXPECT_EQ(next(client, "state").job.state, JobState::cancelled);
  EXPECT_EQ(next(client, "job").job.state, JobState::held);
  EXPECT_EQ(next(client, "job").job.state, JobState::cancelled);
  EXPECT_FALSE(client.event());
  EXPECT_TRUE(client.ended_properly());
}

TEST(EventStream, ResumedWithNothingMissedOfAJobThatIsOverEnds) {
  Rig rig;
  const auto id = rig.add_job(api::JobKind::backup, JobState::failed);
  auto client = stream(rig, "?job=" + id.str() + "&after=" + newest(rig));
  next(client, "state");
  EXPECT_FALSE(client.event());
}

TEST(EventStream, ResumedFromTheFutureStartsFromNow) {
  Rig rig;
  const auto id = rig.add_job();
  auto client = stream(rig, "?after=99999999");
  EXPECT_EQ(next(client, "state").number.str(), newest(rig));
  rig.set_state(id, JobState::held);
  EXPECT_EQ(next(client, "job").job.state, JobState::held);
}

TEST(EventStream, GivesSignsOfLife) {
  Limits limits;
  limits.alive = 20ms;
  Rig rig(limits);
  auto client = stream(rig);
  const auto id = rig.add_job();
  next(client, "job");
  while (client.comments().size() < 4) {  // one says that there are no open jobs
    rig.set_state(id, JobState::waiting);
    next(client, "job");
  }
  EXPECT_EQ(client.comments().back(), ": alive");
}

TEST(EventStream, TellsASlowReaderAndDropsIt) {
  Limits limits;
  limits.slow_after = 50ms;
  limits.behind = 100;
  Rig rig(limits);
  const auto id = rig.add_job();
  auto client = stream(rig);
  next(client, "state");
  constexpr int kChanges = 500;  // 4 MiB in all, far more than the socket's buffers hold
  for (int i = 0; i < kChanges; ++i) change_widely(rig, id);
  int received = 0;
  std::string last_id;
  auto event = client.event();
  for (; event && event->name == "job"; event = client.event()) {
    ++received;
    last_id = event->id;
  }
  ASSERT_TRUE(event) << "the stream ended without a word after " << received;
  EXPECT_EQ(event->name, "slow");
  EXPECT_EQ(event->json().at("error").at("kind"), "timedOut");
  EXPECT_LT(received, kChanges);
  EXPECT_FALSE(client.event());
  EXPECT_TRUE(client.ended_properly());
  auto again = stream(rig, "?after=" + last_id);  // and it may go on where it was
  next(again, "state");
  for (int i = received; i < kChanges; ++i) next(again, "job");
}

TEST(EventStream, OfAFastReaderIsNeverCalledSlow) {
  Limits limits;
  limits.behind = 10;
  Rig rig(limits);
  const auto id = rig.add_job();
  auto client = stream(rig);
  next(client, "state");
  for (int i = 0; i < 300; ++i) {
    rig.set_state(id, JobState::waiting);
    rig.set_state(id, JobState::running);
    EXPECT_EQ(next(client, "job").job.state, JobState::waiting);
    EXPECT_EQ(next(client, "job").job.state, JobState::running);
  }
}

TEST(EventStream, GivesItsPlaceBackWhenTheReaderGoes) {
  Limits limits;
  limits.sessions = 1;
  Rig rig(limits);
  for (int i = 0; i < 20; ++i) {
    {
      auto client = rig.connect();
      client.send(SocketClient::text("GET", "/v1/events"));
      // Until the server has seen the last reader go, one more is turned away.
      while (client.read_head().status != 200) {
        client = rig.connect();
        client.send(SocketClient::text("GET", "/v1/events"));
      }
    }
  }
}

TEST(EventStream, ForHttp10HasNoChunks) {
  Rig rig;
  const auto id = rig.add_job(api::JobKind::backup, JobState::succeeded);
  auto client = rig.connect();
  client.send("GET /v1/events?job=" + id.str() + " HTTP/1.0\r\n\r\n");
  const auto head = client.read_head();
  EXPECT_FALSE(head.headers.contains("transfer-encoding"));
  EXPECT_FALSE(client.is_closed());  // the event's text is there
}

}  // namespace
}  // namespace entrad::control
