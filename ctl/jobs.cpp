// jobs list, show, watch, items, cancel, pause, resume, approve.
#include "api/error_table.h"
#include "ctl/follow.h"
#include "ctl/handlers.h"
#include "ctl/query.h"
#include "ctl/render/job.h"

namespace entrad::ctl {
namespace {

using nlohmann::json;

base::JobId job_of(const Context& context) { return {context.options.job}; }
std::string path_of(const Context& context) {
  return "/v1/jobs/" + std::to_string(context.options.job);
}

base::Result<std::vector<SeenJob>> read_jobs(const json& answer) {
  std::vector<SeenJob> jobs;
  for (const json& job : answer.value("jobs", json::array())) {
    auto seen = read_job(job);
    if (!seen) return base::pass(seen);
    jobs.push_back(std::move(*seen));
  }
  return jobs;
}

void print_no_jobs(Context& context) {
  if (context.options.open)
    context.text("no open jobs; all of them: " + context.command("jobs list") + "\n");
  else
    context.text("no jobs yet: run " + context.command("backup") + "\n");
}

void print_items(Context& context, const json& answer, const std::vector<api::Item>& items) {
  render::Table table = render::item_table();
  for (const api::Item& item : items) render::add_item(table, item);
  const std::uint64_t total = answer.value("total", std::uint64_t{0});
  std::string text = items.empty() ? "no items\n" : table.flush(context.view());
  if (!items.empty())
    text += render::number(items.size()) + " of " + render::counted(total, "item");
  if (const auto next = answer.find("next"); next != answer.end() && next->is_number())
    text += "; go on with --from " + next->dump();
  context.text(text + (items.empty() ? "" : "\n"));
}

std::string how_to_watch(const Context& context, const SeenJob& seen) {
  if (seen.is_final()) return "";
  return "  watch it: " + context.command("jobs watch " + seen.job.id.str()) + "\n";
}

Exit post_and_show(Context& context, const std::string& verb, const json& body) {
  auto answer = context.client.post(path_of(context) + "/" + verb, body);
  if (!answer) return base::pass(answer);
  auto seen = read_job(*answer);
  if (!seen) return base::pass(seen);
  if (context.options.json)
    context.json(*answer);
  else
    context.text(render::job_verdict(*seen, context.view()) + how_to_watch(context, *seen));
  return api::exit_ok;
}

}  // namespace

Exit list_jobs(Context& context) {
  Query query;
  query.add_if("tenant", context.options.tenant);
  if (context.options.open) query.add("open", "true");
  query.add("limit", std::to_string(context.options.limit));
  auto answer = context.client.get("/v1/jobs" + query.str());
  if (!answer) return base::pass(answer);
  if (context.options.json) {
    context.json(*answer);
    return api::exit_ok;
  }
  auto jobs = read_jobs(*answer);
  if (!jobs) return base::pass(jobs);
  if (jobs->empty())
    print_no_jobs(context);
  else
    context.text(render::job_table(*jobs, context.view()));
  return api::exit_ok;
}

Exit show_job(Context& context) {
  auto seen = get_job(context, job_of(context));
  if (!seen) return base::pass(seen);
  if (context.options.json)
    context.json(seen->raw);
  else
    context.text(render::job_details(*seen, context.view()));
  return api::exit_ok;
}

Exit watch_job(Context& context) {
  auto ended = wait_for_end(context, job_of(context));
  if (!ended && is_interrupt(ended.error())) return detached(context, job_of(context));
  if (!ended) return base::pass(ended);
  if (context.options.json)
    context.json(ended->raw);
  else
    context.text(render::job_details(*ended, context.view()));
  return exit_code(*ended);
}

Exit list_items(Context& context) {
  Query query;
  query.add("from", std::to_string(context.options.from))
      .add("limit", std::to_string(context.options.limit))
      .add_if("outcome", context.options.outcome);
  auto answer = context.client.get(path_of(context) + "/items" + query.str());
  if (!answer) return base::pass(answer);
  if (context.options.json) {
    context.json(*answer);
    return api::exit_ok;
  }
  auto items = understand<std::vector<api::Item>>(answer->value("items", json::array()));
  if (!items) return base::pass(items);
  print_items(context, *answer, *items);
  return api::exit_ok;
}

Exit cancel_job(Context& context) { return post_and_show(context, "cancel", json::object()); }

Exit pause_job(Context& context) { return post_and_show(context, "pause", json::object()); }

Exit resume_job(Context& context) { return post_and_show(context, "resume", json::object()); }

Exit approve_job(Context& context) {
  return post_and_show(context, "approve", api::Approval{context.options.approve_removals});
}

}  // namespace entrad::ctl
