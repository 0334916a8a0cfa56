// Which application permissions each section of a backup and each part of a restore needs.
//
// Source: Microsoft Graph permissions reference and the permission tables of the calls; the first
// permission of each group is the least privileged that is enough for everything we ask.
// Thread safety: constant data.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "graph/tenant.h"

namespace entrad::graph {

struct PermissionNeed {
  Purpose purpose;
  std::string_view what;  // "section memberships", "restore with roles"
  // Each group needs one of its permissions: groups apart by ' ', permissions by '|'.
  std::string_view groups;
  // The same, of what one may do without; and what happens then.
  std::string_view wider_groups;
  std::string_view without;
  // Cheap GETs that show whether it works, apart by ' '; "{user}" is the id of some user.
  std::string_view probes;
  bool by_choice = false;  // whoever does without it has chosen so: nothing to put right
};

// The one that hangs on a policy of the tenant as well.
inline constexpr std::string_view kTemporaryPasses = "restore with temporary passes";

std::span<const PermissionNeed> permission_needs();

// The least privileged permission of every group of which `granted` has none.
std::vector<std::string> missing_permissions(std::string_view groups,
                                             const std::vector<std::string>& granted);

// Of `granted`: what changes something, and what nothing of `purpose` needs.
std::vector<std::string> writing_permissions(const std::vector<std::string>& granted);
std::vector<std::string> unneeded_permissions(Purpose purpose,
                                              const std::vector<std::string>& granted);

}  // namespace entrad::graph
