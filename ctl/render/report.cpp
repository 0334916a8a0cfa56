#include "ctl/render/report.h"

#include <algorithm>

#include "base/time_text.h"
#include "ctl/render/job.h"
#include "ctl/render/table.h"

namespace entrad::ctl::render {
namespace {

using Items = std::vector<api::Item>;

std::string user_of(const api::Item& item) {
  if (!item.user_principal_name.empty()) return item.user_principal_name;
  return item.display_name.empty() ? item.user_id : item.display_name;
}

std::uint64_t users_of(const api::Job& job) {
  std::uint64_t users = 0;
  for (const auto& [word, count] : job.outcomes) users += count;
  return users;
}

std::string outcome_lines(const api::Job& job) {
  std::string text;
  for (const auto& [word, count] : job.outcomes)
    if (count > 0) text += "  " + pad_left(number(count), 9) + "  " + clean(word) + "\n";
  return text;
}

std::string effort(const api::Job& job) {
  std::string text = counted(users_of(job), "user");
  if (job.started_at && job.ended_at)
    text += " in " + base::human_duration(*job.ended_at - *job.started_at);
  return text + ", " + counted(job.progress.writes, "write") + ", " +
         counted(job.progress.throttled, "throttled answer");
}

std::string times(const api::Job& job, const View& view) {
  if (!job.started_at) return "";
  std::string text = "  started " + when(*job.started_at, view);
  if (job.ended_at) text += ", ended " + base::rfc3339(*job.ended_at);
  return text + "\n";
}

std::string quota(const api::Job& job) {
  std::vector<std::string> parts;
  for (const auto& [bucket, units] : job.progress.quota)
    parts.push_back(clean(bucket) + " " + number(units));
  return parts.empty() ? "" : "  " + wrap("quota used: " + join(parts, ", "), 4, 2) + "\n";
}

// A partly restored user counts as verified where all that Graph can write is right; it is not
// equal to the snapshot for that.
std::string proof(const api::Report& report, const SeenJob& seen, const View& view) {
  const std::uint64_t as_far_as_possible = report.verified_in_part;
  const std::uint64_t equal =
      report.verified > as_far_as_possible ? report.verified - as_far_as_possible : 0;
  const std::uint64_t all = users_of(seen.job);
  const bool undoes = seen.kind == api::name(api::JobKind::undo);
  std::string text = "Proof: " + number(equal) + " of " + counted(all, "user") +
                     " read back from Graph and found " +
                     (undoes ? "as before the restore" : "equal to the snapshot");
  if (as_far_as_possible > 0)
    text += "; " + number(as_far_as_possible) + " more in all that Graph can write";
  return view.paint(wrap(text, 2, 0), equal == all ? Tone::good : Tone::warning) + "\n";
}

std::uint64_t count_of(const api::Report& report, const std::string& list, const Items& items) {
  const auto count = report.listed.find(list);
  return count == report.listed.end() ? items.size() : count->second;
}

std::string heading(const std::string& title, std::uint64_t count, const View& view) {
  return "\n" + view.paint(title + " (" + number(count) + ")", Tone::title) + "\n";
}

// `where`: a column of the report as CSV, and what stands in it.
std::string rest(const api::Job& job, std::uint64_t count, const std::string& where) {
  if (count <= kReportRows) return "";
  return "  and " + number(count - kReportRows) + " more: entractl jobs report " + job.id.str() +
         " --csv (" + where + ")\n";
}

template <typename Row>
std::string listed(const Items& items, Table table, const View& view, Row row) {
  const std::size_t shown = std::min(items.size(), kReportRows);
  for (std::size_t i = 0; i < shown; ++i) row(table, items[i]);
  return table.flush(view, 2);
}

std::string passwords(const api::Report& report, const View& view) {
  const Items& items = report.needs_password_reset;
  if (items.empty()) return "";
  const std::uint64_t count = count_of(report, "needsPasswordReset", items);
  Table table({{"USER", Column::left, 20}, {"NAME", Column::left, 12}});
  const bool sealed =
      report.job.request.is_object() && !report.job.request.value("sealTo", "").empty();
  return heading(sealed ? "Have a first password: entractl jobs secrets " + report.job.id.str()
                        : "Need a password reset: nobody knows the password they have now",
                 count, view) +
         listed(items, std::move(table), view,
                [](Table& rows, const api::Item& item) {
                  rows.row({user_of(item), item.display_name});
                }) +
         rest(report.job, count, "change resetPassword");
}

std::string registrations(const api::Report& report, const View& view) {
  const Items& items = report.needs_registration;
  if (items.empty()) return "";
  const std::uint64_t count = count_of(report, "needsRegistration", items);
  Table table({{"USER", Column::left, 20}, {"METHODS", Column::left, 20}});
  return heading("Must set up sign-in methods again: these were not restored for them", count,
                 view) +
         listed(items, std::move(table), view,
                [](Table& rows, const api::Item& item) {
                  rows.row({user_of(item), join(item.methods_to_register, ", ")});
                }) +
         rest(report.job, count, "change register");
}

std::string new_ids(const api::Report& report, const View& view) {
  const Items& items = report.id_changed;
  if (items.empty()) return "";
  const std::uint64_t count = count_of(report, "idChanged", items);
  Table table({{"USER", Column::left, 12}, {"OLD ID"}, {"NEW ID"}});
  return heading("Have a new object id: set again what names the old one", count, view) +
         listed(items, std::move(table), view,
                [](Table& rows, const api::Item& item) {
                  rows.row({user_of(item), item.user_id, item.new_user_id.value_or("-")});
                }) +
         rest(report.job, count, "newUserId");
}

std::string new_names(const api::Report& report, const View& view) {
  const Items& items = report.renamed;
  if (items.empty()) return "";
  const std::uint64_t count = count_of(report, "renamed", items);
  Table table({{"USER", Column::left, 20}, {"SIGNS IN AS", Column::left, 20}});
  return heading("Have another userPrincipalName, since theirs was taken: tell them", count, view) +
         listed(items, std::move(table), view,
                [](Table& rows, const api::Item& item) {
                  rows.row({user_of(item), item.new_name.value_or("-")});
                }) +
         rest(report.job, count, "change restore, create");
}

std::string not_restored(const api::Report& report, const View& view) {
  const Items& items = report.not_restored;
  if (items.empty()) return "";
  const std::uint64_t count = count_of(report, "notRestored", items);
  std::string text = heading("Not restored, or not wholly", count, view);
  const std::size_t shown = std::min(items.size(), kReportRows);
  for (std::size_t i = 0; i < shown; ++i) {
    const std::string word(api::name(items[i].outcome));
    text += "  " + clean(user_of(items[i])) + ": " + view.paint(word, tone_of(word)) + "\n" +
            problem_lines(items[i].problems, 4);
  }
  return text + rest(report.job, count, "outcome");
}

}  // namespace

std::string report(const api::Report& report, const SeenJob& seen, const View& view) {
  std::string text = job_verdict(seen, view);
  text += "  " + effort(seen.job) + "\n";
  text += times(seen.job, view) + quota(seen.job);
  text += outcome_lines(seen.job);
  if (users_of(seen.job) > 0) text += proof(report, seen, view);
  return text + passwords(report, view) + registrations(report, view) + new_ids(report, view) +
         new_names(report, view) + not_restored(report, view);
}

}  // namespace entrad::ctl::render
