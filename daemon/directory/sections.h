// Sections: the parts of a user that are backed up, compared and restored each on its own.
//
// A section's content is canonical JSON:
//   object       the user's attributes, as Graph gave them
//   memberships  [{"id","kind":"group"|"administrativeUnit"}], sorted by id; direct ones only
//   roles        [{"directoryScopeId","roleDefinitionId"}], sorted: permanent active assignments;
//                those with a schedule (PIM) have "state":"active"|"eligible" and "scheduleInfo"
//                too
//   authMethods  Graph's method objects with "@odata.type", sorted by type and id
//   manager      {"id"} or null
//   licenses     [{"disabledPlans","skuId"}], sorted; those that the user holds itself
//   appRoles     [{"appRoleId","resourceId"}], sorted; those that the user holds itself
//   sponsors, ownedObjects  as memberships; kinds: user, group, application, servicePrincipal
//   photo        {"bytes","contentType","height","mediaEtag","sha256","width"} or null
//   restrictedAttributes  {"customSecurityAttributes", ...}: those that could be read
//   audit        rows of the directory's audit log, see directory/audit_rows.h
//   deletion     null, or how the object was deleted, see directory/audit_rows.h
// A group has the section roles as well. The state of an unset section is "not read", never "none".
// Thread safety: plain values and pure functions.
#pragma once

#include <compare>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "api/words.h"
#include "base/guid.h"

namespace entrad::directory {

struct Link {  // one membership
  base::Guid id;
  api::ObjectKind kind = api::ObjectKind::group;
  auto operator<=>(const Link&) const = default;  // NOLINT: clang-tidy 14 sees a 0 in it
};

struct Role {  // one admin role assignment
  std::string role_definition_id;
  std::string directory_scope_id;
  auto operator<=>(const Role&) const = default;  // NOLINT: clang-tidy 14 sees a 0 in it
};

std::string memberships_section(std::vector<Link> links);
std::vector<Link> read_memberships(std::string_view content);

// A role as it is held: for good, for a time, or to be activated when it is needed.
struct HeldRole {
  Role role;
  bool eligible = false;
  nlohmann::json schedule = nullptr;  // Graph's scheduleInfo; null: active for good
};
std::string roles_section(const std::vector<Role>& roles);
std::string held_roles_section(const std::vector<HeldRole>& roles);
std::vector<Role> read_roles(std::string_view content);  // only those that are active for good
std::vector<HeldRole> read_held_roles(std::string_view content);

struct DirectLicense {
  std::string sku_id;
  std::vector<std::string> disabled_plans;
};
// Of Graph's licenseAssignmentStates: those that no group assigned.
std::string licenses_section(const nlohmann::json& license_assignment_states);
std::vector<DirectLicense> read_licenses(std::string_view content);

struct AppRole {        // one assignment of an application's role
  base::Guid resource;  // object id of the application's service principal
  base::Guid role;      // nil: default access
  auto operator<=>(const AppRole&) const = default;  // NOLINT: clang-tidy 14 sees a 0 in it
};
std::string app_roles_section(std::vector<AppRole> roles);
std::vector<AppRole> read_app_roles(std::string_view content);

std::string auth_methods_section(const nlohmann::json& methods);  // Graph's `value` array
std::string manager_section(const base::Guid* manager);           // nullptr: has none
std::optional<base::Guid> read_manager(std::string_view content);

// What a group accepts. Source: "Add members" and "Group types" in the Graph reference.
enum class GroupWrite { yes, role_assignable, dynamic, mail_enabled, synced };
GroupWrite group_write(const nlohmann::json& group);
std::string group_type(const nlohmann::json& group);  // "security", "Microsoft 365", ... for people

// What can be done about an authentication method. Source: "authenticationMethod resource type".
enum class MethodRestore { creatable, user_must_register, not_a_method };
struct MethodKind {
  std::string_view odata_type;  // "#microsoft.graph.phoneAuthenticationMethod"
  std::string_view name;        // "phone", "FIDO2 security key", ... for people
  std::string_view collection;  // "phoneMethods"
  MethodRestore restore;
};
const MethodKind& method_kind(const nlohmann::json& method);

}  // namespace entrad::directory
