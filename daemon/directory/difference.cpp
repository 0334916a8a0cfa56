// Parts: values (one attribute, then an object of them), elements (what tells them apart, then the
// comparison), paths, ids in a section's text.
#include "directory/difference.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/text.h"
#include "directory/attributes.h"
#include "directory/canonical.h"

namespace entrad::directory {
namespace {

using api::ValueChange;
using nlohmann::json;

// Wrapped, so that the canonical form knows which arrays are sets.
bool alike(const std::string& name, const json& a, const json& b) {
  return a == b || canonical(json{{name, a}}) == canonical(json{{name, b}});
}

// Elements of `all` that are not in `others`, each as often as it is there too often.
std::vector<json> without(const json& all, const json& others) {
  std::multiset<std::string> left;
  if (others.is_array())
    for (const json& other : others) left.insert(canonical(other));
  std::vector<json> found;
  if (!all.is_array()) return found;
  for (const json& one : all) {
    if (const auto same = left.find(canonical(one)); same != left.end())
      left.erase(same);
    else
      found.push_back(one);
  }
  return found;
}

void compare_value(const std::string& path, const std::string& name, const json& from,
                   const json& to, std::vector<ValueChange>& changes);

void compare_members(const std::string& path, const json& from, const json& to,
                     std::vector<ValueChange>& changes) {
  std::set<std::string> names;
  for (const json* side : {&from, &to})
    if (side->is_object())
      for (const auto& [name, value] : side->items()) names.insert(name);
  for (const std::string& name : names)
    compare_value(path + name, name, from.is_object() ? from.value(name, json()) : json(),
                  to.is_object() ? to.value(name, json()) : json(), changes);
}

void compare_value(const std::string& path, const std::string& name, const json& from,
                   const json& to, std::vector<ValueChange>& changes) {
  if (alike(name, from, to)) return;
  const bool objects = (from.is_object() || from.is_null()) && (to.is_object() || to.is_null());
  if (objects) return compare_members(path + ".", from, to, changes);
  ValueChange change{path, from, to, {}, {}};
  if (from.is_array() || to.is_array()) {
    change.added = without(to, from);
    change.removed = without(from, to);
  }
  changes.push_back(std::move(change));
}

// Missing means "could not be read" for what the backup asks for by name.
bool unreadable(const std::string& name, const json& side) {
  return side.is_object() && !side.contains(name) && find_user_attribute(name) != nullptr;
}

// What tells one element of a collection from another; the rest of it may change.
constexpr std::array<const char*, 12> kIdentity{"@odata.type",
                                                "id",
                                                "kind",
                                                "skuId",
                                                "roleDefinitionId",
                                                "directoryScopeId",
                                                "throughGroupId",
                                                "state",
                                                "assignmentType",
                                                "resourceId",
                                                "appRoleId",
                                                "memberType"};

std::string identity_of(const json& element) {
  if (!element.is_object()) return canonical(element);
  json identity = json::object();
  // A role without a state is an active one.
  if (element.contains("roleDefinitionId")) identity["state"] = "active";
  for (const char* name : kIdentity)
    if (const auto found = element.find(name); found != element.end()) identity[name] = *found;
  return canonical(identity.empty() ? element : identity);
}

std::map<std::string, json> by_identity(const json& collection) {
  std::map<std::string, json> elements;
  if (collection.is_object()) elements.emplace(identity_of(collection), collection);
  if (collection.is_array())
    for (const json& element : collection) elements.emplace(identity_of(element), element);
  return elements;
}

std::pair<std::string, std::string> first_step(std::string_view path) {
  const auto dot = path.find('.');
  if (dot == std::string_view::npos) return {std::string(path), {}};
  return {std::string(path.substr(0, dot)), std::string(path.substr(dot + 1))};
}

// Directory extensions have names without dots, so a dot always leads into an object.
const json* member(const json& object, const std::string& name, std::string& written) {
  if (!object.is_object()) return nullptr;
  for (const auto& [key, value] : object.items())
    if (base::ascii_lower(key) == base::ascii_lower(name)) {
      written = key;
      return &value;
    }
  return nullptr;
}

}  // namespace

std::vector<ValueChange> compare_values(const json& from, const json& to) {
  std::vector<ValueChange> changes;
  std::set<std::string> names;
  for (const json* side : {&from, &to})
    if (side->is_object())
      for (const auto& [name, value] : side->items()) names.insert(name);
  for (const std::string& name : names) {
    if (unreadable(name, from) || unreadable(name, to)) continue;
    compare_value(name, name, from.is_object() ? from.value(name, json()) : json(),
                  to.is_object() ? to.value(name, json()) : json(), changes);
  }
  return changes;
}

std::vector<ElementChange> compare_elements(const json& from, const json& to) {
  const auto before = by_identity(from);
  const auto after = by_identity(to);
  std::vector<ElementChange> changes;
  for (const auto& [identity, element] : before) {
    const auto same = after.find(identity);
    if (same == after.end())
      changes.push_back({element, nullptr});
    else if (canonical(element) != canonical(same->second))
      changes.push_back({element, same->second});
  }
  for (const auto& [identity, element] : after)
    if (!before.contains(identity)) changes.push_back({nullptr, element});
  return changes;
}

bool holds_elements(api::Section section) {
  switch (section) {
    case api::Section::object:
    case api::Section::photo:
    case api::Section::deletion:
    case api::Section::restricted_attributes:
    case api::Section::audit:
      return false;
    default:
      return true;
  }
}

json value_at(const json& object, std::string_view path) {
  const auto [name, rest] = first_step(path);
  std::string written;
  const json* found = member(object, name, written);
  if (found == nullptr) return nullptr;
  return rest.empty() ? *found : value_at(*found, rest);
}

std::string written_path(const json& object, std::string_view path) {
  const auto [name, rest] = first_step(path);
  std::string written;
  const json* found = member(object, name, written);
  if (found == nullptr || rest.empty()) return written;
  const std::string inner = written_path(*found, rest);
  return inner.empty() ? inner : written + "." + inner;
}

bool names_object(std::string_view content, std::string_view id_text) {
  return content.find("\"id\":\"" + std::string(id_text) + '"') != std::string_view::npos;
}

void for_each_named_id(std::string_view content,
                       const std::function<void(std::string_view)>& on_id) {
  constexpr std::string_view kBefore = "\"id\":\"";
  constexpr std::size_t kGuid = 36;
  for (auto at = content.find(kBefore); at != std::string_view::npos;
       at = content.find(kBefore, at)) {
    at += kBefore.size();
    if (at + kGuid < content.size() && content[at + kGuid] == '"') on_id(content.substr(at, kGuid));
  }
}

}  // namespace entrad::directory
