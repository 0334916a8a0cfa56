// snapshots pin, unpin, prune.
//
// A prune shows what would go and asks; what was shown is what is then named to the daemon.
#include "api/keeping.h"

#include <algorithm>

#include "api/error_table.h"
#include "base/text.h"
#include "ctl/follow.h"
#include "ctl/handlers.h"
#include "ctl/prompt.h"
#include "ctl/query.h"
#include "ctl/render/keeping.h"

namespace entrad::ctl {
namespace {

using base::ErrorKind;
using nlohmann::json;

base::Result<std::string> pin_path(Context& context) {
  auto tenant = context.tenant();
  if (!tenant) return tenant;
  return "/v1/tenants/" + base::url_encode(*tenant) + "/snapshots/" +
         std::to_string(context.options.snapshot) + "/pin";
}

base::Result<void> check_options(const Options& options) {
  if (!options.snapshots.empty() && !options.keep.keeps_all())
    return base::fail(ErrorKind::invalid_argument, "both snapshots and rules are given",
                      "name the snapshots that go, or say by rules which ones stay");
  if (options.dry_run && (options.yes || options.no_wait))
    return base::fail(ErrorKind::invalid_argument, "--dry-run does not go with --yes or --no-wait",
                      "leave one of them out");
  return {};
}

Query query_of(Options options) {
  Query query;
  std::string numbers;
  for (const std::uint64_t number : options.snapshots)
    numbers += (numbers.empty() ? "" : ",") + std::to_string(number);
  query.add_if("snapshots", numbers);
  options.keep.fields([&](const char* name, std::uint64_t count) {
    if (count > 0) query.add(name, std::to_string(count));
  });
  return query;
}

Exit carry_out(Context& context, const api::PruneRequest& request) {
  json body = request;
  body["kind"] = api::JobKind::prune;
  return submit_for_result(
      context, body, [](const json& result, const render::View& view) -> base::Result<std::string> {
        auto pruned = understand<api::Pruned>(result);
        if (!pruned) return base::pass(pruned);
        return render::pruned(*pruned, view);
      });
}

Exit ask_first(Context& context, const api::PruneRequest& request) {
  if (context.options.yes) return carry_out(context, request);
  if (!context.is_interactive())
    return base::fail(ErrorKind::failed_precondition,
                      "nothing is removed: nobody is here to answer, and --yes was not given",
                      "look with --dry-run, then add --yes");
  const std::string question =
      "Remove " + render::counted(request.snapshots.size(), "snapshot") + " for good? [y/N] ";
  switch (ask(context.streams, question, context.interrupt)) {
    case Reply::yes:
      return carry_out(context, request);
    case Reply::no:
      context.text("nothing is removed\n");
      return api::exit_failed;
    default:
      context.streams.err << "nothing is removed\n";
      return api::exit_interrupted;
  }
}

// Those that were asked about: without names all.
api::PrunePlan without_others(api::PrunePlan plan, const std::vector<std::uint64_t>& named) {
  if (named.empty()) return plan;
  std::erase_if(plan.snapshots, [&](const api::Verdict& one) {
    return std::find(named.begin(), named.end(), one.snapshot.value) == named.end();
  });
  return plan;
}

Exit prune_as_planned(Context& context, const std::string& tenant) {
  auto answer = context.client.get("/v1/tenants/" + base::url_encode(tenant) + "/prune" +
                                   query_of(context.options).str());
  if (!answer) return base::pass(answer);
  auto plan = understand<api::PrunePlan>(*answer);
  if (!plan) return base::pass(plan);
  const bool is_end = context.options.dry_run || plan->removed == 0;
  const auto shown = without_others(*plan, context.options.snapshots);
  if (!context.options.json) context.text(render::prune_plan(shown, context.view()));
  if (is_end && context.options.json) context.json({{"plan", *answer}});
  const bool refused = !context.options.snapshots.empty() && plan->removed == 0;
  if (refused && !context.options.dry_run)
    return base::fail(
        ErrorKind::failed_precondition, "nothing is removed: what is named stays",
        "the list says why; `" + context.command("snapshots unpin N") + "` lets a pinned one go");
  if (is_end) return api::exit_ok;
  api::PruneRequest request{tenant, {}};
  for (const api::Verdict& one : shown.snapshots)
    if (!one.kept || !context.options.snapshots.empty()) request.snapshots.push_back(one.snapshot);
  return ask_first(context, request);
}

}  // namespace

Exit pin_snapshot(Context& context) {
  auto path = pin_path(context);
  if (!path) return base::pass(path);
  auto answer = context.client.post(*path, api::PinRequest{context.options.note});
  if (!answer) return base::pass(answer);
  if (context.options.json) {
    context.json(*answer);
    return api::exit_ok;
  }
  auto pin = understand<api::Pin>(*answer);
  if (!pin) return base::pass(pin);
  context.text("snapshot " + pin->snapshot.str() + " is pinned: no retention removes it\n");
  return api::exit_ok;
}

Exit unpin_snapshot(Context& context) {
  auto path = pin_path(context);
  if (!path) return base::pass(path);
  auto answer = context.client.remove(*path);
  if (!answer) return base::pass(answer);
  if (context.options.json)
    context.json(*answer);
  else
    context.text("snapshot " + std::to_string(context.options.snapshot) +
                 " is not pinned any more: retention decides again\n");
  return api::exit_ok;
}

Exit prune_snapshots(Context& context) {
  if (auto checked = check_options(context.options); !checked) return base::pass(checked);
  auto tenant = context.tenant();
  if (!tenant) return base::pass(tenant);
  return prune_as_planned(context, *tenant);
}

}  // namespace entrad::ctl
