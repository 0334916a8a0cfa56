// Which application permissions each section of a backup and each part of a restore needs.
//
// Source: Microsoft Graph permissions reference and the permission tables of the calls; the first
// permission of each group is the least privileged that is enough for everything we ask.
// Thread safety: constant data.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "graph/session.h"
#include "graph/tenant.h"

namespace entrad::graph {

struct PermissionNeed {
  Purpose purpose;
  std::string_view what;  // "section memberships", "restore with roles"
  // Each group needs one of its permissions: groups apart by ' ', permissions by '|'.
  std::string_view groups;
  // A cheap GET that shows whether it works; empty: none.
  std::string_view probe;
};

std::span<const PermissionNeed> permission_needs();

// The least privileged permission of every group of which `granted` has none.
std::vector<std::string> missing_permissions(const PermissionNeed& need,
                                             const std::vector<std::string>& granted);

}  // namespace entrad::graph
