// The catalogue of user attributes: what is backed up, what is compared, and how each is restored.
//
// One row an attribute; the select lists, the comparison, the restore and the docs all read it.
// Source: Microsoft Graph v1.0 reference, "user resource type" and "Update user".
// Thread safety: constant data.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace entrad::directory {

enum class Restorable {
  yes,             // PATCH /users/{id}, with the other plain attributes
  sensitive,       // PATCH on its own: refused on admins unless the app holds a directory role
  at_create_only,  // carried by POST /users, never patched
  elsewhere,       // written by another service: reported with the tool to use
  no,              // read-only
};

struct Attribute {
  std::string_view name;  // Graph's own
  Restorable restorable;
  bool compared;          // false: changes by itself, or nothing could be done about a difference
  std::string_view tool;  // for `elsewhere`: what to use instead
  bool mastered_on_premises;  // of synced users, Active Directory owns it and Graph refuses writes
  bool clearable;             // may be set to null
};

std::span<const Attribute> user_attributes();
const Attribute* find_user_attribute(std::string_view name);  // nullptr: not in the catalogue

// Comma-separated `$select` lists.
std::string user_select();
std::string group_select();
std::string administrative_unit_select();
// `select` without these; `id` always stays.
std::string select_without(const std::string& select, const std::vector<std::string>& properties);

}  // namespace entrad::directory
