#include "ctl/render/plan.h"

#include "base/time_text.h"
#include "ctl/render/job.h"

namespace entrad::ctl::render {
namespace {

constexpr std::size_t kLabel = 26;
constexpr std::size_t kNumber = 9;
constexpr std::size_t kNote = kLabel + kNumber + 3;

std::string row(const std::string& label, std::uint64_t value, const std::string& note = "") {
  const std::string head =
      pad_right("    " + clean(label), kLabel) + pad_left(number(value), kNumber);
  if (note.empty()) return head + "\n";
  return head + "   " + wrap(note, kNote, kNote) + "\n";
}

// Labels that the daemon chose may be long; their numbers come first.
std::string counted_line(const std::string& words, std::uint64_t value) {
  const std::string head = pad_left(number(value), kNumber) + "  ";
  return "  " + head + wrap(clean(words), kNumber + 4, kNumber + 4) + "\n";
}

// Whether the request makes users that are not there be there.
bool brings_back(const SeenJob& seen) {
  const auto& request = seen.job.request;
  if (!request.is_object() || seen.kind != api::name(api::JobKind::restore)) return true;
  return request.value("withObject", true) || !request.value("asNew", "").empty();
}

std::string left_out_lines(const api::Plan& plan) {
  std::string text;
  for (const auto& [label, count] :
       {std::pair{"in the recycle bin", plan.in_recycle_bin},
        std::pair{plan.to_tenant.empty() ? "gone for good" : "not there yet", plan.gone}})
    if (count > 0) text += row(label, count, "stay so: add --with-object to bring them back");
  return text;
}

std::string found_lines(const api::Plan& plan, bool brings_back) {
  std::string text;
  if (plan.live > 0 || (plan.as_new == 0 && plan.to_tenant.empty()))
    text += row("live", plan.live,
                plan.to_tenant.empty() ? "still there; only what differs is written"
                                       : "restored to it before; only what differs is written");
  if (!brings_back) return text + left_out_lines(plan);
  if (plan.in_recycle_bin > 0)
    text += row("in the recycle bin", plan.in_recycle_bin,
                "come back with the same object id, and with what still hangs on it");
  if (plan.gone > 0 && !plan.to_tenant.empty())
    text += row("not there yet", plan.gone,
                "are made in tenant " + clean(plan.to_tenant) +
                    " with new object ids; each of them needs a new password");
  else if (plan.gone > 0)
    text += row("gone for good", plan.gone,
                "are created again with a NEW object id. Whatever names the old id outside this "
                "restore (Conditional Access, Azure, SharePoint, apps) must be set again, and "
                "each of these users needs a new password");
  if (plan.as_new > 0)
    text += row("as new users", plan.as_new,
                "are created beside the old ones, with new names and object ids; each of them "
                "needs a new password");
  return text;
}

std::string other_lines(const api::Plan& plan) {
  std::string text;
  if (plan.already_right > 0)
    text += row("already right", plan.already_right, "equal to the snapshot; nothing to write");
  if (plan.impossible > 0)
    text += row("cannot be restored", plan.impossible,
                "see why: entractl jobs items " + plan.job.str() + " --outcome impossible");
  return text;
}

std::string section(const std::string& title, const std::map<std::string, std::uint64_t>& lines,
                    const View& view, Tone tone) {
  if (lines.empty()) return "";
  std::string text = "  " + view.paint(title, tone) + "\n";
  for (const auto& [words, value] : lines) text += counted_line(words, value);
  return text;
}

std::string where_to(const api::Plan& plan, const SeenJob& seen, const View& view) {
  if (seen.kind == api::name(api::JobKind::undo) && seen.job.request.is_object())
    return "to the state before job " +
           std::to_string(seen.job.request.value("job", std::uint64_t{0})) +
           "; what somebody has changed since is left alone";
  return "to snapshot " + plan.snapshot.str() + " of " + when(plan.snapshot_time, view);
}

std::string elsewhere(const api::Plan& plan) {
  if (plan.to_tenant.empty()) return "";
  std::string text = "  " +
                     wrap("in tenant " + clean(plan.to_tenant) + ", with the domain " +
                              clean(plan.domain) + " where the map names no other one",
                          2, 4) +
                     "\n";
  if (!plan.groups_to_create.empty())
    text += "  " +
            wrap("makes these groups, empty: " + clean(join(plan.groups_to_create, ", ")), 2, 4) +
            "\n";
  return text;
}

std::string named_lines(const api::Plan& plan, const View& view) {
  if (plan.counterparts.empty()) return "";
  std::string text = "  " + view.paint("called otherwise there", Tone::title) + "\n";
  for (const auto& [here, there] : plan.counterparts)
    text += "    " + wrap(clean(here) + " -> " + clean(there), 4, 8) + "\n";
  return text;
}

std::string cost_lines(const api::Plan& plan, const View& view) {
  std::string text = section("cost in Graph quota (writes)", plan.writes, view, Tone::title);
  if (text.empty()) return "  nothing to write\n";
  return text + "  takes about " + base::human_duration(std::chrono::seconds(plan.eta_seconds)) +
         " at Graph's limits\n";
}

}  // namespace

std::uint64_t users_to_write(const api::Plan& plan) {
  const std::uint64_t left_alone = plan.already_right + plan.impossible;
  return plan.users > left_alone ? plan.users - left_alone : 0;
}

std::string removals(const api::Plan& plan) {
  std::vector<std::string> parts;
  for (const auto& [what, times] : plan.removals) parts.push_back(counted(times, clean(what)));
  return join(parts, ", ");
}

std::string plan(const api::Plan& plan, const SeenJob& seen, const View& view) {
  std::string text = view.paint("Plan of " + seen.kind + " job " + plan.job.str(), Tone::title) +
                     ", tenant " + clean(seen.job.tenant) + ", made " + age(plan.made_at, view) +
                     "\n";
  text += "  " + where_to(plan, seen, view) + "\n" + elsewhere(plan);
  if (const std::string what = seen.job.request.is_object() ? asked(seen.job.request) : "";
      !what.empty())
    text += "  restores: " + wrap(what, 4, 12) + "\n";
  text += "  " + view.paint(counted(plan.users, "user"), Tone::title) + "\n" +
          found_lines(plan, brings_back(seen)) + other_lines(plan);
  text += named_lines(plan, view);
  text += section("left out (users)", plan.left_out, view, Tone::warning);
  text += section("what will be written", plan.actions, view, Tone::title);
  std::map<std::string, std::uint64_t> removed;
  for (const auto& [what, times] : plan.removals) removed[times == 1 ? what : what + "s"] = times;
  text += section("what will be removed", removed, view, Tone::bad);
  text += cost_lines(plan, view);
  text += section("risks (users)", plan.risks, view, Tone::warning);
  return text;
}

}  // namespace entrad::ctl::render
