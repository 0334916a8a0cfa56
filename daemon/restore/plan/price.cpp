#include "restore/plan/price.h"

#include <algorithm>

namespace entrad::restore {
namespace {

// Graph takes at most this many links in one PATCH of a group ("Add members").
constexpr std::uint64_t kLinksPerWrite = 20;

std::uint64_t patches(std::uint64_t links) { return (links + kLinksPerWrite - 1) / kLinksPerWrite; }

std::uint64_t unit_links(const std::vector<directory::Link>& links) {
  return static_cast<std::uint64_t>(
      std::count_if(links.begin(), links.end(), [](const directory::Link& link) {
        return link.kind == api::ObjectKind::administrative_unit;
      }));
}

// All licences of a user go in one.
std::uint64_t license_writes(const Todo& todo) {
  return todo.licenses.empty() && todo.extra_licenses.empty() ? 0 : 1;
}

std::uint64_t method_writes(const Todo& todo) {
  return todo.create_methods.size() + todo.replace_methods.size() + todo.extra_methods.size();
}

std::uint64_t owned(const Todo& todo) {
  return todo.owned_objects.size() + todo.role_group_owned.size();
}

std::uint64_t sponsors_and_owned(const Todo& todo) {
  return todo.sponsors.size() + todo.extra_sponsors.size() + owned(todo) +
         todo.extra_owned_objects.size();
}

std::uint64_t schedule_writes(const Todo& todo) {
  return todo.schedules.size() + todo.changed_schedules.size() + todo.extra_schedules.size();
}

std::uint64_t eligible_ones(const std::vector<RoleSchedule>& schedules) {
  return static_cast<std::uint64_t>(std::count_if(
      schedules.begin(), schedules.end(), [](const RoleSchedule& one) { return one.eligible; }));
}

}  // namespace

// Once when all is written, to see that it is so; before that too, unless the user is new and has
// none. What was read is kept (Memory::methods).
std::uint64_t method_reads(const api::RestoreRequest& request, const Todo& todo) {
  if (!request.with_auth_methods) return 0;
  if (todo.create || todo.restore_from_bin) return 1;
  return method_writes(todo) > 0 ? 2 : 0;
}

std::uint64_t own_writes(const Todo& todo) {
  std::uint64_t writes = todo.roles.size() + method_writes(todo) + unit_links(todo.links) +
                         license_writes(todo) + todo.app_roles.size() + todo.extra_links.size() +
                         todo.extra_roles.size() + todo.extra_app_roles.size() +
                         sponsors_and_owned(todo) + schedule_writes(todo);
  for (const bool one : {todo.restore_from_bin, todo.create, !todo.changes.empty(),
                         todo.manager.has_value(), todo.remove_manager, todo.enable.has_value(),
                         todo.delete_user, todo.revoke_sessions, todo.issue_pass})
    writes += one ? 1 : 0;
  return writes;
}

Price::Price(const graph::Quotas& quotas, std::uint64_t apps) : quotas_(quotas), apps_(apps) {}

void Price::charge(std::string_view method, std::string_view path, std::uint64_t times) {
  single_writes_ += times;
  if (times == 0) return;
  for (const graph::Charge& charge : quotas_.price(method, path))
    units_[charge.bucket] += charge.units * times;
}

void Price::count(const std::string& action, std::uint64_t times) {
  if (times > 0) actions_[action] += times;
}

void Price::add_group() {
  count("groups made, empty", 1);
  charge("POST", "/groups", 1);
}

void Price::add(const Todo& todo, std::uint64_t method_reads) {
  if (method_reads > 0)
    for (const graph::Charge& charge : quotas_.price("GET", "/users/x/authentication/methods"))
      read_units_[charge.bucket] += charge.units * method_reads;
  const std::uint64_t methods = method_writes(todo);
  const std::uint64_t units = unit_links(todo.links);
  count("users restored from the recycle bin", todo.restore_from_bin ? 1 : 0);
  count(todo.new_name.empty() ? "users re-created with a new object id" : "new users created",
        todo.create ? 1 : 0);
  count("users with attributes set back", todo.changes.empty() ? 0 : 1);
  count("managers set back", todo.manager || todo.remove_manager ? 1 : 0);
  count("sponsors added", todo.sponsors.size());
  count("owners of groups and applications added", owned(todo));
  count("group memberships added", todo.links.size() - units + todo.role_group_links.size());
  count("administrative unit memberships added", units);
  count("admin roles assigned", todo.roles.size());
  count("authentication methods registered", methods - todo.extra_methods.size());
  count("sign-in sessions revoked", todo.revoke_sessions ? 1 : 0);
  count("temporary access passes issued", todo.issue_pass ? 1 : 0);
  count("licences assigned", todo.licenses.size());
  count("app roles assigned", todo.app_roles.size());
  count_removals(todo);

  charge("POST", "/directory/deletedItems/x/restore", todo.restore_from_bin ? 1 : 0);
  charge("POST", "/users", todo.create ? 1 : 0);
  charge("PATCH", "/users/x", (todo.changes.empty() ? 0U : 1U) + (todo.enable ? 1U : 0U));
  charge("PUT", "/users/x/manager/$ref", todo.manager || todo.remove_manager ? 1 : 0);
  charge("POST", "/directory/administrativeUnits/x/members/$ref", units);
  charge("POST", "/roleManagement/directory/roleAssignments", todo.roles.size());
  charge("POST", "/users/x/authentication/phoneMethods", methods);
  charge_entitlements(todo);
  charge_schedules(todo);
  charge("POST", "/users/x/revokeSignInSessions", todo.revoke_sessions ? 1 : 0);
  charge("POST", "/users/x/authentication/temporaryAccessPassMethods", todo.issue_pass ? 1 : 0);
  for (const auto* links : {&todo.links, &todo.role_group_links})
    for (const directory::Link& link : *links)
      if (link.kind == api::ObjectKind::group) ++group_links_[link.id];
}

void Price::count_removals(const Todo& todo) {
  const std::uint64_t units = unit_links(todo.extra_links);
  const auto remove = [this](const std::string& what, std::uint64_t times) {
    if (times > 0) removals_[what] += times;
  };
  remove("group membership", todo.extra_links.size() - units);
  remove("administrative unit membership", units);
  remove("admin role", todo.extra_roles.size());
  const auto eligible = eligible_ones(todo.extra_schedules);
  remove("eligible admin role", eligible);
  remove("scheduled admin role", todo.extra_schedules.size() - eligible);
  remove("licence", todo.extra_licenses.size());
  remove("app role", todo.extra_app_roles.size());
  remove("sponsor", todo.extra_sponsors.size());
  remove("ownership", todo.extra_owned_objects.size());
  remove("authentication method", todo.extra_methods.size());
  remove("user", todo.delete_user ? 1 : 0);
  charge("DELETE", "/users/x", todo.delete_user ? 1 : 0);
  charge("DELETE", "/groups/x/members/x/$ref", todo.extra_links.size() - units);
  charge("DELETE", "/directory/administrativeUnits/x/members/x/$ref", units);
  charge("DELETE", "/roleManagement/directory/roleAssignments/x", todo.extra_roles.size());
}

void Price::charge_entitlements(const Todo& todo) {
  charge("POST", "/users/x/assignLicense", license_writes(todo));
  charge("POST", "/servicePrincipals/x/appRoleAssignedTo", todo.app_roles.size());
  charge("DELETE", "/users/x/appRoleAssignments/x", todo.extra_app_roles.size());
  charge("POST", "/users/x/sponsors/$ref", todo.sponsors.size() + todo.extra_sponsors.size());
  charge("POST", "/groups/x/owners/$ref", owned(todo) + todo.extra_owned_objects.size());
}

void Price::charge_schedules(const Todo& todo) {
  const auto eligible = eligible_ones(todo.schedules);
  count("eligible admin roles assigned", eligible);
  count("scheduled admin roles assigned", todo.schedules.size() - eligible);
  count("admin roles with another end", todo.changed_schedules.size());
  charge("POST", "/roleManagement/directory/roleEligibilityScheduleRequests",
         schedule_writes(todo));
}

std::uint64_t Price::writes() const {
  std::uint64_t writes = single_writes_;
  for (const auto& [group, links] : group_links_) writes += patches(links);
  return writes;
}

base::Duration Price::least_time(const graph::Bucket& bucket, std::uint64_t units) const {
  const bool shared = bucket.scope == graph::Bucket::Scope::tenant;
  return quotas_.least_time(bucket.name, shared ? units : (units + apps_ - 1) / apps_);
}

void Price::enter_into(api::Plan& plan) const {
  plan.actions = actions_;
  plan.removals = removals_;
  Price total = *this;
  for (const auto& [group, links] : group_links_)
    total.charge("PATCH", "/groups/x", patches(links));
  base::Duration longest{};
  for (const auto& [name, units] : total.units_) {
    const graph::Bucket& bucket = *quotas_.find(name);
    if (bucket.scope != graph::Bucket::Scope::app) plan.writes[name] = units;
    total.read_units_[name] += units;
  }
  for (const auto& [name, units] : total.read_units_)
    longest = std::max(longest, least_time(*quotas_.find(name), units));
  plan.eta_seconds =
      static_cast<std::uint64_t>(std::chrono::ceil<std::chrono::seconds>(longest).count());
}

}  // namespace entrad::restore
