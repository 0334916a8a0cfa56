// Rig: a real server on a real socket, with a real store, queue and sessions behind it.
// The queue is not started: jobs stay as the test leaves them. Thread safety: as its parts.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/json.h"
#include "control/server.h"
#include "fakes/graphsim_process.h"
#include "fakes/socket_client.h"
#include "graph/quota/governor.h"
#include "graph/session.h"
#include "jobs/queue.h"
#include "store/journal.h"
#include "store/snapshots.h"
#include "store/store.h"

namespace entrad::control {

inline const std::string kTenant = "aurora";
inline const std::string kUserId = "11111111-2222-4333-8444-555555555555";

// A tenant whose Graph nobody answers for: port 9 is never listened on in a test.
inline graph::Tenant unreachable_tenant() {
  graph::Tenant tenant;
  tenant.name = kTenant;
  tenant.tenant_id = "aurora.onmicrosoft.com";
  tenant.endpoints = {"http://127.0.0.1:9", "http://127.0.0.1:9"};
  tenant.backup.client_id = "0a0a0a0a-0000-4000-8000-000000000001";
  return tenant;
}

class Rig {
  fakes::TemporaryDirectory directory_;  // goes last

 public:
  explicit Rig(Limits limits = {}, graph::Tenant tenant = unreachable_tenant())
      : governor(graph::Quotas::published(), clock),
        sessions({std::move(tenant)}, governor, clock),
        store(store::Store::open({.directory = directory_.path() / "state"}, clock).value()),
        queue(*store, sessions, clock),
        server(
            Server::listen(socket(), {*store, queue, sessions, clock, "0.1.0"}, limits).value()) {
    server->start();
  }

  std::filesystem::path directory() const { return directory_.path(); }
  std::filesystem::path socket() const { return directory_.path() / "entrad.sock"; }
  fakes::SocketClient connect() const { return fakes::SocketClient(socket()); }
  fakes::SocketAnswer ask(const std::string& method, const std::string& target,
                          const std::string& body = {}, const std::string& headers = {}) const {
    return connect().ask(method, target, body, headers);
  }

  // A sealed snapshot with one user.
  api::Snapshot add_snapshot(const std::string& display_name = "Adele Vance") {
    const auto now = clock.wall();
    auto writer = store->snapshots().begin(kTenant, api::SnapshotKind::full, now).value();
    const nlohmann::json object = {{"id", kUserId},
                                   {"displayName", display_name},
                                   {"userPrincipalName", "adele+v@aurora.example"}};
    store::UserSummary summary;
    summary.display_name = display_name;
    summary.user_principal_name = "adele+v@aurora.example";
    EXPECT_TRUE(writer.put_user(*base::Guid::parse(kUserId), summary, base::json_text(object)));
    writer.mark(api::Section::object, api::Completeness::complete);
    writer.mark_swept(api::ObjectKind::user);
    return writer.seal(now).value();
  }

  base::JobId add_job(api::JobKind kind = api::JobKind::restore,
                      api::JobState state = api::JobState::running) {
    api::Job wanted;
    wanted.tenant = kTenant;
    wanted.kind = kind;
    wanted.request = api::RestoreRequest{};
    const auto id = store->journal().submit(wanted).value().id;
    set_state(id, state);
    return id;
  }
  void set_state(base::JobId id, api::JobState state) {
    auto changed = store->journal().update(id, [state](api::Job& job) {
      job.state = state;
      return true;
    });
    EXPECT_TRUE(changed);
  }

  base::SystemClock clock;
  graph::Governor governor;
  graph::Sessions sessions;
  std::unique_ptr<store::Store> store;
  jobs::Queue queue;
  std::unique_ptr<Server> server;
};

}  // namespace entrad::control
