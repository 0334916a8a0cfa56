#include "restore/live/schedule_list.h"

#include <algorithm>

#include "base/json.h"
#include "graph/calls.h"

namespace entrad::restore {
namespace {

using base::Guid;
using nlohmann::json;

std::string text_at(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

// Rows that come through a group are the group's; what was taken back is not held.
bool counts(const json& row) {
  const std::string member = text_at(row, "memberType");
  const std::string status = text_at(row, "status");
  return (member.empty() || member == "Direct") && status != "Revoked" && status != "Canceled";
}

bool is_unlicensed(const base::Error& error) {
  return error.details.is_object() &&
         error.details.value("code", "") == "AadPremiumLicenseRequired";
}

}  // namespace

bool ScheduleList::matters(const Holder& holder) const {
  if (holder.live.schedule_sight != ScheduleSight::unread) return false;
  if (context_.request.exact) return true;
  const Sections& wanted = holder.wanted;
  if (wanted.schedules && !wanted.schedules->empty()) return true;
  // A role that is to be held for good may be held for a time only.
  const auto& held = holder.live.sections.roles;
  return held && wanted.roles &&
         std::any_of(wanted.roles->begin(), wanted.roles->end(), [&held](const auto& role) {
           return std::find(held->begin(), held->end(), role) != held->end();
         });
}

base::Result<void> ScheduleList::enter_into(const std::vector<Holder>& holders) {
  if (!context_.request.with_roles) return {};
  for (const Holder& holder : holders) {
    if (!matters(holder)) continue;
    if (!read_) {
      auto lists = read();
      if (!lists) return base::pass(lists);
      read_ = std::move(*lists);
    }
    enter(holder.live);
  }
  return {};
}

base::Result<ScheduleList::Lists> ScheduleList::read() const {
  Lists lists;
  for (const bool eligible : {true, false}) {
    auto listed = read_list(eligible, lists);
    if (listed) continue;
    if (listed.error().kind != base::ErrorKind::permission_denied) return base::pass(listed);
    Lists none;
    none.sight = is_unlicensed(listed.error()) ? ScheduleSight::unlicensed : ScheduleSight::hidden;
    return none;
  }
  return lists;
}

base::Result<void> ScheduleList::read_list(bool eligible, Lists& lists) const {
  const base::WallTime now = context_.clock.wall();
  const auto before = lists.held;
  const auto take = [&](const json& row) {
    const auto principal = Guid::parse(text_at(row, "principalId"));
    const directory::Role role{text_at(row, "roleDefinitionId"), text_at(row, "directoryScopeId")};
    if (!principal || !counts(row)) return;
    Held& held = lists.held[*principal];
    const RoleSchedule schedule =
        role_schedule({role, eligible, row.value("scheduleInfo", json())}, now);
    if (text_at(row, "assignmentType") == "Activated")
      held.activated.insert(role);
    else if (schedule.is_for_good())
      held.for_good.insert(role);
    else if (!schedule.has_ended)
      held.schedules.push_back(schedule);
  };
  return context_.session.collection(
      eligible ? graph::calls::list_role_eligibility_schedules()
               : graph::calls::list_role_assignment_schedules(),
      [&take](std::string_view page) -> base::Result<void> {
        const json document = base::read_json(page);
        for (const json& row : document.value("value", json::array())) take(row);
        return {};
      },
      [&] { lists.held = before; }, call_);
}

// The list of assignments shows everything that is active now, by whatever schedule.
void ScheduleList::enter(Live& live) const {
  live.schedule_sight = read_->sight;
  if (live.where != Where::live || read_->sight != ScheduleSight::seen) return;
  Sections& sections = live.sections;
  sections.schedules.emplace();
  const auto found = read_->held.find(live.id);
  if (found == read_->held.end()) return;
  const Held& held = found->second;
  sections.schedules = held.schedules;
  live.activated_roles = held.activated;
  if (!sections.roles) return;
  std::erase_if(*sections.roles, [&held](const directory::Role& role) {
    return !held.for_good.contains(role) && !held.activated.contains(role) &&
           std::any_of(held.schedules.begin(), held.schedules.end(),
                       [&](const RoleSchedule& one) { return !one.eligible && one.role == role; });
  });
}

}  // namespace entrad::restore
