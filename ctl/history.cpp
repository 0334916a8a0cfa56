// users diff, history, log; snapshots diff.
#include "ctl/render/history.h"
#include "api/error_table.h"
#include "base/text.h"
#include "ctl/answers.h"
#include "ctl/handlers.h"
#include "ctl/pages.h"
#include "ctl/query.h"

namespace entrad::ctl {
namespace {

using nlohmann::json;

std::string user_path(const Context& context) {
  return "/users/" + base::url_encode(context.options.user);
}

base::Result<json> ask(Context& context, const std::string& path) {
  auto tenant = context.tenant();
  if (!tenant) return base::pass(tenant);
  return context.client.get("/v1/tenants/" + base::url_encode(*tenant) + path);
}

int difference_code(const Context& context, bool differs) {
  return differs && context.options.exit_code ? api::exit_difference : api::exit_ok;
}

base::unexpected<base::Error> live_is_whole_tenant(const Context& context) {
  return base::fail(base::ErrorKind::invalid_argument,
                    "to compare with the live tenant is to read all of it, which is a backup",
                    "run `" + context.command("backup") + "`, then `" +
                        context.command("snapshots diff A B") +
                        "`; one user: `entractl users diff ID --to live`");
}

void print_changes(Context& context, const api::SnapshotDifference& difference) {
  context.text(render::difference_summary(difference, context.view()));
  if (context.options.details) {
    for (const api::ObjectChange& change : difference.objects)
      context.text("\n" + render::object_change_details(change, context.view()));
  } else if (!difference.objects.empty()) {
    render::Table table = render::object_change_table();
    for (const api::ObjectChange& change : difference.objects)
      render::add_object_change(table, change);
    context.text("\n" + table.flush(context.view()));
  }
  if (difference.cursor)
    context.text("the first " + render::number(difference.objects.size()) +
                 "; more with --limit N or --all\n");
}

}  // namespace

Exit compare_user(Context& context) {
  const Options& options = context.options;
  const bool live = options.until == "live";
  Query query;
  query.add_if("from", options.since);
  if (!live) query.add_if("to", options.until);
  auto answer = ask(context, user_path(context) + (live ? "/diff/live" : "/diff") + query.str());
  if (!answer) return base::pass(answer);
  auto difference = understand<api::UserDifference>(*answer);
  if (!difference) return base::pass(difference);
  if (options.json)
    context.json(*answer);
  else
    context.text(render::user_difference(*difference, context.view()));
  return difference_code(context,
                         difference->change != "unchanged" && difference->change != "absent");
}

Exit show_attribute_history(Context& context) {
  const Options& options = context.options;
  auto answer =
      ask(context, user_path(context) + "/history" +
                       Query().add("attribute", options.attribute).add_if("at", options.at).str());
  if (!answer) return base::pass(answer);
  if (options.json) {
    context.json(*answer);
    return api::exit_ok;
  }
  auto changes =
      understand<std::vector<api::AttributeVersion>>(answer->value("changes", json::array()));
  if (!changes) return base::pass(changes);
  if (changes->empty())
    context.say("no snapshot holds " + render::clean(options.attribute) + " of this user");
  context.text(render::attribute_changes(*changes, context.view()));
  return api::exit_ok;
}

Exit show_user_log(Context& context) {
  PagedQuestion question{user_path(context) + "/log", "rows", {{"at", context.options.at}}};
  question.pins = {{"at", "/snapshot"}};
  auto answer = fetch_pages(context, std::move(question));
  if (!answer) return base::pass(answer);
  if (context.options.json) {
    context.json(*answer);
    return api::exit_ok;
  }
  auto rows = understand<std::vector<api::LogRow>>(answer->value("rows", json::array()));
  if (!rows) return base::pass(rows);
  auto state = understand<api::SectionState>(answer->value("audit", json::object()));
  if (state && !state->reason.empty())
    context.say("the audit log is " + std::string(api::name(state->completeness)) +
                " in this snapshot: " + render::clean(state->reason));
  if (rows->empty()) {
    context.say(
        "no row of the audit log is about this user; Graph keeps them for 30 days, or 7 "
        "without a licence, and a backup keeps what it finds");
    return api::exit_ok;
  }
  context.text(render::log_rows(*rows, context.view()) +
               page_note(rows->size(), answer->value("total", std::uint64_t{0}), "row",
                         answer->contains("cursor")));
  return api::exit_ok;
}

Exit compare_snapshots(Context& context) {
  const Options& options = context.options;
  if (options.since == "live" || options.until == "live") return live_is_whole_tenant(context);
  PagedQuestion question{"/diff",
                         "objects",
                         {{"from", options.since},
                          {"to", options.until},
                          {"kind", options.kind},
                          {"change", options.change},
                          {"details", options.details ? "true" : ""}}};
  question.pins = {{"from", "/from/snapshot"}, {"to", "/to/snapshot"}};
  auto answer = fetch_pages(context, std::move(question));
  if (!answer) return base::pass(answer);
  auto difference = understand<api::SnapshotDifference>(*answer);
  if (!difference) return base::pass(difference);
  if (options.json)
    context.json(*answer);
  else
    print_changes(context, *difference);
  return difference_code(context, !difference->objects.empty());
}

}  // namespace entrad::ctl
