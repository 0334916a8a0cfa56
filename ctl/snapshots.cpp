// snapshots list, snapshots show.
#include "ctl/render/snapshots.h"
#include "api/error_table.h"
#include "base/text.h"
#include "ctl/answers.h"
#include "ctl/handlers.h"

namespace entrad::ctl {
namespace {

base::Result<nlohmann::json> fetch(Context& context, const std::string& what) {
  auto tenant = context.tenant();
  if (!tenant) return base::pass(tenant);
  return context.client.get("/v1/tenants/" + base::url_encode(*tenant) + "/snapshots" + what);
}

}  // namespace

Exit list_snapshots(Context& context) {
  auto answer = fetch(context, "");
  if (!answer) return base::pass(answer);
  if (context.options.json) {
    context.json(*answer);
    return api::exit_ok;
  }
  auto snapshots =
      understand<std::vector<api::Snapshot>>(answer->value("snapshots", nlohmann::json::array()));
  if (!snapshots) return base::pass(snapshots);
  if (snapshots->empty())
    context.text("no snapshots yet: run " + context.command("backup") + "\n");
  else
    context.text(render::snapshot_table(*snapshots, context.view()));
  return api::exit_ok;
}

Exit show_snapshot(Context& context) {
  auto answer = fetch(context, "/" + std::to_string(context.options.snapshot));
  if (!answer) return base::pass(answer);
  if (context.options.json) {
    context.json(*answer);
    return api::exit_ok;
  }
  auto snapshot = understand<api::Snapshot>(*answer);
  if (!snapshot) return base::pass(snapshot);
  context.text(render::snapshot_details(*snapshot, context.view()));
  return api::exit_ok;
}

}  // namespace entrad::ctl
