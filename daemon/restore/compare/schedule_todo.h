// Schedule todo: what of the admin roles by schedule (PIM) still has to be written, as a part of
// the todo, and as writes.
// Thread safety: pure functions.
#pragma once

#include "restore/apply/entry.h"
#include "restore/apply/writer.h"

namespace entrad::restore {

// Comes after the roles that are held for good, and corrects what was found of those: a role that
// is held for a time, or for good where it shall end, is not assigned anew but gets another end.
void compare_schedules(bool exact, const Sections& wanted, const Live& live, const Targets& targets,
                       const History& history, Todo& todo);

// Of roles that are active and that the snapshot does not have: those that it knows by a schedule
// stay, or are cared for by compare_schedules().
bool is_scheduled(const Sections& wanted, const Live& live, const directory::Role& role);

// Requests for what the entry's todo has of schedules, as writes of kind "schedule".
void add_schedule_writes(const Context& context, const Entry& entry, std::vector<Write>& writes);
void add_schedule_removals(const Context& context, const Entry& entry, std::vector<Write>& writes);

}  // namespace entrad::restore
