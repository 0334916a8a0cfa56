#include "ctl/render/job.h"

#include <array>
#include <utility>

#include "base/time_text.h"

namespace entrad::ctl::render {
namespace {

std::string how_far(const SeenJob& seen) {
  const api::Progress& progress = seen.job.progress;
  if (seen.is_final() || progress.total == 0) return progress.done > 0 ? number(progress.done) : "";
  return number(progress.done) + "/" + number(progress.total);
}

std::string line(const std::string& label, const std::string& text) {
  constexpr std::size_t kLabel = 14;
  return "  " + pad_right(label, kLabel) + wrap(clean(text), kLabel + 2, kLabel + 2) + "\n";
}

std::string time_lines(const api::Job& job, const View& view) {
  std::string text =
      line("submitted", when(job.created_at, view) + (job.requested_by.empty() ? "" : " by ") +
                            job.requested_by);
  if (job.started_at) text += line("started", when(*job.started_at, view));
  if (job.ended_at) text += line("ended", when(*job.ended_at, view));
  if (job.started_at && job.ended_at)
    text += line("took", base::human_duration(*job.ended_at - *job.started_at));
  return text;
}

std::string outcome_line(const api::Job& job) {
  std::vector<std::string> parts;
  for (const auto& [outcome, count] : job.outcomes)
    if (count > 0) parts.push_back(number(count) + " " + outcome);
  return parts.empty() ? "" : line("users", join(parts, ", "));
}

std::string progress_lines(const SeenJob& seen) {
  const api::Progress& progress = seen.job.progress;
  std::string text;
  if (!progress.phase.empty() && !seen.is_final())
    text += line("phase", progress.phase + " " + how_far(seen));
  if (progress.writes > 0 || progress.writes_planned > 0)
    text += line("writes", number(progress.writes) + " of " + number(progress.writes_planned) +
                               " planned, " + counted(progress.throttled, "throttled answer"));
  return text;
}

std::string selected(const nlohmann::json& request) {
  const auto found = request.find("selection");
  if (found == request.end() || !found->is_object()) return "";
  if (found->value("all", false)) return "all users";
  const std::string search = found->value("search", "");
  if (!search.empty()) return "users matching \"" + search + "\"";
  const std::string filter = found->value("filter", "");
  if (!filter.empty()) return "users with " + filter;
  if (found->value("deleted", false)) return "users who are not in the directory now";
  if (found->value("changed", false)) return "users whom the newest snapshot has otherwise";
  return counted(found->value("users", nlohmann::json::array()).size(), "named user");
}

std::string request_lines(const api::Job& job) {
  if (!job.request.is_object()) return "";
  if (job.kind == api::JobKind::undo)
    return line("undoes", "job " + std::to_string(job.request.value("job", std::uint64_t{0})));
  if (job.kind != api::JobKind::restore) return "";
  std::string text = line("restores", asked(job.request));
  if (const std::string who = selected(job.request); !who.empty()) text += line("of", who);
  return text;
}

bool may_remove(const api::Job& job) {
  return job.request.is_object() && job.request.value("exact", false);
}

}  // namespace

Tone tone_of(const std::string& state) {
  if (state == "succeeded" || state == "restored" || state == "alreadyRight") return Tone::good;
  if (state == "failed" || state == "impossible") return Tone::bad;
  if (state == "partial" || state == "held" || state == "waiting") return Tone::warning;
  return Tone::plain;
}

std::string asked(const nlohmann::json& request) {
  std::vector<std::string> parts;
  constexpr std::array<std::pair<const char*, const char*>, 8> kSections{
      {{"withObject", "object and manager"},
       {"withManager", "manager"},
       {"withMemberships", "memberships"},
       {"withRoles", "roles"},
       {"withAuthMethods", "authentication methods"},
       {"withLicenses", "licences"},
       {"withAppRoles", "app roles"},
       {"withOwnedObjects", "owned objects"}}};
  if (const std::string name = request.value("asNew", ""); !name.empty())
    parts.push_back("as new, named " + name);
  for (const auto& [field, words] : kSections)
    if (request.value(field, false)) parts.emplace_back(words);
  std::string text = join(parts, ", ");
  const auto names = request.value("attributes", std::vector<std::string>());
  if (!names.empty()) text += "; of the attributes only " + join(names, ", ");
  if (request.value("attributeMode", "") == "merge")
    text += "; of the attributes only those without a value";
  if (const std::string home = request.value("toTenant", ""); !home.empty())
    text += "; to tenant " + home;
  if (request.value("revokeSessions", false)) text += "; sessions revoked";
  if (request.value("temporaryAccessPass", false)) text += "; with a temporary access pass";
  if (request.value("exact", false)) text += "; exactly, so that what is not in it is removed";
  if (request.value("blockSignIn", false))
    text += text.empty() ? "nothing but blocks sign-in" : "; sign-in blocked";
  return text;
}

std::string job_table(const std::vector<SeenJob>& jobs, const View& view) {
  Table table({{"JOB", Column::right},
               {"KIND"},
               {"TENANT", Column::left, 8},
               {"STATE"},
               {"DONE", Column::right},
               {"SUBMITTED"},
               {"BY", Column::left, 6},
               {"REASON", Column::left, 12}});
  for (const SeenJob& seen : jobs) {
    const std::string& failed = seen.job.failure ? seen.job.failure->message : seen.job.reason;
    table.row({number(seen.job.id.value),
               seen.kind,
               seen.job.tenant,
               {seen.state, tone_of(seen.state)},
               how_far(seen),
               base::rfc3339(seen.job.created_at),
               seen.job.requested_by,
               failed});
  }
  return table.flush(view);
}

std::string job_verdict(const SeenJob& seen, const View& view) {
  std::string text =
      seen.kind + " job " + seen.job.id.str() + ": " + view.paint(seen.state, tone_of(seen.state));
  std::size_t used = display_width(seen.kind + " job " + seen.job.id.str() + ": " + seen.state);
  if (!seen.job.reason.empty() && !seen.is_final())
    text += ", " + wrap(clean(seen.job.reason), 2, used + 2);
  if (seen.job.cancel_requested && !seen.is_final())
    text += ", being cancelled: what is under way is finished first";
  text += "\n";
  if (seen.job.failure) text += problem_lines({*seen.job.failure}, 2);
  return text;
}

std::string job_details(const SeenJob& seen, const View& view) {
  const api::Job& job = seen.job;
  std::string text = job_verdict(seen, view);
  if (!job.tenant.empty()) text += line("tenant", job.tenant);
  text += request_lines(job);
  if (job.snapshot)
    text += line("snapshot", job.snapshot->str() +
                                 (job.snapshot_tenant ? " of tenant " + *job.snapshot_tenant : ""));
  text += time_lines(job, view);
  if (job.until && !seen.is_final()) text += line("goes on", when(*job.until, view));
  text += progress_lines(seen) + outcome_line(job);
  const bool writes = job.kind == api::JobKind::restore || job.kind == api::JobKind::undo;
  if (seen.is_held() && writes)
    text += line("go on", "`entractl restore --apply " + job.id.str() +
                              (may_remove(job) ? " --approve-removals" : "") +
                              "`, or drop it: `entractl " + "jobs cancel " + job.id.str() + "`");
  return text;
}

Table item_table() {
  return Table({{"ITEM", Column::right},
                {"USER", Column::left, 20},
                {"FOUND"},
                {"OUTCOME"},
                {"WHAT", Column::left, 20}});
}

void add_item(Table& table, const api::Item& item) {
  std::string what = join(item.done.empty() ? item.planned : item.done, "; ");
  if (!item.problems.empty()) what = item.problems.front().message;
  const std::string outcome(api::name(item.outcome));
  table.row({number(item.seq),
             item.user_principal_name.empty() ? item.user_id : item.user_principal_name,
             item.found,
             {outcome, tone_of(outcome)},
             what});
}

std::string problem_lines(const std::vector<api::Failure>& problems, std::size_t indent) {
  std::string text;
  const std::string margin(indent, ' ');
  for (const api::Failure& problem : problems) {
    text += margin + wrap(clean(problem.message), indent, indent) + "\n";
    if (!problem.hint.empty())
      text += margin + "-> " + wrap(clean(problem.hint), indent + 3, indent + 3) + "\n";
  }
  return text;
}

}  // namespace entrad::ctl::render
