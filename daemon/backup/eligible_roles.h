// Admin roles by schedule (PIM): who may activate a role, and who holds one for a time.
// Source: Microsoft Graph v1.0 reference, "List roleEligibilitySchedules" and "List
// roleAssignmentSchedules". Thread safety: belongs to the thread of one backup.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "backup/sweep.h"
#include "directory/sections.h"

namespace entrad::backup {

struct RoleSchedules {
  // By principal. Eligible assignments, and active ones that begin or end at some time.
  std::map<base::Guid, std::vector<directory::HeldRole>> held;
  // Activated by their holders for some hours: what they are eligible for is in `held`.
  std::map<base::Guid, std::set<directory::Role>> activated;
  // Active for good, by the schedule of that name: they are in the list of assignments as well.
  std::map<base::Guid, std::set<directory::Role>> permanent;
  bool read = false;   // false: nothing is known of schedules, `reason` says why
  std::string reason;  // also where the tenant has no licence for them, and so has none
};

// Errors: those that are about more than a permission or a licence.
base::Result<RoleSchedules> read_role_schedules(Sweep& sweep);

// One row of the list of assignments or of schedules; nullopt: it names no principal or role.
struct RoleRow {
  base::Guid principal;
  directory::Role role;
};
std::optional<RoleRow> role_row(const nlohmann::json& row);

}  // namespace entrad::backup
