#include "store/journal.h"

#include <atomic>
#include <future>
#include <thread>

#include "rig.h"
#include "store/environment.h"
#include "store/rows/job_rows.h"

namespace entrad::store {
namespace {

using api::JobKind;
using api::JobState;
using base::ErrorKind;

class JournalTest : public StoreTest {
 protected:
  JournalTest() { open(); }

  api::Job set_state(base::JobId id, JobState state) {
    return must(journal().update(id, [state](api::Job& job) {
      job.state = state;
      return true;
    }));
  }
  static std::vector<ItemRow> items(std::uint64_t from, std::uint64_t until) {
    std::vector<ItemRow> rows;
    for (auto seq = from; seq < until; ++seq) {
      ItemRow& row = rows.emplace_back();
      row.item.seq = seq;
      row.item.display_name = "user " + std::to_string(seq);
      row.work = {{"wave", seq}};
      row.pre_image = {{"was", "there"}};
    }
    return rows;
  }
  static Step step(const std::string& path) {
    Step step;
    step.kind = "patch";
    step.method = "PATCH";
    step.path = path;
    step.items = {1, 2};
    step.body = {{"accountEnabled", true}};
    return step;
  }
};

TEST_F(JournalTest, NumbersJobsFromOneAndKeepsThemOverARestart) {
  const auto first = submit();
  EXPECT_EQ(first.id.value, 1U);
  EXPECT_EQ(first.state, JobState::queued);
  EXPECT_GT(first.created_at, base::WallTime{});
  EXPECT_EQ(submit().id.value, 2U);
  reopen();
  EXPECT_EQ(submit().id.value, 3U);
  const auto found = must(journal().job({1}));
  EXPECT_EQ(nlohmann::json(found), nlohmann::json(first));
  EXPECT_EQ(found.request.at("at"), "yesterday");
  EXPECT_EQ(journal().job({4}).error().kind, ErrorKind::not_found);
}

TEST_F(JournalTest, ListsJobsNewestFirstAsFiltered) {
  for (int i = 0; i < 6; ++i) {
    api::Job job;
    job.tenant = i % 2 == 0 ? "aurora" : "borealis";
    job.kind = i < 3 ? JobKind::backup : JobKind::restore;
    must(journal().submit(job));
  }
  set_state({6}, JobState::succeeded);
  const auto numbers = [this](const JobFilter& filter) {
    std::vector<std::uint64_t> ids;
    for (const auto& job : journal().jobs(filter)) ids.push_back(job.id.value);
    return ids;
  };
  using Ids = std::vector<std::uint64_t>;
  JobFilter filter;
  EXPECT_EQ(numbers(filter), (Ids{6, 5, 4, 3, 2, 1}));
  filter.limit = 2;
  EXPECT_EQ(numbers(filter), (Ids{6, 5}));
  filter.only_open = true;
  EXPECT_EQ(numbers(filter), (Ids{5, 4}));
  filter = {};
  filter.tenant = "borealis";
  EXPECT_EQ(numbers(filter), (Ids{6, 4, 2}));
  filter.kind = JobKind::backup;
  EXPECT_EQ(numbers(filter), (Ids{2}));
}

TEST_F(JournalTest, CountsJobsByState) {
  for (int i = 0; i < 4; ++i) submit();
  set_state({1}, JobState::running);
  set_state({2}, JobState::failed);
  set_state({2}, JobState::queued);
  EXPECT_EQ(journal().counts(),
            (std::map<std::string, std::uint64_t>{{"queued", 3}, {"running", 1}}));
}

TEST_F(JournalTest, UpdatesAJobOnlyWhenTheChangeSaysSo) {
  submit();
  const auto events = journal().newest_event();
  const auto same = must(journal().update({1}, [](api::Job& job) {
    job.reason = "not to be kept";
    return false;
  }));
  EXPECT_EQ(same.reason, "");
  EXPECT_EQ(must(journal().job({1})).reason, "");
  EXPECT_EQ(journal().newest_event(), events);
  EXPECT_EQ(set_state({1}, JobState::running).state, JobState::running);
  EXPECT_EQ(must(journal().job({1})).state, JobState::running);
  EXPECT_EQ(must(journal().job({1})).request.at("at"), "yesterday");
  EXPECT_EQ(journal().newest_event().value, events.value + 1);
  EXPECT_EQ(journal().update({9}, [](api::Job&) { return true; }).error().kind,
            ErrorKind::not_found);
}

// It may name thousands of users, and a job changes often.
TEST_F(JournalTest, UpdatesTheRequestOnlyWhereThatIsAsked) {
  submit();
  const auto approve = [](api::Job& job) {
    job.request["approved"] = true;
    return true;
  };
  must(journal().update({1}, [](api::Job& job) {
    EXPECT_TRUE(job.request.is_null());
    return true;
  }));
  must(journal().update({1}, approve));
  EXPECT_FALSE(must(journal().job({1})).request.contains("approved"));
  const auto approved = must(journal().update({1}, approve, RequestToo::yes));
  EXPECT_EQ(approved.request.at("at"), "yesterday");
  EXPECT_EQ(must(journal().job({1})).request, approved.request);
}

TEST_F(JournalTest, LosesNoUpdateOfManyThreads) {
  submit();
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 6; ++thread)
    threads.emplace_back([this] {
      for (int i = 0; i < 50; ++i)
        must(journal().update({1}, [](api::Job& job) {
          ++job.progress.done;
          return true;
        }));
    });
  threads.clear();
  EXPECT_EQ(must(journal().job({1})).progress.done, 300U);
}

TEST_F(JournalTest, PassesOnWhatAChangeThrowsAndKeepsNothingOfIt) {
  submit();
  EXPECT_THROW((void)journal().put_items({1}, items(0, 3),
                                         [](api::Job&) -> bool { throw std::range_error("no"); }),
               std::range_error);
  EXPECT_EQ(journal().item_count({1}), 0U);
  EXPECT_EQ(set_state({1}, JobState::running).state, JobState::running);
}

TEST_F(JournalTest, KeepsItemsAndTheJobTogether) {
  submit();
  submit();
  must(journal().put_items({1}, items(0, 2'500), [](api::Job& job) {
    job.progress.total = 2'500;
    return true;
  }));
  must(journal().put_items({2}, items(0, 3)));
  EXPECT_EQ(must(journal().job({1})).progress.total, 2'500U);
  EXPECT_EQ(journal().item_count({1}), 2'500U);
  EXPECT_EQ(journal().item_count({2}), 3U);
  EXPECT_EQ(journal().item_count({3}), 0U);
  const auto page = journal().items({1}, 2'490, 100);
  ASSERT_EQ(page.size(), 10U);
  EXPECT_EQ(page.front().item.seq, 2'490U);
  EXPECT_EQ(page.front().work.at("wave"), 2'490);
  EXPECT_EQ(page.front().pre_image.at("was"), "there");
  EXPECT_EQ(journal().items({1}, 5, 2).size(), 2U);
  EXPECT_FALSE(journal().item({1}, 2'500));
  auto changed = items(7, 8);
  changed[0].item.outcome = api::Outcome::restored;
  must(journal().put_items({1}, changed));
  EXPECT_EQ(journal().item({1}, 7)->item.outcome, api::Outcome::restored);
  EXPECT_EQ(journal().item_count({1}), 2'500U);
  EXPECT_EQ(journal().put_items({9}, items(0, 1)).error().kind, ErrorKind::not_found);
}

TEST_F(JournalTest, KeepsDocumentsByName) {
  submit();
  must(journal().put_document({1}, "plan", {{"users", 3}}));
  must(journal().put_document({1}, "checkpoint", nlohmann::json::array({1, 2})));
  must(journal().put_document({1}, "plan", {{"users", 4}}));
  reopen();
  EXPECT_EQ(journal().document({1}, "plan")->at("users"), 4);
  EXPECT_EQ(journal().document({1}, "checkpoint")->size(), 2U);
  EXPECT_FALSE(journal().document({1}, "pla"));
  EXPECT_FALSE(journal().document({2}, "plan"));
  EXPECT_EQ(journal().put_document({2}, "plan", {}).error().kind, ErrorKind::not_found);
}

TEST_F(JournalTest, KeepsIntentsOpenOverARestartUntilTheyAreSettled) {
  submit();
  submit();
  must(journal().put_items({1}, items(0, 3)));
  auto intended = must(journal().intend({1}, {step("/a"), step("/b"), step("/c")}));
  ASSERT_EQ(intended.size(), 3U);
  EXPECT_EQ(intended[2].seq, 2U);
  EXPECT_GT(intended[2].intended_at, base::WallTime{});
  EXPECT_EQ(must(journal().intend({2}, {step("/other")}))[0].seq, 0U);
  reopen();
  EXPECT_EQ(journal().open_steps({1}).size(), 3U);
  intended[1].status = 204;
  intended[1].outcome = "done";
  auto rows = items(1, 2);
  rows[0].item.outcome = api::Outcome::restored;
  must(journal().settle({1}, {intended[1]}, rows, [](api::Job& job) {
    ++job.progress.writes;
    return true;
  }));
  reopen();
  const auto open = journal().open_steps({1});
  ASSERT_EQ(open.size(), 2U);
  EXPECT_EQ(open[0].path, "/a");
  EXPECT_EQ(open[1].path, "/c");
  EXPECT_EQ(open[1].body.at("accountEnabled"), true);
  EXPECT_EQ(open[1].items, (std::vector<std::uint64_t>{1, 2}));
  EXPECT_EQ(must(journal().intend({1}, {step("/d")}))[0].seq, 3U);
  const auto steps = journal().steps({1}, 1, 2);
  ASSERT_EQ(steps.size(), 2U);
  EXPECT_TRUE(steps[0].settled);
  EXPECT_EQ(steps[0].status, 204);
  EXPECT_FALSE(steps[1].settled);
  EXPECT_EQ(journal().item({1}, 1)->item.outcome, api::Outcome::restored);
  EXPECT_EQ(must(journal().job({1})).progress.writes, 1U);
  EXPECT_EQ(journal().open_steps({2}).size(), 1U);
}

TEST_F(JournalTest, SettlesAllOrNothing) {
  submit();
  must(journal().put_items({1}, items(0, 1)));
  auto intended = must(journal().intend({1}, {step("/a")}));
  Step unknown = step("/never intended");
  unknown.seq = 5;
  auto rows = items(0, 1);
  rows[0].item.outcome = api::Outcome::failed;
  const auto done = journal().settle({1}, {intended[0], unknown}, rows);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, ErrorKind::not_found);
  EXPECT_EQ(journal().open_steps({1}).size(), 1U);
  EXPECT_EQ(journal().item({1}, 0)->item.outcome, api::Outcome::pending);
}

TEST_F(JournalTest, AppendsAnEventForEachChangeAndTellsTheListener) {
  std::promise<void> third;
  std::atomic<std::uint64_t> newest{0};
  journal().on_event([&](base::EventNumber number) {
    newest = number.value;
    if (number.value == 3) third.set_value();
  });
  submit();
  set_state({1}, JobState::running);
  must(journal().put_items({1}, items(0, 1)));  // the job is not changed
  set_state({1}, JobState::succeeded);
  third.get_future().wait();
  EXPECT_EQ(newest, 3U);
  EXPECT_EQ(journal().newest_event().value, 3U);
  const auto events = journal().events({1}, 10);
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].number.value, 2U);
  EXPECT_EQ(events[0].job.state, JobState::running);
  EXPECT_EQ(events[1].job.state, JobState::succeeded);
  EXPECT_TRUE(events[1].job.request.is_null());
  EXPECT_EQ(journal().events({0}, 2).size(), 2U);
  EXPECT_TRUE(journal().events({3}, 10).empty());
  journal().on_event(nullptr);
}

// In one piece of work, because a hundred thousand commits take minutes.
TEST(JobRows, KeepsTheNewestEventsOnly) {
  TemporaryDirectory directory;
  auto environment = must(Environment::open({directory.store()}));
  must(environment->write([](Write& write) -> base::Result<void> {
    api::Job job;
    job.id = {1};
    for (std::size_t i = 0; i < kEventsKept + 10; ++i)
      store_job(write, job, /*request_too=*/false, base::WallTime{});
    return {};
  }));
  const auto reader = environment->read();
  EXPECT_EQ(newest_event(*reader).value, kEventsKept + 10);
  auto cursor = reader->cursor(Table::event);
  ASSERT_TRUE(cursor.seek(Key().number(0)));
  EXPECT_EQ(event_from(cursor.value()).number.value, 11U);
}

}  // namespace
}  // namespace entrad::store
