// Parts: comparing; words for what cannot be written; writes.
#include "restore/compare/schedule_todo.h"

#include <algorithm>

#include "base/time_text.h"
#include "graph/calls.h"

namespace entrad::restore {
namespace {

using api::Failure;
using directory::Role;
using Schedules = std::vector<RoleSchedule>;

template <typename T>
bool has(const std::optional<std::vector<T>>& list, const T& one) {
  return list && std::find(list->begin(), list->end(), one) != list->end();
}

const RoleSchedule* find(const std::optional<Schedules>& list, const RoleSchedule& like) {
  if (!list) return nullptr;
  const auto found = std::find_if(list->begin(), list->end(),
                                  [&](const RoleSchedule& one) { return one.same_role(like); });
  return found == list->end() ? nullptr : &*found;
}

bool has_same_end(const std::optional<Schedules>& list, const RoleSchedule& like) {
  return list && std::any_of(list->begin(), list->end(), [&](const RoleSchedule& one) {
           return one.same_role(like) && one.end == like.end;
         });
}

Failure ended(const RoleSchedule& schedule, const std::string& role) {
  return schedule.eligible ? Failure{"graphRefused",
                                     "the user was eligible for the role " + role + " until " +
                                         schedule.end + ", which has passed",
                                     "nothing to do, or make the user eligible anew"}
                           : Failure{"graphRefused",
                                     "the role " + role + " was held until " + schedule.end +
                                         ", which has passed",
                                     "nothing to do, or assign it anew"};
}

Failure out_of_sight(ScheduleSight sight, const RoleSchedule& schedule, const std::string& role) {
  const std::string begin =
      "the role " + role + " was held by a schedule, or to be activated, and ";
  if (sight == ScheduleSight::unlicensed)
    return {"permissionDenied",
            begin + "the tenant lacks the Entra ID P2 or Governance licence that this needs",
            "license the tenant, then restore with roles again; or assign the role for good"};
  return {"permissionDenied",
          begin + "that can neither be seen nor written: the app registration lacks " +
              (schedule.eligible ? "RoleEligibilitySchedule" : "RoleAssignmentSchedule") +
              ".ReadWrite.Directory",
          "grant it with admin consent, then restore with roles again; or assign the role in "
          "Privileged Identity Management"};
}

class Comparer {
 public:
  Comparer(bool exact, const Sections& wanted, const Live& live, const Targets& targets,
           const History& history, Todo& todo)
      : exact_(exact),
        wanted_(wanted),
        live_(live),
        targets_(targets),
        history_(history),
        todo_(todo) {}

  void run() {
    if (live_.schedule_sight == ScheduleSight::hidden ||
        live_.schedule_sight == ScheduleSight::unlicensed)
      return tell_out_of_sight();
    if (!live_.sections.schedules && !todo_.create) return;
    lengthen_roles();
    if (!wanted_.schedules) return;
    for (const RoleSchedule& schedule : *wanted_.schedules) place(schedule);
    if (exact_ && live_.sections.schedules)
      for (const RoleSchedule& schedule : *live_.sections.schedules) place_extra(schedule);
  }

 private:
  void tell_out_of_sight() {
    for (const RoleSchedule& schedule : wanted_.schedules.value_or(Schedules()))
      if (!schedule.has_ended)
        todo_.problems.push_back(out_of_sight(live_.schedule_sight, schedule, name_of(schedule)));
      else if (is_made_anew())
        todo_.problems.push_back(ended(schedule, name_of(schedule)));
  }

  // Shall be held for good, and are held for a time.
  void lengthen_roles() {
    std::erase_if(todo_.roles, [this](const Role& role) {
      const RoleSchedule for_good{role, false, "", "", false};
      if (!find(live_.sections.schedules, for_good)) return false;
      if (!is_given_up(for_good)) todo_.changed_schedules.push_back(for_good);
      return true;
    });
  }

