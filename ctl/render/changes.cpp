// Parts: text of one user, rows of one user.
#include "ctl/render/changes.h"

#include "base/json.h"
#include "base/time_text.h"
#include "ctl/render/history.h"
#include "ctl/render/job.h"

namespace entrad::ctl::render {
namespace {

using api::ReportedChange;
using api::ReportedUser;

bool is_done(const ReportedChange& change) {
  return change.status == "written" || change.status == "confirmed" ||
         change.status == "unanswered";
}

bool is_link(const ReportedChange& change) {
  return change.change == "added" || change.change == "removed" || change.change == "changed";
}

std::string doubt(const ReportedChange& change) {
  return change.status == "unanswered" ? "Graph gave no answer" : "";
}

std::string event_words(const ReportedChange& change) {
  if (change.change == "created") return "created as " + change.what + ", object id " + change.id;
  if (change.change == "restored") return "restored from the recycle bin";
  if (change.change == "deleted") return "deleted into the recycle bin";
  if (change.change == "sessionsRevoked") return "sign-in sessions revoked";
  if (change.change == "passIssued") return "temporary access pass issued";
  return change.change + " " + change.what;
}

std::string event_line(const ReportedChange& change, const View& view) {
  std::string words = clean(event_words(change));
  if (const std::string why = doubt(change); !why.empty()) words += " (" + why + ")";
  return "  " + view.paint(wrap(words, 4, 2), Tone::title) + "\n";
}

api::ValueChange value_of(const ReportedChange& change) {
  api::ValueChange value{change.what, change.from, change.to, change.added, change.removed};
  if (const std::string why = doubt(change); !why.empty()) value.attribute += " (" + why + ")";
  return value;
}

// By name and id: a name may have been given to something else since.
api::LinkChange link_of(const ReportedChange& change) {
  api::LinkChange link;
  link.section = change.section;
  link.change = change.change;
  link.id = change.id;
  link.display_name = change.what;
  link.detail = change.detail;
  if (!change.id.empty() && change.id != change.what && !change.kind.empty())
    link.detail += (link.detail.empty() ? "" : ", ") + change.id;
  if (const std::string why = doubt(change); !why.empty())
    link.detail += (link.detail.empty() ? "" : ", ") + why;
  link.from = change.from;
  link.to = change.to;
  return link;
}

std::string left_lines(const ReportedChange& change, const View& view) {
  if (change.status == "toDo") {
    const std::string what = change.what.empty() ? "" : change.what + ": ";
    return "  " + view.paint("to do: " + wrap(clean(what + change.remedy), 4, 9), Tone::warning) +
           "\n";
  }
  std::string words = change.status == "refused" ? "refused" : "not done";
  if (!change.what.empty()) words += ": " + change.change + " " + change.what;
  return "  " + view.paint(wrap(clean(words), 4, 2), Tone::bad) + "\n" +
         problem_lines({{change.reason, change.message, change.remedy}}, 4);
}

std::string who(const api::Item& item, const View& view) {
  std::string name = item.user_principal_name;
  if (name.empty()) name = item.display_name.empty() ? item.user_id : item.display_name;
  const std::string outcome(api::name(item.outcome));
  return view.paint(clean(name), Tone::title) + ": " + view.paint(outcome, tone_of(outcome)) +
         (item.verified ? ", read back and found right" : "") + "\n";
}

std::string cell_of(const nlohmann::json& value) {
  if (value.is_null()) return "";
  return value.is_string() ? value.get<std::string>() : base::json_text(value);
}

std::vector<std::string> row_of(const api::Item& item, const ReportedChange& change) {
  return {std::to_string(item.seq),
          item.user_id,
          item.new_user_id.value_or(""),
          item.user_principal_name,
          item.display_name,
          std::string(api::name(item.outcome)),
          item.verified ? "true" : "false",
          change.section,
          change.change,
          change.what,
          change.id,
          change.detail,
          cell_of(change.from),
          cell_of(change.to),
          change.at ? base::rfc3339(*change.at) : "",
          change.status,
          change.message,
          change.remedy};
}

}  // namespace

std::string changes_of_user(const ReportedUser& user, const View& view) {
  std::string text = who(user.item, view);
  std::vector<api::ValueChange> values;
  std::vector<api::LinkChange> links;
  std::string left;
  for (const ReportedChange& change : user.changes) {
    if (!is_done(change))
      left += left_lines(change, view);
    else if (change.change == "set")
      values.push_back(value_of(change));
    else if (is_link(change))
      links.push_back(link_of(change));
    else
      text += event_line(change, view);
  }
  return text + changed_lines(values, links, view) + left;
}

std::vector<std::string> change_columns() {
  return {"seq",         "userId",  "newUserId", "userPrincipalName",
          "displayName", "outcome", "verified",  "section",
          "change",      "what",    "id",        "detail",
          "from",        "to",      "at",        "status",
          "message",     "remedy"};
}

std::vector<std::vector<std::string>> change_rows(const ReportedUser& user) {
  std::vector<std::vector<std::string>> rows;
  for (const ReportedChange& change : user.changes) rows.push_back(row_of(user.item, change));
  if (!rows.empty()) return rows;
  ReportedChange none;
  none.change = none.status = "none";
  return {row_of(user.item, none)};
}

}  // namespace entrad::ctl::render
