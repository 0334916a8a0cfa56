// Rig: a real simulator, a real store and a real session for tests of backup.
// Thread safety: as its parts.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <set>

#include "backup/backup.h"
#include "base/clock.h"
#include "base/json.h"
#include "fakes/generous_quotas.h"
#include "fakes/graphsim_process.h"
#include "fakes/places.h"
#include "graph/quota/governor.h"
#include "graph/session.h"
#include "store/journal.h"
#include "store/snapshots.h"
#include "store/store.h"

namespace entrad::backup {

inline const std::string kTenant = "aurora";

struct RigOptions {
  std::string tenant = "aurora:users=120,seed=7,groups=30,lag=0";
  double time_scale = 1;
  bool published_quotas = false;  // else the small ones, of sign-in methods and logs, are lifted
};

class Rig {
  fakes::TemporaryDirectory directory_;  // goes last

 public:
  explicit Rig(const RigOptions& options = {})
      : simulator(simulated(options)),
        clock(options.time_scale),
        governor(quotas(options), clock),
        sessions({simulator.tenant(kTenant)}, governor, clock) {
    auto opened = store::Store::open({.directory = directory_.path()}, clock);
    if (!opened) throw std::runtime_error(opened.error().message);
    store = std::move(*opened);
  }

  // A job as the queue hands it to a backup: running.
  base::JobId new_job() {
    api::Job wanted;
    wanted.tenant = kTenant;
    wanted.kind = api::JobKind::backup;
    const auto submitted = store->journal().submit(wanted).value();
    const auto running = store->journal().update(submitted.id, [](api::Job& row) {
      row.state = api::JobState::running;
      return true;
    });
    return running.value().id;
  }

  graph::Session& session() { return *sessions.session(kTenant, graph::Purpose::backup).value(); }
  base::Result<api::Snapshot> backup(std::stop_token stop = {}, bool full = true) {
    job = new_job();
    auto made = run({*store, session(), clock, job, full}, std::move(stop));
    if (!made) return base::pass(made);
    words = made->words;
    return made->snapshot;
  }

  std::vector<base::Guid> ids(const api::Snapshot& snapshot, api::ObjectKind kind) const {
    std::vector<base::Guid> out;
    store->snapshots().for_each(kTenant, snapshot.number, kind, [&](const base::Guid& id) {
      out.push_back(id);
      return true;
    });
    return out;
  }
  std::optional<std::string> content(const api::Snapshot& snapshot, api::ObjectKind kind,
                                     const base::Guid& id, api::Section section) const {
    return store->snapshots().content(kTenant, snapshot.number, kind, id, section);
  }
  nlohmann::json json(const api::Snapshot& snapshot, api::ObjectKind kind, const base::Guid& id,
                      api::Section section) const {
    const auto found = content(snapshot, kind, id, section);
    if (!found)
      throw std::runtime_error("no " + std::string(api::name(section)) + " of " + id.str());
    return base::read_json(*found);
  }

  // Takes permissions from the backup app. New tokens lack them, so that sessions are made anew.
  void revoke(const std::set<std::string>& permissions) {
    auto roles = nlohmann::json::array();
    for (const auto& role : simulator.app(kTenant, "backup").at("roles"))
      if (!permissions.contains(role.get<std::string>())) roles.push_back(role);
    simulator.put("/_control/tenants/" + kTenant + "/apps/backup", {{"roles", roles}});
  }

  // Gives it some more, likewise.
  void grant(const std::set<std::string>& permissions) {
    auto roles = simulator.app(kTenant, "backup").at("roles");
    for (const auto& permission : permissions) roles.push_back(permission);
    simulator.put("/_control/tenants/" + kTenant + "/apps/backup", {{"roles", roles}});
  }
  // A session with a new token, for what was granted or taken in between.
  base::Result<api::Snapshot> backup_anew() {
    graph::Sessions fresh({simulator.tenant(kTenant)}, governor, clock);
    job = new_job();
    auto made = run({*store, *fresh.session(kTenant, graph::Purpose::backup).value(), clock, job,
                     /*full=*/true},
                    {});
    if (!made) return base::pass(made);
    words = made->words;
    return made->snapshot;
  }

  fakes::GraphsimProcess simulator;
  base::SystemClock clock;
  graph::Governor governor;
  graph::Sessions sessions;
  std::unique_ptr<store::Store> store;
  base::JobId job;
  std::string words;  // of the last backup

 private:
  static fakes::GraphsimOptions simulated(const RigOptions& options) {
    fakes::GraphsimOptions out;
    out.tenants = {options.tenant};
    out.time_scale = options.time_scale;
    return out;
  }

  static graph::Quotas quotas(const RigOptions& options) {
    if (options.published_quotas) return graph::Quotas::published();
    return fakes::generous_quotas();
  }
};

}  // namespace entrad::backup
