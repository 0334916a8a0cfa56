// Admin roles by schedule (PIM): when one begins and ends, and what a role's settings allow. What
// is in force now is in the list of assignments as well. Facts: Microsoft's pages "requestSchedule
// resource type", "expirationPattern resource type" and "Privileged Identity Management: role
// settings". Thread safety: one thread.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "tenant.h"

namespace graphsim {

/// Seconds since 1970; nullopt: no time as Graph takes it (RFC 3339 in UTC).
std::optional<std::int64_t> seconds_of(const std::string& time);
/// Of an ISO 8601 duration; nullopt: it is none.
std::optional<std::int64_t> duration_seconds(const std::string& duration);

/// Of a scheduleInfo, in seconds since 1970; nullopt: it has no end.
std::optional<std::int64_t> end_of(const nlohmann::json& schedule);
std::int64_t start_of(const nlohmann::json& schedule);
std::int64_t now_of(const Tenant& tenant);

/// Lets begin what has begun and end what has ended.
void settle_schedules(Tenant& tenant);
/// Takes an active assignment away, and what it was scheduled by.
void remove_assignment(Tenant& tenant, const std::string& id);
/// By schedule, or for good, as every other active assignment is.
struct HeldSchedule {
  const RoleSchedule* scheduled = nullptr;
  const RoleAssignment* for_good = nullptr;
  RoleSchedule get() const;
};
std::vector<HeldSchedule> active_schedules(const Tenant& tenant);
std::vector<HeldSchedule> eligible_schedules(const Tenant& tenant);
/// Of one principal, for the dump: role, scope, state and end by name, sorted.
nlohmann::json schedules_json(const Tenant& tenant, const std::string& principal);

}  // namespace graphsim
