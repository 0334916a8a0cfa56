// RoleSchedule: an admin role by schedule (PIM): one that its holder is eligible for, or that is
// active for a time, or from some time on. What matters of a schedule is its end: a start that has
// passed says nothing any more.
// Source: Microsoft Graph v1.0, "requestSchedule resource type", "expirationPattern resource type".
// Thread safety: plain values and pure functions.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/clock.h"
#include "directory/sections.h"

namespace entrad::restore {

struct RoleSchedule {
  directory::Role role;
  bool eligible = false;
  std::string start;       // RFC 3339; empty: has begun
  std::string end;         // the same; empty: for good
  bool has_ended = false;  // of a wanted one: its end has passed

  bool same_role(const RoleSchedule& other) const {
    return role == other.role && eligible == other.eligible;
  }
  bool is_for_good() const { return !eligible && start.empty() && end.empty(); }
};

// What a wanted schedule is to be compared with.
enum class ScheduleSight {
  unread,      // nobody has looked
  seen,        // what is not listed is not there
  hidden,      // the app registration may not look
  unlicensed,  // the tenant has none
};
NLOHMANN_JSON_SERIALIZE_ENUM(ScheduleSight, {{ScheduleSight::unread, nullptr},
                                             {ScheduleSight::seen, "seen"},
                                             {ScheduleSight::hidden, "hidden"},
                                             {ScheduleSight::unlicensed, "unlicensed"}})

// Of a scheduleInfo, as it is now. A duration becomes an end.
RoleSchedule role_schedule(const directory::HeldRole& held, base::WallTime now);

nlohmann::json to_json(const std::vector<RoleSchedule>& schedules);
std::vector<RoleSchedule> schedules_from(const nlohmann::json& rows);

// Of several for one role the one that ends last counts.
void add_schedule(std::vector<RoleSchedule>& schedules, RoleSchedule added);
void note_ended(std::vector<RoleSchedule>& schedules, base::WallTime now);

// " until 2026-11-23T18:05:09Z", " from ..."; "" for one that has begun and does not end.
std::string span_words(const RoleSchedule& schedule);

}  // namespace entrad::restore
