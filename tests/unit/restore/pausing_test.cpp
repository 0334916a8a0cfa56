// A job that is paused goes on when it is resumed, and one that has failed can be tried again.
#include <filesystem>

#include "base/json.h"
#include "restore/restore.h"
#include "tenant_story.h"

namespace entrad::restore {
namespace {

using api::JobState;
using api::Outcome;
using nlohmann::json;

class Pausing : public TenantStory {
 protected:
  api::Job state_of(base::JobId id, JobState state) {
    for (;;) {
      const api::Job job = *store_->journal().job(id);
      if (job.state == state || api::is_final(job.state)) return job;
      clock_.wait_for(std::chrono::seconds(1), {});
    }
  }
};

TEST_F(Pausing, StopsAtASafePointAndGoesOnWhereItWas) {
  begin("aurora:users=200,seed=9");
  back_up();
  disaster({{"seed", 1}, {"delete", 60}, {"purge", 20}});
  api::RestoreRequest request = everything();
  request.with_auth_methods = false;
  const auto job = queue_->submit(request, "tester");
  ASSERT_TRUE(job);
  while (store_->journal().job(job->id)->progress.writes == 0)
    clock_.wait_for(std::chrono::seconds(1), {});
  ASSERT_TRUE(queue_->pause(job->id, "anna"));
  const api::Job paused = state_of(job->id, JobState::paused);
  ASSERT_EQ(paused.state, JobState::paused);
  EXPECT_EQ(paused.reason, "paused by anna; go on with: entractl jobs resume " + job->id.str());
  // A restart does not wake it.
  queue_->stop();
  start_queue();
  const auto writes_before = writes();
  clock_.wait_for(std::chrono::seconds(60), {});
  EXPECT_EQ(store_->journal().job(job->id)->state, JobState::paused);
  EXPECT_EQ(writes(), writes_before);
  ASSERT_TRUE(queue_->resume(job->id, "anna"));
  const api::Job done = wait(job->id);
  EXPECT_TRUE(done.state == JobState::succeeded || done.state == JobState::partial);
  EXPECT_EQ(sim_->get("/_control/counters").at("usersCreated"), 20);
  const auto again = queue_->resume(job->id, "anna");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, base::ErrorKind::failed_precondition);
}

TEST_F(Pausing, APausedJobCanBeCancelledAndAHeldOneCannotBePaused) {
  begin();
  const auto [name, user] = find(is_plain_member);
  back_up();
  delete_user(user["object"]["id"]);
  api::RestoreRequest request = object_of(name);
  request.approved = false;
  const api::Job held = restore(request);
  const auto refused = queue_->pause(held.id, "tester");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().hint.find("--apply"), std::string::npos);
  queue_->stop();  // so that the job stays in the queue
  queue_ = std::make_unique<jobs::Queue>(*store_, *sessions_, clock_);
  const auto waiting = queue_->submit(object_of(name), "tester");
  ASSERT_TRUE(waiting);
  ASSERT_EQ(queue_->pause(waiting->id, "tester")->state, JobState::paused);
  queue_->start();
  ASSERT_TRUE(queue_->cancel(waiting->id, "tester"));
  EXPECT_EQ(state_of(waiting->id, JobState::cancelled).state, JobState::cancelled);
}

// Whoever opens a copy of the store may only want to look.
TEST_F(Pausing, InACopyOfTheStoreNothingGoesOnByItself) {
  begin();
  const auto [name, user] = find(is_plain_member);
  back_up();
  queue_->stop();  // so that the job stays in the queue
  queue_ = std::make_unique<jobs::Queue>(*store_, *sessions_, clock_);
  const auto waiting = queue_->submit(object_of(name), "tester");
  ASSERT_TRUE(waiting);
  const auto copied = store_->copy("to-look-at", 3);
  ASSERT_TRUE(copied) << copied.error().message;
  EXPECT_EQ(std::filesystem::status(copied->path / "data.mdb").permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  queue_.reset();
  store_.reset();
  auto copy = store::Store::open({.directory = copied->path}, clock_);
  ASSERT_TRUE(copy) << copy.error().message;
  store_ = std::move(*copy);
  start_queue();
  EXPECT_EQ(store_->journal().job(waiting->id)->state, JobState::paused);
  ASSERT_TRUE(queue_->resume(waiting->id, "tester"));
  EXPECT_TRUE(api::is_final(wait(waiting->id).state));
  EXPECT_FALSE(store_->is_fresh_copy());
}

TEST_F(Pausing, ACheckThatWasReadingWhenTheProcessEndedIsNotBegunAgain) {
  begin();
  const api::Job backup = back_up();
  queue_.reset();
  api::Job check;
  check.kind = api::JobKind::check;
  check.tenant = "aurora";
  check.snapshot = backup.snapshot;
  check.state = JobState::running;
  const auto submitted = store_->journal().submit(check);
  ASSERT_TRUE(submitted);
  ASSERT_TRUE(store_->journal().update(submitted->id, [](api::Job& row) {
    row.state = JobState::running;
    return true;
  }));
  start_queue();
  const api::Job ended = *store_->journal().job(submitted->id);
  EXPECT_EQ(ended.state, JobState::failed);
  ASSERT_TRUE(ended.failure);
  EXPECT_EQ(ended.failure->kind, "storeDamaged");
}

TEST_F(Pausing, ARetryIsForThoseWhoWereNotRestoredWholly) {
  begin();
  const auto [name, user] = find(is_plain_member);
  const auto [other_name, other] = find([&name = name](const json& candidate) {
    return is_plain_member(candidate) && candidate["object"]["userPrincipalName"] != name;
  });
  const std::string id = user["object"]["id"];
  const std::string other_id = other["object"]["id"];
  back_up();
  for (const std::string& one : {id, other_id})
    sim_->post("/_control/tenants/aurora/users/" + one + "/patch", {{"city", "Elsewhere"}});
  sim_->fault(
      {{"match", {{"method", "PATCH"}, {"path", "/users/" + id}, {"count", 1}}},
       {"action", "status"},
       {"status", 400},
       {"body", {{"error", {{"code", "Request_BadRequest"}, {"message", "Invalid value."}}}}}});
  api::RestoreRequest request = object_of(id);
  request.selection.users = {id, other_id};
  const api::Job job = restore(request);
  ASSERT_EQ(job.state, JobState::partial);
  const auto only_skipped = request_to_retry(store_->journal(), job.id, {{"skipped"}, {}, false});
  ASSERT_FALSE(only_skipped);
  EXPECT_EQ(only_skipped.error().kind, base::ErrorKind::failed_precondition);
  EXPECT_FALSE(request_to_retry(store_->journal(), job.id, {{}, {"throttled"}, false}));
  const auto wrong = request_to_retry(store_->journal(), job.id, {{"restored"}, {}, false});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().kind, base::ErrorKind::invalid_argument);
  const auto again = request_to_retry(store_->journal(), job.id, {{}, {}, true});
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->selection.users, std::vector<std::string>{id});
  const api::Job done = restore(*again);
  EXPECT_EQ(done.state, JobState::succeeded) << base::json_text(json(items(done.id)), 1);
  EXPECT_FALSE(request_to_retry(store_->journal(), done.id, {}));
}

}  // namespace
}  // namespace entrad::restore
