// backup.
#include "api/requests.h"
#include "base/text.h"
#include "ctl/follow.h"
#include "ctl/handlers.h"
#include "ctl/render/snapshots.h"

namespace entrad::ctl {
namespace {

// The job's own end is the news; a snapshot that cannot be shown as well is no failure of it.
void show_new_snapshot(Context& context, const SeenJob& seen) {
  if (!seen.job.snapshot) return;
  auto answer = context.client.get("/v1/tenants/" + base::url_encode(seen.job.tenant) +
                                   "/snapshots/" + seen.job.snapshot->str());
  if (!answer) return;
  if (auto snapshot = understand<api::Snapshot>(*answer))
    context.text(render::snapshot_details(*snapshot, /*parent_pruned=*/false, context.view()));
}

}  // namespace

Exit run_backup(Context& context) {
  auto tenant = context.tenant();
  if (!tenant) return base::pass(tenant);
  nlohmann::json body = api::BackupRequest{*tenant, context.options.full};
  body["kind"] = api::JobKind::backup;
  return submit_and_wait(context, body, show_new_snapshot);
}

}  // namespace entrad::ctl
