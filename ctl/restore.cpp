// restore: submit, watch the planning, show the plan, ask, watch the work, show the report.
//
// The steps are in run_restore() and carry_out(); everything above them is one step each. The
// daemon holds the job until it is approved, so leaving at any point loses nothing.
#include "api/error_table.h"
#include "ctl/follow.h"
#include "ctl/handlers.h"
#include "ctl/prompt.h"
#include "ctl/render/job.h"
#include "ctl/render/json.h"
#include "ctl/render/plan.h"
#include "ctl/render/report.h"
#include "ctl/selection.h"

namespace entrad::ctl {
namespace {

using base::ErrorKind;
using nlohmann::json;

constexpr std::string_view kAwaitsApproval = "waiting for approval";

bool says_what(const Options& options) {
  for (const std::string* text :
       {&options.search, &options.filter, &options.from_file, &options.at, &options.deleted_since,
        &options.changed_since, &options.attributes, &options.when_taken, &options.to_tenant,
        &options.domain, &options.map, &options.seal_to})
    if (!text->empty()) return true;
  return !options.selection.empty() || options.all || options.exact ||
         options.drop_taken_addresses || options.create_missing_groups ||
         options.pass_minutes != 0 || asks_for_anything(options);
}

base::Result<void> check_plan_only(const Options& options) {
  if (!options.plan_only || (!options.yes && !options.no_wait)) return {};
  return base::fail(ErrorKind::invalid_argument, "--plan-only does not go with --yes or --no-wait",
                    "plan first, then carry the plan out with restore --apply JOB");
}

base::Result<void> check_options(const Options& options) {
  if (auto checked = check_plan_only(options); !checked) return checked;
  if (options.plan_only && options.apply != 0)
    return base::fail(ErrorKind::invalid_argument, "--plan-only does not go with --apply",
                      "make a plan with --plan-only, then carry it out with --apply JOB");
  if (options.apply != 0 && says_what(options))
    return base::fail(ErrorKind::invalid_argument,
                      "--apply carries out a plan as it is; it takes none of the options that say "
                      "who and what is restored",
                      "leave the others out, or make a new plan without --apply");
  return {};
}

base::Result<json> body_of(Context& context) {
  auto request = restore_request(context);
  if (!request) return base::pass(request);
  auto tenant = context.tenant();
  if (!tenant) return base::pass(tenant);
  request->tenant = *tenant;
  // Nobody will be there to approve it later.
  request->approved = context.options.yes && context.options.no_wait;
  json body = *request;
  body["kind"] = api::JobKind::restore;
  if (const std::size_t size = render::compact(body).size(); size > Client::kMaxBody)
    return base::fail(ErrorKind::invalid_argument,
                      "the list of users is too long: " + render::bytes(size) + ", at most " +
                          render::bytes(Client::kMaxBody) + " fit into a request",
                      "use --all or --search TEXT, or split the list into several restores");
  return body;
}

base::Result<SeenJob> submit(Context& context) {
  auto body = body_of(context);
  if (!body) return base::pass(body);
  auto answer = context.client.post("/v1/jobs", *body);
  if (!answer) return base::pass(answer);
  return read_job(*answer);
}

base::Result<SeenJob> post(Context& context, base::JobId id, const std::string& verb,
                           const json& body = json::object()) {
  auto answer = context.client.post("/v1/jobs/" + id.str() + "/" + verb, body);
  if (!answer) return base::pass(answer);
  return read_job(*answer);
}

Exit leave_queued(Context& context, const SeenJob& seen) {
  const std::string id = seen.job.id.str();
  if (context.options.json)
    context.json(seen.raw);
  else if (context.options.yes || context.options.apply != 0)
    context.text(seen.kind + " job " + id +
                 " is queued and approved: " + context.command("jobs watch " + id) + "\n");
  else
    context.text(seen.kind + " job " + id + " is queued; it plans, then waits for approval: " +
                 context.command("restore --apply " + id) + "\n");
  return api::exit_ok;
}

// Ends the command with what is known: the job, and its plan and report where there are any.
void print_documents(Context& context, const SeenJob& seen, const json& plan, const json& report) {
  json all = {{"job", seen.raw}};
  if (!plan.is_null()) all["plan"] = plan;
  if (!report.is_null()) all["report"] = report;
  context.json(all);
}

void print_report(Context& context, const SeenJob& ended, const json& answer) {
  auto report = understand<api::Report>(answer);
  if (report)
    context.text(render::report(*report, ended, context.view()));
  else
    context.text(render::job_details(ended, context.view()));
}

// A job that ends before it has touched anything has no report; how it ended is still told.
Exit finish(Context& context, const SeenJob& ended, const json& plan) {
  json report;
  if (ended.is_final())
    if (auto answer = context.client.get("/v1/jobs/" + ended.job.id.str() + "/report"))
      report = std::move(*answer);
  if (context.options.json)
    print_documents(context, ended, plan, report);
  else if (report.is_null())
    context.text(render::job_details(ended, context.view()));
  else
    print_report(context, ended, report);
  return exit_code(ended);
}

// From the approval to the end. Held again for another reason, it needs a person.
Exit carry_out(Context& context, base::JobId id, const json& plan, bool removals) {
  auto approved = post(context, id, "approve", api::Approval{removals});
  if (!approved) return base::pass(approved);
  if (context.options.no_wait) return leave_queued(context, *approved);
  auto ended = follow(context, id, [](const SeenJob& seen) {
    return seen.is_held() && !seen.job.reason.starts_with(kAwaitsApproval);
  });
  if (!ended && is_interrupt(ended.error())) return detached(context, id);
  if (!ended) return base::pass(ended);
  return finish(context, *ended, plan);
}

std::string how_to_go_on(const Context& context, base::JobId id, bool removes) {
  const std::string removals = removes ? " --approve-removals" : "";
  return "carry it out: `" + context.command("restore --apply " + id.str() + removals) +
         "`; drop it: `" + context.command("jobs cancel " + id.str()) + "`";
}

Exit keep_plan(Context& context, const SeenJob& seen, const json& plan, bool removes,
               bool plan_is_empty) {
  if (context.options.json)
    print_documents(context, seen, plan, nullptr);
  else
    context.say("Job " + seen.job.id.str() + " is held with this plan; " +
                (plan_is_empty ? "there is nothing to write" : "nothing is written yet") + "; " +
                how_to_go_on(context, seen.job.id, removes));
  return api::exit_ok;
}

Exit leave_held(Context& context, const SeenJob& seen, const json& plan, bool removes) {
  if (context.options.json) print_documents(context, seen, plan, nullptr);
  const std::string missing = !context.options.yes ? "nobody is here to approve it, and --yes was "
                                                     "not given"
                                                   : "it removes something, and "
                                                     "--approve-removals was not given";
  return base::fail(ErrorKind::failed_precondition,
                    seen.kind + " job " + seen.job.id.str() + " is held with its plan: " + missing,
                    how_to_go_on(context, seen.job.id, removes));
}

Exit drop(Context& context, base::JobId id) {
  auto cancelled = post(context, id, "cancel");
  if (!cancelled) return base::pass(cancelled);
  context.text("cancelled; nothing was written\n");
  return api::exit_failed;
}

Exit decide(Context& context, const SeenJob& seen, const api::Plan& plan, const json& raw) {
  const std::uint64_t users = render::users_to_write(plan);
  const std::string removals = render::removals(plan);
  const bool undoes = seen.kind == api::name(api::JobKind::undo);
  const bool removes = !removals.empty() && !undoes;
  const bool may = context.options.yes && (!removes || context.options.approve_removals);
  if (context.options.plan_only) return keep_plan(context, seen, raw, removes, users == 0);
  if (may || users == 0) return carry_out(context, seen.job.id, raw, removes);
  if (!context.is_interactive()) return leave_held(context, seen, raw, removes);
  const std::string question =
      (undoes ? "Undo for " : "Restore ") + render::counted(users, "user") +
      (!removals.empty() ? " and remove " + removals : "") + " now? [y/N] ";
  switch (ask(context.streams, question, context.interrupt)) {
    case Reply::yes:
      return carry_out(context, seen.job.id, raw, removes);
    case Reply::no:
      return drop(context, seen.job.id);
    default:
      context.streams.err << "nothing is written; job " << seen.job.id.str()
                          << " stays held with its plan\n  "
                          << how_to_go_on(context, seen.job.id, removes) << "\n";
      return api::exit_interrupted;
  }
}

// Held without a plan means that something else needs a person: a permission, a consent.
Exit show_plan(Context& context, const SeenJob& seen) {
  auto answer = context.client.get("/v1/jobs/" + seen.job.id.str() + "/plan");
  if (!answer && answer.error().kind == ErrorKind::failed_precondition)
    return finish(context, seen, nullptr);
  if (!answer) return base::pass(answer);
  auto plan = understand<api::Plan>(*answer);
  if (!plan) return base::pass(plan);
  if (!context.options.json) context.text(render::plan(*plan, seen, context.view()));
  return decide(context, seen, *plan, *answer);
}

Exit plan_and_apply(Context& context, const SeenJob& submitted) {
  const base::JobId id = submitted.job.id;
  if (context.options.no_wait) return leave_queued(context, submitted);
  auto planned = wait_for_end(context, id);
  if (!planned && is_interrupt(planned.error())) return detached(context, id);
  if (!planned) return base::pass(planned);
  if (planned->is_final()) return finish(context, *planned, nullptr);
  return show_plan(context, *planned);
}

}  // namespace

Exit run_retry(Context& context) {
  const Options& options = context.options;
  if (auto checked = check_plan_only(options); !checked) return base::pass(checked);
  api::RetryRequest request;
  if (!options.outcome.empty()) request.outcomes = {options.outcome};
  if (!options.kind.empty()) request.kinds = {options.kind};
  request.approved = options.yes && options.no_wait;
  auto submitted = post(context, {options.job}, "retry", request);
  if (!submitted) return base::pass(submitted);
  return plan_and_apply(context, *submitted);
}

Exit run_undo(Context& context) {
  const Options& options = context.options;
  if (auto checked = check_plan_only(options); !checked) return base::pass(checked);
  const api::UndoRequest request{{options.job}, options.yes && options.no_wait, {}};
  auto submitted = post(context, {options.job}, "undo", request);
  if (!submitted) return base::pass(submitted);
  return plan_and_apply(context, *submitted);
}

Exit run_restore(Context& context) {
  if (auto checked = check_options(context.options); !checked) return base::pass(checked);
  if (context.options.apply != 0)
    return carry_out(context, {context.options.apply}, nullptr, context.options.approve_removals);
  auto submitted = submit(context);
  if (!submitted) return base::pass(submitted);
  return plan_and_apply(context, *submitted);
}

}  // namespace entrad::ctl
