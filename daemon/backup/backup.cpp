#include "backup/backup.h"

#include <spdlog/spdlog.h>

#include "backup/sweep.h"

namespace entrad::backup {
namespace {

constexpr auto kSteps = {
    sweep_users,         sweep_licenses,  sweep_memberships,  sweep_roles,
    sweep_managers,      sweep_sponsors,  sweep_auth_methods, sweep_service_principals,
    sweep_owned_objects, sweep_app_roles, sweep_targets,      sweep_restricted_attributes,
    sweep_photos,        sweep_audit_log, sweep_deletions};

}  // namespace

base::Result<api::Snapshot> run(const Context& context, std::stop_token stop) {
  const std::string& tenant = context.session.tenant().name;
  auto writer =
      context.store.snapshots().begin(tenant, api::SnapshotKind::full, context.clock.wall());
  if (!writer) return base::pass(writer);
  Sweep sweep(context, std::move(*writer), std::move(stop));
  for (const auto step : kSteps) {
    if (auto done = step(sweep); !done) return base::pass(done);
    if (auto going = sweep.stopped(); !going) return base::pass(going);
  }
  sweep.progress().begin("sealing", 0);
  auto sealed = sweep.writer().seal(context.clock.wall());
  if (sealed)
    spdlog::info("{}: snapshot {} sealed, {} changed, {} removed", tenant, sealed->number.value,
                 sealed->changed, sealed->removed);
  return sealed;
}

}  // namespace entrad::backup
