// TenantStory: a simulated tenant, a store and a queue, for tests that tell what happens to users.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "api/jobs.h"
#include "api/requests.h"
#include "base/clock.h"
#include "fakes/generous_quotas.h"
#include "fakes/graphsim_process.h"
#include "graph/quota/governor.h"
#include "graph/session.h"
#include "jobs/queue.h"
#include "restore/report/report.h"
#include "store/journal.h"
#include "store/snapshots.h"
#include "store/store.h"

namespace entrad::restore {

class TenantStory : public testing::Test {
 protected:
  // Waits run this many times faster, in the simulator and here.
  static constexpr double kTimeScale = 200;

  // The first one is aurora.
  void begin(const std::string& tenant = "aurora:users=60,seed=11,lag=0") { begin_all({tenant}); }
  void begin_all(const std::vector<std::string>& described) {
    fakes::GraphsimOptions options;
    options.tenants = described;
    options.time_scale = kTimeScale;
    sim_ = std::make_unique<fakes::GraphsimProcess>(options);
    auto store = store::Store::open({.directory = directory_.path() / "state"}, clock_);
    ASSERT_TRUE(store) << store.error().message;
    store_ = std::move(*store);
    governor_ = std::make_unique<graph::Governor>(fakes::generous_quotas(), clock_);
    std::vector<graph::Tenant> tenants;
    for (const std::string& one : described)
      tenants.push_back(sim_->tenant(one.substr(0, one.find(':'))));
    sessions_ = std::make_unique<graph::Sessions>(std::move(tenants), *governor_, clock_);
    start_queue();
  }

  void start_queue() {
    queue_ =
        std::make_unique<jobs::Queue>(*store_, *sessions_, clock_, jobs::Retentions{}, limits_);
    queue_->start();
  }

  // Waits until the job rests: final, or held.
  api::Job wait(base::JobId id) {
    for (;;) {
      auto job = store_->journal().job(id);
      if (!job) throw std::runtime_error(job.error().message);
      if (api::is_final(job->state) || job->state == api::JobState::held) return *job;
      clock_.wait_for(std::chrono::seconds(2), {});
    }
  }

  api::Job back_up() {
    auto job = queue_->submit(api::BackupRequest{"aurora"}, "tester");
    if (!job) throw std::runtime_error(job.error().message);
    const api::Job done = wait(job->id);
    EXPECT_EQ(done.state, api::JobState::succeeded)
        << (done.failure ? done.failure->message : done.reason);
    return done;
  }

  static api::RestoreRequest everything() {
    api::RestoreRequest request;
    request.tenant = "aurora";
    request.selection.all = true;
    request.with_object = true;
    request.with_memberships = true;
    request.with_roles = true;
    request.with_auth_methods = true;
    request.approved = true;
    return request;
  }
  static api::RestoreRequest object_of(const std::string& user) {
    api::RestoreRequest request;
    request.tenant = "aurora";
    request.selection.users = {user};
    request.with_object = true;
    request.approved = true;
    return request;
  }

  api::Job restore(const api::RestoreRequest& request) {
    auto job = queue_->submit(request, "tester");
    if (!job) throw std::runtime_error(job.error().message);
    return wait(job->id);
  }

  std::vector<api::Item> items(base::JobId id) const {
    std::vector<api::Item> items;
    for (auto& row : store_->journal().items(id, 0, 100000)) items.push_back(row.item);
    return items;
  }

  api::Plan plan_of(const api::Job& job) const {
    return store_->journal().document(job.id, "plan").value().get<api::Plan>();
  }

  nlohmann::json disaster(const nlohmann::json& what) const {
    return sim_->post("/_control/tenants/aurora/disaster", what);
  }
  void delete_user(const std::string& id) const {
    sim_->post("/_control/tenants/aurora/users/delete", {{"ids", {id}}});
  }
  void purge_user(const std::string& id) const {
    sim_->post("/_control/tenants/aurora/users/purge", {{"ids", {id}}});
  }
  std::uint64_t writes() const { return sim_->get("/_control/counters").at("writes"); }

  // The first user of the tenant that `is` holds for, as {userPrincipalName, dumped state}.
  template <typename Is>
  std::pair<std::string, nlohmann::json> find(const Is& is) const {
    const auto dump = sim_->dump("aurora");
    for (const auto& [name, user] : dump.at("users").items())
      if (is(user)) return {name, user};
    throw std::runtime_error("the tenant has no such user");
  }
  static bool is_plain_member(const nlohmann::json& user) {
    const auto& object = user.at("object");
    return object.value("userType", "") == "Member" &&
           object.value("onPremisesSyncEnabled", nlohmann::json()) != true &&
           user.at("roles").empty();
  }

  fakes::TemporaryDirectory directory_;
  base::SystemClock clock_{kTimeScale};
  std::unique_ptr<fakes::GraphsimProcess> sim_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<graph::Governor> governor_;
  std::unique_ptr<graph::Sessions> sessions_;
  TenantLimits limits_;
  std::unique_ptr<jobs::Queue> queue_;
};

}  // namespace entrad::restore
