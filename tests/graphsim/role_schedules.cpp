#include "role_schedules.h"

#include <algorithm>
#include <ctime>
#include <regex>
#include <set>
#include <tuple>

#include "encoding.h"

namespace graphsim {
namespace {

using nlohmann::json;

constexpr std::int64_t kDay = 86'400;

bool has_ended(const RoleSchedule& one, std::int64_t now) {
  const auto end = end_of(one.schedule);
  return end && *end <= now;
}

bool is_in_force(const RoleSchedule& one, std::int64_t now) {
  return start_of(one.schedule) <= now && !has_ended(one, now);
}

void remove_role(Tenant& t, const RoleSchedule& one) {
  for (const RoleAssignment* held : t.roles.of(one.principal))
    if (held->role == one.role && held->scope == one.scope) {
      t.roles.remove(std::string(held->id));
      return;
    }
}

std::string scope_name(const Tenant& t, const std::string& scope) {
  const auto unit = t.containers.find(scope.substr(scope.rfind('/') + 1));
  return unit ? t.containers.at(*unit).name() : scope;
}

}  // namespace

std::optional<std::int64_t> seconds_of(const std::string& time) {
  static const std::regex kTime(R"(^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,12})?Z$)");
  std::smatch match;
  if (!std::regex_match(time, match, kTime)) return std::nullopt;
  std::tm parts{};
  if (strptime(match[1].str().c_str(), "%Y-%m-%dT%H:%M:%S", &parts) == nullptr) return std::nullopt;
  return timegm(&parts);
}

std::optional<std::int64_t> duration_seconds(const std::string& duration) {
  static const std::regex kDuration(
      R"(^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$)");
  constexpr std::int64_t kLengths[] = {365 * kDay, 30 * kDay, 7 * kDay, kDay, 3600, 60, 1};
  std::smatch match;
  if (!std::regex_match(duration, match, kDuration)) return std::nullopt;
  std::int64_t seconds = 0;
  for (std::size_t i = 0; i < std::size(kLengths); ++i)
    if (match[i + 1].matched) seconds += std::stoll(match[i + 1]) * kLengths[i];
  return seconds > 0 ? std::optional(seconds) : std::nullopt;
}

std::int64_t start_of(const json& schedule) {
  return seconds_of(schedule.value("startDateTime", "")).value_or(0);
}

std::optional<std::int64_t> end_of(const json& schedule) {
  const json& expiration = schedule.at("expiration");
  const std::string type = expiration.value("type", "");
  if (type == "afterDateTime") return seconds_of(expiration.at("endDateTime"));
  if (type != "afterDuration") return std::nullopt;
  return start_of(schedule) + duration_seconds(expiration.at("duration")).value_or(0);
}

std::int64_t now_of(const Tenant& tenant) {
  return std::chrono::system_clock::to_time_t(tenant.clock.wall());
}

void settle_schedules(Tenant& t) {
  const std::int64_t now = now_of(t);
  auto& schedules = t.extras.schedules();
  std::vector<RoleSchedule> ended;
  std::copy_if(schedules.begin(), schedules.end(), std::back_inserter(ended),
               [now](const RoleSchedule& one) { return has_ended(one, now); });
  std::erase_if(schedules, [now](const RoleSchedule& one) { return has_ended(one, now); });
  for (const RoleSchedule& one : ended)
    if (!one.eligible) remove_role(t, one);
  for (const RoleSchedule& one : schedules)
    if (!one.eligible && is_in_force(one, now) &&
        !t.roles.exists(one.role, one.principal, one.scope))
      t.roles.assign(one.role, one.principal, one.scope);
}

void remove_assignment(Tenant& t, const std::string& id) {
  const RoleAssignment a = *t.roles.find(id);
  std::erase_if(t.extras.schedules(), [&](const RoleSchedule& one) {
    return !one.eligible && one.principal == a.principal && one.role == a.role &&
           one.scope == a.scope;
  });
  t.roles.remove(id);
}

RoleSchedule HeldSchedule::get() const {
  if (scheduled != nullptr) return *scheduled;
  const RoleAssignment& a = *for_good;
  return {a.id,  a.principal, a.role,   a.scope,
          false, "Assigned",  "Direct", schedule_info("noExpiration", "")};
}

std::vector<HeldSchedule> active_schedules(const Tenant& t) {
  std::vector<HeldSchedule> out;
  std::set<std::tuple<std::string_view, std::string_view, std::string_view>> scheduled;
  for (const RoleSchedule& one : t.extras.schedules()) {
    if (one.eligible) continue;
    scheduled.emplace(one.principal, one.role, one.scope);
    out.push_back({&one, nullptr});
  }
  for (const auto& [number, a] : t.roles.assignments())
    if (!scheduled.contains({a.principal, a.role, a.scope})) out.push_back({nullptr, &a});
  return out;
}

std::vector<HeldSchedule> eligible_schedules(const Tenant& t) {
  std::vector<HeldSchedule> out;
  for (const RoleSchedule& one : t.extras.schedules())
    if (one.eligible) out.push_back({&one, nullptr});
  return out;
}

json schedules_json(const Tenant& t, const std::string& principal) {
  std::vector<json> out;
  for (const RoleSchedule& one : t.extras.schedules()) {
    if (one.principal != principal || has_ended(one, now_of(t))) continue;
    const auto end = end_of(one.schedule);
    out.push_back({{"role", t.roles.definition(one.role)->name},
                   {"scope", scope_name(t, one.scope)},
                   {"state", one.eligible                         ? "eligible"
                             : one.assignment_type == "Activated" ? "activated"
                                                                  : "active"},
                   {"end", end ? json(iso_time(*end)) : json()}});
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace graphsim