  void place(const RoleSchedule& schedule) {
    const bool held = find(live_.sections.schedules, schedule) != nullptr;
    const bool held_for_good = !schedule.eligible && has(live_.sections.roles, schedule.role) &&
                               !live_.activated_roles.contains(schedule.role);
    if (schedule.has_ended) {
      if (is_made_anew() && !held && !held_for_good)
        todo_.problems.push_back(ended(schedule, name_of(schedule)));
      return;
    }
    if (held_for_good) std::erase(todo_.extra_roles, schedule.role);
    if (has_same_end(live_.sections.schedules, schedule) || is_given_up(schedule)) return;
    if (held || (held_for_good && exact_))
      todo_.changed_schedules.push_back(schedule);
    else if (!held_for_good)
      todo_.schedules.push_back(schedule);
  }

  void place_extra(const RoleSchedule& schedule) {
    const RoleSchedule* const known = find(wanted_.schedules, schedule);
    if (known && !known->has_ended) return;
    if (!schedule.eligible && has(wanted_.roles, schedule.role)) return;
    if (!history_.given_up.contains(key_of_removal(key_of(schedule))))
      todo_.extra_schedules.push_back(schedule);
  }

  // Whoever is there lost the role when its time was over, as it was to be.
  bool is_made_anew() const { return todo_.create || history_.created; }
  bool is_given_up(const RoleSchedule& schedule) const {
    return history_.given_up.contains(key_of(schedule));
  }
  std::string name_of(const RoleSchedule& schedule) const {
    return targets_.role_name(schedule.role.role_definition_id);
  }

  const bool exact_;
  const Sections& wanted_;
  const Live& live_;
  const Targets& targets_;
  const History& history_;
  Todo& todo_;
};

Write write_of(const Context& context, const Entry& entry, const RoleSchedule& schedule,
               graph::calls::ScheduleAction action) {
  const bool removes = action == graph::calls::ScheduleAction::remove;
  const std::string now = base::rfc3339(context.clock.wall());
  return {"schedule",
          graph::calls::request_role_schedule({
              .action = action,
              .eligible = schedule.eligible,
              .principal = entry.live.id,
              .role_definition_id = schedule.role.role_definition_id,
              .directory_scope_id = schedule.role.directory_scope_id,
              .start = std::max(now, schedule.start),
              .end = schedule.end,
              .justification = "entrad: job " + context.job.str() + ", as in snapshot " +
                               context.snapshot.number.str(),
          }),
          {entry.seq()},
          {removes ? key_of_removal(key_of(schedule)) : key_of(schedule)}};
}

}  // namespace

void compare_schedules(bool exact, const Sections& wanted, const Live& live, const Targets& targets,
                       const History& history, Todo& todo) {
  Comparer(exact, wanted, live, targets, history, todo).run();
}

bool is_scheduled(const Sections& wanted, const Live& live, const Role& role) {
  if (!wanted.schedules) return false;
  return std::any_of(wanted.schedules->begin(), wanted.schedules->end(),
                     [&](const RoleSchedule& one) {
                       if (one.role != role) return false;
                       if (live.schedule_sight != ScheduleSight::seen) return true;
                       return one.eligible && !one.has_ended && live.activated_roles.contains(role);
                     });
}

void add_schedule_writes(const Context& context, const Entry& entry, std::vector<Write>& writes) {
  using Action = graph::calls::ScheduleAction;
  for (const RoleSchedule& schedule : entry.to_write.schedules)
    writes.push_back(write_of(context, entry, schedule, Action::assign));
  for (const RoleSchedule& schedule : entry.to_write.changed_schedules)
    writes.push_back(write_of(context, entry, schedule, Action::update));
}

void add_schedule_removals(const Context& context, const Entry& entry, std::vector<Write>& writes) {
  for (const RoleSchedule& schedule : entry.to_write.extra_schedules)
    writes.push_back(write_of(context, entry, schedule, graph::calls::ScheduleAction::remove));
}

}  // namespace entrad::restore
