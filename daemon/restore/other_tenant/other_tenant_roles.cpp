// What admin roles are in another tenant, with the units that they are held for.
#include <algorithm>

#include "restore/other_tenant/other_tenant.h"

namespace entrad::restore {
namespace {

using api::CounterpartKind;
using base::Guid;

constexpr std::string_view kUnitScope = "/administrativeUnits/";

}  // namespace

bool OtherTenant::translate_scope(directory::Role& role, Goal& goal) const {
  if (role.directory_scope_id == "/") return true;
  const bool unit = role.directory_scope_id.starts_with(kUnitScope);
  const auto id = Guid::parse(role.directory_scope_id.substr(unit ? kUnitScope.size() : 1));
  if (!unit || !id) {
    goal.problems.push_back({"notFound",
                             "a role was held for one object of the old tenant only (" +
                                 role.directory_scope_id + "), which has no counterpart",
                             "assign it by hand in the Microsoft Entra admin center"});
    return false;
  }
  const Found& found = find(CounterpartKind::administrative_unit, *id);
  if (!found.there) {
    goal.problems.push_back(missing(CounterpartKind::administrative_unit, found));
    return false;
  }
  role.directory_scope_id = std::string(kUnitScope) + found.there->str();
  return true;
}

bool OtherTenant::translate_role(directory::Role& role, Goal& goal) const {
  const Found& found =
      find(CounterpartKind::role, Guid::parse(role.role_definition_id).value_or(Guid()));
  if (!found.there) {
    goal.problems.push_back(missing(CounterpartKind::role, found));
    return false;
  }
  role.role_definition_id = found.there->str();
  return translate_scope(role, goal);
}

void OtherTenant::translate_roles(Goal& goal) const {
  std::vector<directory::Role> there;
  for (directory::Role role : *goal.wanted.roles)
    if (translate_role(role, goal)) there.push_back(std::move(role));
  std::sort(there.begin(), there.end());
  there.erase(std::unique(there.begin(), there.end()), there.end());
  goal.wanted.roles = std::move(there);
  if (!goal.wanted.schedules) return;
  std::vector<RoleSchedule> schedules;
  for (RoleSchedule schedule : *goal.wanted.schedules)
    if (translate_role(schedule.role, goal)) add_schedule(schedules, std::move(schedule));
  goal.wanted.schedules = std::move(schedules);
}

}  // namespace entrad::restore
