#include "backup/eligible_roles.h"

#include "base/json.h"
#include "base/time_text.h"
#include "graph/calls.h"

namespace entrad::backup {
namespace {

using nlohmann::json;

// Rows that come through a group are the group's; what was taken back is not held.
bool counts(const json& row) {
  const std::string member = text_of(row, "memberType");
  const std::string status = text_of(row, "status");
  return (member.empty() || member == "Direct") && status != "Revoked" && status != "Canceled";
}

json schedule_of(const json& row) {
  const auto info = row.find("scheduleInfo");
  return info != row.end() && info->is_object() ? *info : json::object();
}

bool ends(const json& schedule) {
  const json expiration = schedule.value("expiration", json());
  const std::string type = text_of(expiration, "type");
  return !type.empty() && type != "noExpiration";
}

bool begins_later(const json& schedule, const std::string& now) {
  return text_of(schedule, "startDateTime") > now;
}

class ScheduleReader {
 public:
  explicit ScheduleReader(Sweep& sweep)
      : sweep_(sweep), now_(base::rfc3339(sweep.clock().wall())) {}

  base::Result<void> eligible() {
    return read("eligible roles", graph::calls::list_role_eligibility_schedules(),
                [this](const json& row) {
                  if (const auto found = role_row(row); found && counts(row))
                    out_.held[found->principal].push_back({found->role, true, schedule_of(row)});
                });
  }

  base::Result<void> active() {
    return read("scheduled roles", graph::calls::list_role_assignment_schedules(),
                [this](const json& row) { take_active(row); });
  }

  RoleSchedules out() { return std::move(out_); }

 private:
  void take_active(const json& row) {
    const auto found = role_row(row);
    if (!found || !counts(row)) return;
    if (text_of(row, "assignmentType") == "Activated") {
      out_.activated[found->principal].insert(found->role);
      return;
    }
    json schedule = schedule_of(row);
    if (ends(schedule) || begins_later(schedule, now_))
      out_.held[found->principal].push_back({found->role, false, std::move(schedule)});
    else
      out_.permanent[found->principal].insert(found->role);
  }

  base::Result<void> read(const char* what, const graph::Request& list,
                          const std::function<void(const json&)>& on_row) {
    sweep_.progress().begin(what, 0);
    const RoleSchedules before = out_;
    auto done = sweep_.pages(
        list, [&](std::string_view page) { return for_each_row(sweep_, page, what, on_row); },
        [&] { out_ = before; });
    return done ? done : base::pass(done, std::string("read the ") + what);
  }

  Sweep& sweep_;
  std::string now_;
  RoleSchedules out_;
};

// A tenant without the licence for schedules has none; one whose schedules may not be read may.
base::Result<RoleSchedules> without(const base::Error& error, std::string_view permission) {
  if (!is_denied(error)) return base::unexpected(error);
  RoleSchedules none;
  none.read = is_unlicensed(error);
  none.reason = none.read ? "no eligible assignments: " + error.message
                          : "eligible and scheduled assignments: " + lacking(permission);
  return none;
}

}  // namespace

std::optional<RoleRow> role_row(const json& row) {
  const auto principal = base::Guid::parse(text_of(row, "principalId"));
  directory::Role role{text_of(row, "roleDefinitionId"), text_of(row, "directoryScopeId")};
  if (!principal || role.role_definition_id.empty() || role.directory_scope_id.empty())
    return std::nullopt;
  return RoleRow{*principal, std::move(role)};
}

base::Result<RoleSchedules> read_role_schedules(Sweep& sweep) {
  ScheduleReader reader(sweep);
  if (auto done = reader.eligible(); !done)
    return without(done.error(), "RoleEligibilitySchedule.Read.Directory");
  if (auto done = reader.active(); !done)
    return without(done.error(), "RoleAssignmentSchedule.Read.Directory");
  RoleSchedules schedules = reader.out();
  schedules.read = true;
  return schedules;
}

}  // namespace entrad::backup
