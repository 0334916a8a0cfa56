// Moved: what a user's plan does not say, because somebody has changed the user since it was made.
// Thread safety: pure functions.
#pragma once

#include <string>
#include <vector>

#include "restore/apply/entry.h"
#include "restore/compare/todo.h"
#include "restore/other_tenant/other_tenant.h"

namespace entrad::restore {

// The names of all writes of a todo, for the item's `work`.
std::vector<std::string> keys_of(const Todo& todo);

// Whether `now`, found in `live`, would write what was not planned, or over a value other than the
// one that the plan saw in `before`. What has become right by itself is no reason to stop.
bool has_moved(const Todo& now, const Live& live, const std::vector<std::string>& planned,
               const Live& before);

// Leaves such a user alone, and says in the item what would be written now. Groups that were made
// in the other tenant since, if there is one, are not what has moved.
bool hold_if_moved(Entry& entry, const Targets& targets, const OtherTenant* other);

}  // namespace entrad::restore
