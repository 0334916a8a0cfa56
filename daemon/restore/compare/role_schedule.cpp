#include "restore/compare/role_schedule.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <regex>

#include "base/time_text.h"

namespace entrad::restore {
namespace {

using base::WallTime;
using nlohmann::json;

std::string text_at(const json& object, const char* key) {
  if (!object.is_object()) return "";
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

std::optional<WallTime> time_of(const std::string& text, WallTime now) {
  const auto time = base::parse_time(text, now);
  return time ? std::optional(*time) : std::nullopt;
}

// By the calendar, as ISO 8601 counts months and years.
std::optional<WallTime> later_by(WallTime start, const std::string& duration) {
  static const std::regex form(
      R"(^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.\d+)?S)?)?$)");
  std::smatch match;
  if (!std::regex_match(duration, match, form)) return std::nullopt;
  std::array<int, 7> parts{};
  for (std::size_t i = 0; i < parts.size(); ++i)
    if (match[i + 1].matched && match[i + 1].length() < 9) parts[i] = std::stoi(match[i + 1]);
  const auto day = std::chrono::floor<std::chrono::days>(start);
  std::chrono::year_month_day date(day);
  date += std::chrono::years(parts[0]);
  date += std::chrono::months(parts[1]);
  if (!date.ok()) date = date.year() / date.month() / std::chrono::last;
  return std::chrono::sys_days(date) + (start - day) + std::chrono::weeks(parts[2]) +
         std::chrono::days(parts[3]) + std::chrono::hours(parts[4]) +
         std::chrono::minutes(parts[5]) + std::chrono::seconds(parts[6]);
}

}  // namespace

RoleSchedule role_schedule(const directory::HeldRole& held, WallTime now) {
  RoleSchedule schedule{held.role, held.eligible, "", "", false};
  if (!held.schedule.is_object()) return schedule;
  const auto start = time_of(text_at(held.schedule, "startDateTime"), now);
  if (start && *start > now) schedule.start = base::rfc3339(*start);
  const json expiration = held.schedule.value("expiration", json());
  auto end = time_of(text_at(expiration, "endDateTime"), now);
  if (const std::string span = text_at(expiration, "duration"); !end && start && !span.empty())
    end = later_by(*start, span);
  if (end) schedule.end = base::rfc3339(*end);
  schedule.has_ended = end && *end <= now;
  return schedule;
}

json to_json(const std::vector<RoleSchedule>& schedules) {
  json rows = json::array();
  for (const RoleSchedule& one : schedules)
    rows.push_back({one.role.role_definition_id, one.role.directory_scope_id, one.eligible,
                    one.start, one.end});
  return rows;
}

std::vector<RoleSchedule> schedules_from(const json& rows) {
  std::vector<RoleSchedule> schedules;
  for (const json& row : rows)
    schedules.push_back({{row.at(0), row.at(1)}, row.at(2), row.at(3), row.at(4), false});
  return schedules;
}

void add_schedule(std::vector<RoleSchedule>& schedules, RoleSchedule added) {
  const auto same = std::find_if(schedules.begin(), schedules.end(),
                                 [&](const RoleSchedule& one) { return one.same_role(added); });
  if (same == schedules.end())
    schedules.push_back(std::move(added));
  else if (!same->end.empty() && (added.end.empty() || added.end > same->end))
    *same = std::move(added);
}

void note_ended(std::vector<RoleSchedule>& schedules, WallTime now) {
  for (RoleSchedule& one : schedules) {
    const auto end = one.end.empty() ? std::nullopt : time_of(one.end, now);
    one.has_ended = end && *end <= now;
  }
}

std::string span_words(const RoleSchedule& schedule) {
  return (schedule.start.empty() ? "" : " from " + schedule.start) +
         (schedule.end.empty() ? "" : " until " + schedule.end);
}

}  // namespace entrad::restore
