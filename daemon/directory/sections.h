// Sections: the parts of a user that are backed up, compared and restored each on its own.
//
// A section's content is canonical JSON:
//   object       the user's attributes, as Graph gave them
//   memberships  [{"id","kind":"group"|"administrativeUnit"}], sorted by id; direct ones only
//   roles        [{"directoryScopeId","roleDefinitionId"}], sorted
//   authMethods  Graph's method objects with "@odata.type", sorted by type and id
//   manager      {"id"} or null
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

std::string roles_section(std::vector<Role> roles);
std::vector<Role> read_roles(std::string_view content);

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
