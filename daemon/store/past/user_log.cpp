#include "store/past/user_log.h"

#include <algorithm>
#include <set>

#include "base/json.h"
#include "store/past/names.h"

namespace entrad::store {
namespace {

using base::Guid;
using nlohmann::json;

const json& member(const json& object, const char* name) {
  static const json kNone = nullptr;
  if (!object.is_object()) return kNone;
  const auto found = object.find(name);
  return found == object.end() ? kNone : *found;
}

// Old and new values are JSON inside a text: "[\"Paper\"]".
json value_in(const json& text) {
  if (!text.is_string()) return text;
  json value = base::parse_json(text.get_ref<const std::string&>());
  if (value.is_discarded()) return text;
  if (value.is_array() && value.empty()) return nullptr;
  return value.is_array() && value.size() == 1 ? value[0] : value;
}

void take_actor(const json& by, api::LogRow& row) {
  if (const json& user = member(by, "user"); user.is_object()) {
    row.by_kind = "user";
    row.by_id = text_at(user, "id");
    row.by = text_at(user, "userPrincipalName");
    if (row.by.empty()) row.by = text_at(user, "displayName");
  } else if (const json& app = member(by, "app"); app.is_object()) {
    row.by_kind = "app";
    row.by_id = text_at(app, "appId");
    row.by = text_at(app, "displayName");
  }
  if (row.by.empty()) row.by = row.by_id;
}

void take_targets(const json& targets, const std::string& user, api::LogRow& row) {
  if (!targets.is_array()) return;
  for (const json& target : targets) {
    if (text_at(target, "id") != user && row.target.empty()) {
      row.target = text_at(target, "displayName");
      if (row.target.empty()) row.target = text_at(target, "userPrincipalName");
    }
    for (const json& property : member(target, "modifiedProperties"))
      row.changes.push_back({text_at(property, "displayName"),
                             value_in(member(property, "oldValue")),
                             value_in(member(property, "newValue")),
                             {},
                             {}});
  }
}

api::LogRow row_of(const json& entry, const std::string& user, base::SnapshotNumber snapshot) {
  api::LogRow row;
  row.id = text_at(entry, "id");
  row.time = text_at(entry, "activityDateTime");
  row.snapshot = snapshot;
  row.activity = text_at(entry, "activityDisplayName");
  row.category = text_at(entry, "category");
  row.result = text_at(entry, "result");
  row.result_reason = text_at(entry, "resultReason");
  take_actor(member(entry, "initiatedBy"), row);
  take_targets(member(entry, "targetResources"), user, row);
  return row;
}

}  // namespace

std::vector<api::LogRow> user_log(const Snapshots& snapshots, const std::string& tenant,
                                  const Guid& user, base::SnapshotNumber up_to) {
  std::vector<api::LogRow> rows;
  std::set<std::string> seen;
  const auto versions =
      snapshots.section_versions(tenant, api::ObjectKind::user, user, api::Section::audit);
  for (const SectionVersion& version : versions) {
    if (version.snapshot > up_to || !version.content) continue;
    const json entries = base::read_json(*version.content);
    for (const json& entry : entries) {
      api::LogRow row = row_of(entry, user.str(), version.snapshot);
      if (row.id.empty() || seen.insert(row.id).second) rows.push_back(std::move(row));
    }
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const auto& a, const auto& b) { return a.time > b.time; });
  return rows;
}

}  // namespace entrad::store
