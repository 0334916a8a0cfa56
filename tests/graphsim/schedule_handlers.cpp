// Lists of admin roles by schedule, and the requests that change them (PIM). Facts: Microsoft's
// pages "List roleEligibilitySchedules", "List roleAssignmentSchedules", "Create
// roleEligibilityScheduleRequest" and "Create roleAssignmentScheduleRequests".
#include <algorithm>
#include <array>

#include "guid.h"
#include "handlers.h"
#include "listing.h"
#include "role_schedules.h"

namespace graphsim {
namespace {

const Shape kScheduleShape{"microsoft.graph.unifiedRoleSchedule", "", ""};

constexpr std::array kWritable{"action",           "principalId",      "roleDefinitionId",
                               "directoryScopeId", "appScopeId",       "scheduleInfo",
                               "justification",    "ticketInfo",       "customData",
                               "isValidationOnly", "targetScheduleId", "@odata.type"};
constexpr std::array kActions{"adminAssign",    "adminUpdate", "adminRemove",
                              "selfActivate",   "adminExtend", "adminRenew",
                              "selfDeactivate", "selfExtend",  "selfRenew"};

Json schedule_json(const RoleSchedule& s) {
  Json out{{"id", s.id},
           {"principalId", s.principal},
           {"roleDefinitionId", s.role},
           {"directoryScopeId", s.scope},
           {"appScopeId", nullptr},
           {"createdUsing", s.id},
           {"createdDateTime", "2024-05-05T00:00:00Z"},
           {"modifiedDateTime", nullptr},
           {"status", "Provisioned"},
           {"memberType", s.member_type},
           {"scheduleInfo", s.schedule}};
  if (!s.eligible) out["assignmentType"] = s.assignment_type;
  return out;
}

// A tenant without the licence for schedules says so.
void check_licence(const Call& call) {
  if (!call.tenant.settings.premium)
    throw GraphError(400, "AadPremiumLicenseRequired",
                     "The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID "
                     "Governance license.");
}

[[noreturn]] void refused(const std::string& message) {
  throw GraphError(400, "BadRequest", message);
}

std::string required_text(const Json& body, const char* name) {
  const auto it = body.find(name);
  if (it == body.end() || !it->is_string() || it->get<std::string>().empty())
    refused("A value is required for property '" + std::string(name) + "'.");
  return it->get<std::string>();
}

std::string optional_text(const Json& body, const char* name) {
  const auto it = body.find(name);
  if (it == body.end() || it->is_null()) return "";
  if (!it->is_string()) refused("The property '" + std::string(name) + "' takes a string.");
  return it->get<std::string>();
}

void check_properties(const Json& body) {
  for (const auto& [name, value] : body.items())
    if (std::find(kWritable.begin(), kWritable.end(), name) == kWritable.end())
      refused("The property '" + name + "' does not exist, or cannot be set.");
}

// A principal made just now takes a while to be known to PIM.
std::string checked_principal(Call& call, const std::string& id) {
  Tenant& t = call.tenant;
  const auto user = t.users.find_id(id);
  if (user && t.users.life(*user) == Life::kLive && t.is_visible(*user) &&
      t.extras.age(*user, t.clock.now()) >= t.settings.pim_lag)
    return t.users.id(*user);
  const auto group = t.containers.find(id);
  if (group && t.containers.at(*group).kind == GroupKind::kRoleAssignable)
    return t.containers.at(*group).id();
  if (const ServicePrincipal* principal = t.service_principal(id)) return principal->id;
  throw GraphError(404, "SubjectNotFound", "The subject is not found.");
}

std::string checked_role(const Call& call, const std::string& id) {
  const RoleDefinition* role = parse_guid(id) ? call.tenant.roles.definition(id) : nullptr;
  if (role == nullptr) throw GraphError(404, "RoleNotFound", "The role is not found.");
  return role->id;
}

std::string checked_scope(const Call& call, const Json& body) {
  constexpr std::string_view kUnits = "/administrativeUnits/";
  const std::string scope = required_text(body, "directoryScopeId");
  if (scope == "/") return scope;
  const std::string id =
      starts_with_text(scope, kUnits) ? scope.substr(kUnits.size()) : scope.substr(1);
  if (scope.front() != '/' || !call.tenant.containers.find(id))
    refused("The directory scope '" + scope + "' does not exist.");
  return scope;
}

Json checked_expiration(const Json& given) {
  if (!given.is_object()) refused("A value is required for property 'expiration'.");
  const std::string type = required_text(given, "type");
  const std::string end = optional_text(given, "endDateTime");
  const std::string duration = optional_text(given, "duration");
  const bool fits = (type == "noExpiration" && end.empty() && duration.empty()) ||
                    (type == "afterDateTime" && seconds_of(end) && duration.empty()) ||
                    (type == "afterDuration" && duration_seconds(duration) && end.empty());
  if (!fits) refused("The expiration of the schedule is not valid.");
  return {{"type", type},
          {"endDateTime", end.empty() ? Json() : Json(end)},
          {"duration", duration.empty() ? Json() : Json(duration)}};
}

// What began in the past begins now.
Json checked_schedule(const Call& call, const Json& body) {
  const auto given = body.find("scheduleInfo");
  if (given == body.end() || !given->is_object())
    refused("A value is required for property 'scheduleInfo'.");
  for (const auto& [name, value] : given->items())
    if (name != "startDateTime" && name != "expiration" && name != "recurrence")
      refused("The property '" + name + "' does not exist on type 'requestSchedule'.");
  if (given->contains("recurrence") && !(*given)["recurrence"].is_null())
    refused("A schedule of an admin role has no recurrence.");
  const std::string start = optional_text(*given, "startDateTime");
  if (!start.empty() && !seconds_of(start)) refused("'" + start + "' is no time.");
  const std::int64_t now = now_of(call.tenant);
  const std::int64_t begins = std::max(now, start.empty() ? now : *seconds_of(start));
  Json schedule{{"startDateTime", iso_time(begins)},
                {"recurrence", nullptr},
                {"expiration", checked_expiration(given->value("expiration", Json()))}};
  if (const auto end = end_of(schedule); end && *end <= begins)
    refused("The end of the schedule lies before its start, or in the past.");
  return schedule;
}

[[noreturn]] void rule_failed(const char* rule) {
  throw GraphError(400, "RoleAssignmentRequestPolicyValidationFailed",
                   "The following policy rules failed: [\"" + std::string(rule) + "\"]");
}

void check_policy(const SchedulePolicy& policy, const Json& schedule, const Json& body) {
  if (policy.justification && optional_text(body, "justification").empty())
    rule_failed("JustificationRule");
  if (policy.ticket && !body.value("ticketInfo", Json()).is_object()) rule_failed("TicketingRule");
  const auto end = end_of(schedule);
  if (!end && !policy.for_good) rule_failed("ExpirationRule");
  if (end && policy.longest_days > 0 &&
      *end - start_of(schedule) > policy.longest_days * std::int64_t{86'400})
    rule_failed("ExpirationRule");
}

bool is_about(const RoleSchedule& one, const RoleSchedule& wanted) {
  return one.eligible == wanted.eligible && one.principal == wanted.principal &&
         one.role == wanted.role && one.scope == wanted.scope &&
         one.assignment_type != "Activated" && one.member_type == "Direct";
}

bool overlap(const Json& a, const Json& b) {
  const auto ends_before = [](const Json& one, const Json& other) {
    const auto end = end_of(one);
    return end && *end <= start_of(other);
  };
  return !ends_before(a, b) && !ends_before(b, a);
}

std::vector<RoleSchedule> present(const Tenant& t, const RoleSchedule& wanted) {
  std::vector<RoleSchedule> out;
  for (const HeldSchedule& held : wanted.eligible ? eligible_schedules(t) : active_schedules(t))
    if (RoleSchedule one = held.get(); is_about(one, wanted)) out.push_back(std::move(one));
  return out;
}

void take_away(Tenant& t, const RoleSchedule& wanted) {
  std::erase_if(t.extras.schedules(),
                [&](const RoleSchedule& one) { return is_about(one, wanted); });
  if (wanted.eligible) return;
  for (const RoleAssignment* held : t.roles.of(wanted.principal))
    if (held->role == wanted.role && held->scope == wanted.scope) {
      t.roles.remove(std::string(held->id));
      return;
    }
}

void check_present(const std::string& action, const std::vector<RoleSchedule>& present,
                   const RoleSchedule& wanted) {
  const bool clashes = std::any_of(present.begin(), present.end(), [&](const RoleSchedule& one) {
    return overlap(one.schedule, wanted.schedule);
  });
  if (action == "adminAssign" && clashes)
    throw GraphError(400, "RoleAssignmentExists", "The Role assignment already exists.");
  if (action != "adminAssign" && present.empty())
    throw GraphError(400, "RoleAssignmentDoesNotExist", "The Role assignment does not exist.");
}

void carry_out(Call& call, const std::string& action, const RoleSchedule& wanted) {
  Tenant& t = call.tenant;
  if (action != "adminAssign") take_away(t, wanted);
  if (action != "adminRemove") t.extras.schedules().push_back(wanted);
  settle_schedules(t);
  const auto user = t.users.find_id(wanted.principal);
  const AuditTarget target =
      user ? t.target(*user) : AuditTarget{wanted.principal, "Other", "", ""};
  const std::string what = wanted.eligible ? "eligible member" : "member";
  t.audit.write((action == "adminRemove"   ? "Remove " + what + " from role in PIM completed"
                 : action == "adminUpdate" ? "Update " + what + " in PIM completed"
                                           : "Add " + what + " to role in PIM completed"),
                call.actor(), {target, {wanted.role, "Role", "", ""}});
}

Json request_json(const Call& call, const Json& body, const std::string& action,
                  const RoleSchedule& wanted, bool validation_only) {
  const std::string now = iso_time(now_of(call.tenant));
  Json out{
      {"id", call.tenant.fresh_guid().text()},
      {"status", validation_only           ? "Granted"
                 : action == "adminRemove" ? "Revoked"
                                           : "Provisioned"},
      {"createdDateTime", now},
      {"completedDateTime", now},
      {"approvalId", nullptr},
      {"customData", nullptr},
      {"action", action},
      {"principalId", wanted.principal},
      {"roleDefinitionId", wanted.role},
      {"directoryScopeId", wanted.scope},
      {"appScopeId", nullptr},
      {"isValidationOnly", validation_only},
      {"targetScheduleId", validation_only ? Json() : Json(wanted.id)},
      {"justification", body.value("justification", Json())},
      {"createdBy", {{"user", {{"displayName", nullptr}, {"id", call.app.service_principal_id}}}}},
      {"ticketInfo", {{"ticketNumber", nullptr}, {"ticketSystem", nullptr}}}};
  out["scheduleInfo"] = action == "adminRemove" ? Json() : wanted.schedule;
  return out;
}

Response create_schedule_request(Call& call, bool eligible) {
  Tenant& t = call.tenant;
  check_licence(call);
  settle_schedules(t);
  const Json body = call.body();
  check_properties(body);
  const std::string action = required_text(body, "action");
  if (std::find(kActions.begin(), kActions.end(), action) == kActions.end())
    refused("'" + action + "' is not a value of unifiedRoleScheduleRequestActions.");
  if (action != "adminAssign" && action != "adminUpdate" && action != "adminRemove")
    refused("An application cannot ask for '" + action + "'.");
  constexpr std::string_view kWriters =
      "RoleAssignmentSchedule.ReadWrite.Directory RoleEligibilitySchedule.ReadWrite.Directory "
      "RoleManagement.ReadWrite.Directory";
  if (action != "adminRemove" && !call.may(kWriters)) denied();
  if (!optional_text(body, "appScopeId").empty()) refused("The app scope does not exist.");
  RoleSchedule wanted;
  wanted.id = derived_guid(t.origins.seed, t.created, 0x50c4ed).text();
  wanted.eligible = eligible;
  wanted.assignment_type = eligible ? "" : "Assigned";
  const std::string principal = required_text(body, "principalId");
  wanted.role = checked_role(call, required_text(body, "roleDefinitionId"));
  wanted.scope = checked_scope(call, body);
  wanted.principal = checked_principal(call, principal);
  const bool removes = action == "adminRemove";
  wanted.schedule = removes ? schedule_info("noExpiration", "") : checked_schedule(call, body);
  if (!removes)
    check_policy(eligible ? t.settings.eligible_roles : t.settings.active_roles, wanted.schedule,
                 body);
  check_present(action, present(t, wanted), wanted);
  const bool validation_only = body.value("isValidationOnly", Json()) == true;
  const Json answer = request_json(call, body, action, wanted, validation_only);
  if (!validation_only) carry_out(call, action, wanted);
  const std::string set =
      eligible ? "roleEligibilityScheduleRequests" : "roleAssignmentScheduleRequests";
  Json shown = answer;
  shown["@odata.context"] = call.context("roleManagement/directory/" + set + "/$entity");
  return json_answer(std::move(shown), 201);
}

}  // namespace

Response list_schedules(Call& call) {
  check_licence(call);
  settle_schedules(call.tenant);
  const std::string path(call.request.path());
  const std::string set = path.substr(path.rfind('/') + 1);
  check_select(call, kScheduleShape);
  const auto all = set.starts_with("roleEligibility") ? eligible_schedules(call.tenant)
                                                      : active_schedules(call.tenant);
  return list_answer(
      call, "roleManagement/directory/" + set, all.size(),
      [&](std::size_t i) { return schedule_json(all[i].get()); },
      [&](const Json& one) { return projected(one, call.query.select(), kScheduleShape); });
}

Response create_role_eligibility_request(Call& call) { return create_schedule_request(call, true); }

Response create_role_assignment_request(Call& call) { return create_schedule_request(call, false); }

}  // namespace graphsim
