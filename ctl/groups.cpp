// groups list, members, history; roles list, history.
#include <functional>

#include "api/error_table.h"
#include "base/text.h"
#include "ctl/answers.h"
#include "ctl/handlers.h"
#include "ctl/pages.h"
#include "ctl/render/links.h"

namespace entrad::ctl {
namespace {

using nlohmann::json;

// "… of aurora in snapshot 41 of 2026-…" above a list that is of one snapshot.
std::string heading(const Context& context, const json& answer, const std::string& what) {
  auto snapshot = understand<api::Snapshot>(answer.value("snapshot", json::object()));
  if (!snapshot) return {};
  return what + " in snapshot " + snapshot->number.str() + " of " +
         render::when(snapshot->sealed_at, context.view()) + "\n";
}

std::string span_heading(const Context& context, const json& answer, const std::string& what) {
  auto from = understand<api::Snapshot>(answer.value("from", json::object()));
  auto to = understand<api::Snapshot>(answer.value("to", json::object()));
  if (!from || !to) return {};
  return what + " after snapshot " + from->number.str() + " of " +
         render::when(from->sealed_at, context.view()) + "\n  up to snapshot " + to->number.str() +
         " of " + render::when(to->sealed_at, context.view()) + "\n";
}

std::string group_name(const json& answer) {
  const json group = answer.value("group", json::object());
  const std::string name = group.value("displayName", "");
  return render::clean(name.empty() ? group.value("id", "") : name);
}

template <typename Row>
base::Result<std::string> drawn(const json& rows,
                                const std::function<std::string(const std::vector<Row>&)>& draw) {
  auto read = understand<std::vector<Row>>(rows);
  if (!read) return base::pass(read);
  return draw(*read);
}

// The list in the answer, or what to say when it is empty.
template <typename Row>
Exit print_list(Context& context, const base::Result<json>& answer, const std::string& field,
                const std::string& head, std::string_view thing, const std::string& empty,
                const std::function<std::string(const std::vector<Row>&)>& draw) {
  const json& rows = answer->at(field);
  auto text = drawn<Row>(rows, draw);
  if (!text) return base::pass(text);
  if (rows.empty()) {
    context.text(head);
    context.say(empty);
    return api::exit_ok;
  }
  context.text(head + *text +
               page_note(rows.size(), answer->value("total", std::uint64_t{0}), thing,
                         answer->contains("cursor")));
  return api::exit_ok;
}

PagedQuestion of_moment(Context& context, const std::string& path, const std::string& field) {
  PagedQuestion question{path, field, {{"at", context.options.at}}};
  question.pins = {{"at", "/snapshot/number"}};
  return question;
}

PagedQuestion of_span(Context& context, const std::string& path) {
  PagedQuestion question{
      path, "events", {{"from", context.options.since}, {"to", context.options.until}}};
  question.pins = {{"from", "/from/number"}, {"to", "/to/number"}};
  return question;
}

std::string group_path(const Context& context) {
  return "/groups/" + base::url_encode(context.options.group);
}

}  // namespace

Exit list_groups(Context& context) {
  PagedQuestion question = of_moment(context, "/groups", "groups");
  question.parameters["search"] = context.options.search;
  question.parameters["counts"] = context.options.no_counts ? "" : "true";
  auto answer = fetch_pages(context, std::move(question));
  if (!answer) return base::pass(answer);
  if (context.options.json) {
    context.json(*answer);
    return api::exit_ok;
  }
  return print_list<api::GroupRow>(
      context, answer, "groups", heading(context, *answer, "groups"), "group",
      context.options.search.empty() ? "there are no groups in this snapshot"
                                     : "no group matches: try fewer letters of a name, mail or id",
      [&](const auto& rows) { return render::group_table(rows, context.view()); });
}

Exit list_members(Context& context) {
  auto answer = fetch_pages(context, of_moment(context, group_path(context) + "/members", "users"));
  if (!answer) return base::pass(answer);
  if (context.options.json) {
    context.json(*answer);
    return api::exit_ok;
  }
  return print_list<api::UserRow>(
      context, answer, "users", heading(context, *answer, "users in " + group_name(*answer)),
      "user", "no user was a direct member then",
      [&](const auto& rows) { return render::member_table(rows, context.view()); });
}

Exit show_group_history(Context& context) {
  auto answer = fetch_pages(context, of_span(context, group_path(context) + "/history"));
  if (!answer) return base::pass(answer);
  if (context.options.json) {
    context.json(*answer);
    return api::exit_ok;
  }
  return print_list<api::LinkEvent>(
      context, answer, "events",
      span_heading(context, *answer, "who joined and left " + group_name(*answer)), "event",
      "nobody joined or left in that time",
      [&](const auto& rows) { return render::event_table(rows, false, context.view()); });
}

Exit list_roles(Context& context) {
  PagedQuestion question = of_moment(context, "/roles", "holders");
  question.parameters["role"] = context.options.role;
  auto answer = fetch_pages(context, std::move(question));
  if (!answer) return base::pass(answer);
  if (context.options.json) {
    context.json(*answer);
    return api::exit_ok;
  }
  return print_list<api::RoleHolder>(
      context, answer, "holders", heading(context, *answer, "admin roles"), "assignment",
      context.options.role.empty()
          ? "no user held an admin role then"
          : "no user held that role then; `entractl roles list` names every role that is held",
      [&](const auto& rows) { return render::role_holder_table(rows, context.view()); });
}

Exit show_role_history(Context& context) {
  PagedQuestion question = of_span(context, "/roles/history");
  question.parameters["role"] = context.options.role;
  auto answer = fetch_pages(context, std::move(question));
  if (!answer) return base::pass(answer);
  if (context.options.json) {
    context.json(*answer);
    return api::exit_ok;
  }
  return print_list<api::LinkEvent>(
      context, answer, "events", span_heading(context, *answer, "who gained and lost admin roles"),
      "event", "nobody gained or lost one in that time",
      [&](const auto& rows) { return render::event_table(rows, true, context.view()); });
}

}  // namespace entrad::ctl
