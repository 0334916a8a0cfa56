// CompareObject: what of a user's own attributes still has to be written.
// Thread safety: pure functions.
#pragma once

#include <optional>

#include "restore/compare/todo.h"

namespace entrad::restore {

// Enters into `todo` the changes that the request asks for, and what cannot be written.
void compare_object(const api::RestoreRequest& request, const Sections& wanted, const Live& live,
                    const Targets& targets, const History& history, Todo& todo);

// Enters into `todo` the directory extensions that a user who is created has to do without.
void tell_lost_extensions(const Sections& wanted, const Targets& targets, Todo& todo);

// The sign-in that a user gets last who is created without it; nothing where none is to come.
std::optional<directory::Change> enabled_later(const Sections& wanted, const History& history);

}  // namespace entrad::restore
