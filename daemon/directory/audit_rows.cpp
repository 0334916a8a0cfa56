#include "directory/audit_rows.h"

#include <algorithm>

#include "base/json.h"
#include "directory/canonical.h"

namespace entrad::directory {
namespace {

using nlohmann::json;

const json* member(const json& object, const char* name) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

std::string text_of(const json& object, const char* name) {
  const json* found = member(object, name);
  return found != nullptr && found->is_string() ? found->get<std::string>() : std::string();
}

const json* initiator(const json& row, const char* kind) {
  const json* who = member(row, "initiatedBy");
  return who == nullptr ? nullptr : member(*who, kind);
}

void add(std::vector<base::Guid>& ids, const json& object) {
  const auto id = base::Guid::parse(text_of(object, "id"));
  if (id && std::find(ids.begin(), ids.end(), *id) == ids.end()) ids.push_back(*id);
}

// Some answers leave a name out, some give only the display name.
std::string first_of(const json& object, std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (std::string text = text_of(object, name); !text.empty()) return text;
  return {};
}

json deleted_by(const json& row) {
  if (const json* user = initiator(row, "user"))
    return {{"kind", "user"},
            {"id", text_of(*user, "id")},
            {"name", first_of(*user, {"userPrincipalName", "displayName"})}};
  if (const json* app = initiator(row, "app"))
    return {{"kind", "app"},
            {"id", first_of(*app, {"appId", "servicePrincipalId"})},
            {"name", first_of(*app, {"displayName", "servicePrincipalName"})}};
  return nullptr;
}

}  // namespace

std::vector<base::Guid> named_in(const json& row) {
  std::vector<base::Guid> ids;
  if (const json* targets = member(row, "targetResources"); targets && targets->is_array())
    for (const json& target : *targets) add(ids, target);
  if (const json* user = initiator(row, "user")) add(ids, *user);
  return ids;
}

std::string audit_section(std::vector<json> rows) {
  std::sort(rows.begin(), rows.end(), [](const json& a, const json& b) {
    const auto key = [](const json& row) {
      return std::pair(text_of(row, "activityDateTime"), text_of(row, "id"));
    };
    return key(a) < key(b);
  });
  return canonical(json(std::move(rows)));
}

std::optional<Deletion> deletion_in(const json& row) {
  const std::string activity = text_of(row, "activityDisplayName");
  const bool hard = activity == "Hard Delete user";
  if (!hard && activity != "Delete user") return std::nullopt;
  if (const std::string result = text_of(row, "result"); !result.empty() && result != "success")
    return std::nullopt;
  return Deletion{text_of(row, "activityDateTime"), hard, deleted_by(row)};
}

std::string deletion_section(const std::optional<Deletion>& deletion) {
  if (!deletion) return "null";
  return canonical({{"deletedBy", deletion->deleted_by},
                    {"deletedDateTime", deletion->time.empty() ? json() : json(deletion->time)},
                    {"hard", deletion->hard}});
}

std::optional<Deletion> read_deletion(std::string_view content) {
  const json section = base::read_json(content);
  if (section.is_null()) return std::nullopt;
  return Deletion{text_of(section, "deletedDateTime"), section.at("hard").get<bool>(),
                  section.at("deletedBy")};
}

}  // namespace entrad::directory
