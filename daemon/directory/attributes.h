// The catalogue of user attributes: what is backed up, what is compared, and how each is restored.
//
// One row an attribute; the select lists, the comparison, the restore and ATTRIBUTES.md beside this
// file all read it. What Graph sends and no row names is kept as Graph sent it.
// Source: Microsoft Graph v1.0 reference, "user resource type" and "Update user"; its CSDL.
// Thread safety: constant data.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace entrad::directory {

enum class Type { text, boolean, date, number, texts, complex, complexes };  // Edm types
std::string_view name(Type type);  // "string", "collection(string)", "complex", ...

enum class Backup {
  with_all,  // named in the `$select` of every sweep of users, kept in the section `object`
  // Needs a permission of its own, and would cost the whole sweep its answer where that is
  // missing: asked for in a request of its own, only if permitted; section `restrictedAttributes`.
  on_its_own,
  never,  // not kept: `note` says why
};

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
  Type type = Type::text;
  Backup backup = Backup::with_all;
  std::string_view permission =
      {};              // for `on_its_own`: any of these, apart by '|', the least first
  int max_length = 0;  // of a text, in characters; 0: Graph names no limit
  int max_values = 0;  // of a collection; 0: Graph names no limit
  std::string_view note = {};
};

// In the order of their names.
std::span<const Attribute> user_attributes();
const Attribute* find_user_attribute(std::string_view name);  // nullptr: not in the catalogue
// A directory extension, `extension_{appId}_{name}`: an attribute that an application of the tenant
// has added to users, and that PATCH and POST of a user take like any other ("extensionProperty
// resource type").
bool is_extension(std::string_view name);

// Comma-separated `$select` lists.
std::string user_select();
std::string group_select();
std::string administrative_unit_select();
// user_select() with these directory extensions, as far as a request has room for their names.
struct SelectWith {
  std::string select;
  std::size_t left_out = 0;  // of them
};
SelectWith user_select_with(const std::vector<std::string>& extensions);
// `select` without these; `id` always stays.
std::string select_without(const std::string& select, const std::vector<std::string>& properties);

// The catalogue for people, as Markdown: what ATTRIBUTES.md holds.
std::string attributes_document();

}  // namespace entrad::directory
