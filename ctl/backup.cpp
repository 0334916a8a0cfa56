// backup.
#include "api/error_table.h"
#include "api/requests.h"
#include "base/text.h"
#include "ctl/follow.h"
#include "ctl/handlers.h"
#include "ctl/render/job.h"
#include "ctl/render/snapshots.h"

namespace entrad::ctl {
namespace {

base::Result<SeenJob> submit(Context& context) {
  auto tenant = context.tenant();
  if (!tenant) return base::pass(tenant);
  nlohmann::json body = api::BackupRequest{*tenant};
  body["kind"] = api::JobKind::backup;
  auto answer = context.client.post("/v1/jobs", body);
  if (!answer) return base::pass(answer);
  return read_job(*answer);
}

// The job's own end is the news; a snapshot that cannot be shown as well is no failure of it.
void show_new_snapshot(Context& context, const SeenJob& seen) {
  if (!seen.job.snapshot) return;
  auto answer = context.client.get("/v1/tenants/" + base::url_encode(seen.job.tenant) +
                                   "/snapshots/" + seen.job.snapshot->str());
  if (!answer) return;
  if (auto snapshot = understand<api::Snapshot>(*answer))
    context.text(render::snapshot_details(*snapshot, context.view()));
}

}  // namespace

Exit run_backup(Context& context) {
  auto submitted = submit(context);
  if (!submitted) return base::pass(submitted);
  const base::JobId id = submitted->job.id;
  if (context.options.no_wait) {
    if (context.options.json)
      context.json(submitted->raw);
    else
      context.text("backup job " + id.str() +
                   " is queued: " + context.command("jobs watch " + id.str()) + "\n");
    return api::exit_ok;
  }
  auto ended = wait_for_end(context, id);
  if (!ended && is_interrupt(ended.error())) return detached(context, id);
  if (!ended) return base::pass(ended);
  if (context.options.json) {
    context.json(ended->raw);
  } else {
    context.text(render::job_verdict(*ended, context.view()));
    show_new_snapshot(context, *ended);
  }
  return exit_code(*ended);
}

}  // namespace entrad::ctl
