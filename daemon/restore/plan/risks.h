// Risks: what Graph may refuse of a plan as a whole, asked beforehand.
// Thread safety: belongs to the job's thread.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "restore/compare/todo.h"
#include "restore/live/role_list.h"

namespace entrad::restore {

// Whether Graph lets an app write this to an administrator only if the app holds an admin role
// itself. Source: "Update user", permissions; "Authentication methods", permissions.
bool is_guarded(const Todo& todo);

// How many of these users hold admin roles for good. Where that cannot be read: 0. `roles` are kept
// once they have been read.
std::uint64_t admins_among(const Context& context, const std::vector<base::Guid>& users,
                           std::optional<RoleList>& roles, const graph::Call& call);

// How many more objects the directory takes; nothing where that cannot be read. Source: Microsoft
// Graph v1.0, "Get organization", directorySizeQuota.
std::optional<std::uint64_t> room_for_objects(const Context& context, const graph::Call& call);

}  // namespace entrad::restore
