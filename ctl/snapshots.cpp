// snapshots list, show, calendar, check.
#include "ctl/render/snapshots.h"
#include "api/error_table.h"
#include "api/requests.h"
#include "base/text.h"
#include "ctl/follow.h"
#include "ctl/handlers.h"
#include "ctl/render/calendar.h"
#include "ctl/render/job.h"
#include "ctl/render/keeping.h"

namespace entrad::ctl {
namespace {

base::Result<nlohmann::json> fetch(Context& context, const std::string& what) {
  auto tenant = context.tenant();
  if (!tenant) return base::pass(tenant);
  return context.client.get("/v1/tenants/" + base::url_encode(*tenant) + "/snapshots" + what);
}

void say_what_was_read(Context& context, const SeenJob& ended) {
  if (!ended.job.reason.empty())
    context.text("  " + render::wrap(render::clean(ended.job.reason), 2, 2) + "\n");
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
  auto pins = understand<std::vector<api::Pin>>(answer->value("pins", nlohmann::json::array()));
  if (!pins) return base::pass(pins);
  if (snapshots->empty())
    context.text("no snapshots yet: run " + context.command("backup") + "\n");
  else
    context.text(render::snapshot_table(*snapshots, context.view()) + render::pin_lines(*pins));
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
  context.text(
      render::snapshot_details(*snapshot, answer->value("parentPruned", false), context.view()));
  if (!answer->contains("pin")) return api::exit_ok;
  auto pin = understand<api::Pin>(answer->at("pin"));
  if (!pin) return base::pass(pin);
  context.text(render::pin_lines({*pin}));
  return api::exit_ok;
}

Exit show_calendar(Context& context) {
  const auto last = context.options.month.empty()
                        ? base::Result<std::chrono::year_month>(render::month_of(context.now()))
                        : render::read_month(context.options.month);
  if (!last) return base::unexpected(last.error());
  const auto first = context.options.month.empty() ? *last - std::chrono::months(2) : *last;
  auto answer = fetch(context, "");
  if (!answer) return base::pass(answer);
  auto snapshots =
      understand<std::vector<api::Snapshot>>(answer->value("snapshots", nlohmann::json::array()));
  if (!snapshots) return base::pass(snapshots);
  if (context.options.json) {
    std::erase_if(*snapshots, [&](const api::Snapshot& snapshot) {
      const auto month = render::month_of(snapshot.sealed_at);
      return month < first || month > *last;
    });
    context.json({{"snapshots", *snapshots}});
  } else if (snapshots->empty()) {
    context.text("no snapshots yet: run " + context.command("backup") + "\n");
  } else {
    context.text(render::calendar(*snapshots, first, *last, context.view()));
  }
  return api::exit_ok;
}

Exit check_snapshot(Context& context) {
  if (context.options.snapshot == 0) return check_store(context);
  auto tenant = context.tenant();
  if (!tenant) return base::pass(tenant);
  nlohmann::json body = api::CheckRequest{*tenant, std::to_string(context.options.snapshot)};
  body["kind"] = api::JobKind::check;
  return submit_and_wait(context, body, say_what_was_read);
}

}  // namespace entrad::ctl
