// Compares sponsors and owned objects: a part of compare() in todo.h.
// Thread safety: pure functions.
#pragma once

#include "restore/compare/todo.h"

namespace entrad::restore {

// They belong to the object, as the manager does: what there is beside the snapshot's goes where
// the request is exact. Present ids are those of the tenant that is restored to.
void compare_sponsors(const api::RestoreRequest& request, const Sections& wanted, const Live& live,
                      const Targets& targets, const History& history, Todo& todo);

// A last owner stays.
void compare_owned_objects(const api::RestoreRequest& request, const Sections& wanted,
                           const Live& live, const Targets& targets, const History& history,
                           Todo& todo);

// "the group \"Sales\""
std::string words_of_owned(const directory::Link& object, const Targets& targets);

}  // namespace entrad::restore
