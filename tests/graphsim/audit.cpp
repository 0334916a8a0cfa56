#include "audit.h"

#include <chrono>
#include <cstdio>

#include "encoding.h"
#include "guid.h"

namespace graphsim {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kKeptRows = 100'000;

std::string now_with_fraction() {
  const auto now = std::chrono::system_clock::now();
  const auto micros =
      std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()).count();
  char fraction[16];
  std::snprintf(fraction, sizeof fraction, ".%06d0Z", static_cast<int>(micros % 1000000));
  std::string text = iso_time(now);
  text.pop_back();
  return text + fraction;
}

std::string category_of(std::string_view activity) {
  if (activity.find("role") != std::string_view::npos) return "RoleManagement";
  if (activity.find("group") != std::string_view::npos) return "GroupManagement";
  if (activity.find("administrative unit") != std::string_view::npos) return "AdministrativeUnit";
  return "UserManagement";
}

std::string operation_of(std::string_view activity) {
  if (activity.starts_with("Add user")) return "Add";
  if (activity.starts_with("Add")) return "Assign";
  if (activity.starts_with("Remove")) return "Unassign";
  if (activity.find("elete") != std::string_view::npos) return "Delete";
  return "Update";
}

Json or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json initiator(const Actor& actor) {
  if (!actor.app_id.empty() || actor.user_id.empty())
    return {{"user", nullptr},
            {"app",
             {{"appId", or_null(actor.app_id)},
              {"displayName", actor.name},
              {"servicePrincipalId", or_null(actor.service_principal_id)},
              {"servicePrincipalName", nullptr}}}};
  return {{"app", nullptr},
          {"user",
           {{"id", actor.user_id},
            {"displayName", nullptr},
            {"userPrincipalName", actor.user_principal_name},
            {"ipAddress", "203.0.113.7"}}}};
}

}  // namespace

void AuditLog::write(std::string_view activity, const Actor& actor,
                     std::vector<AuditTarget> targets, Json changes) {
  AuditRow row;
  row.number = next_++;
  row.when = now_with_fraction();
  row.activity = activity;
  row.category = category_of(activity);
  row.operation = operation_of(activity);
  row.actor = actor;
  row.targets = std::move(targets);
  row.changes = std::move(changes);
  rows_.push_back(std::move(row));
  if (rows_.size() > kKeptRows) rows_.pop_front();
}

Json AuditLog::render(const AuditRow& row) const {
  Json targets = Json::array();
  for (const AuditTarget& t : row.targets) {
    Json target{{"id", t.id},
                {"displayName", or_null(t.name)},
                {"type", t.type},
                {"userPrincipalName", or_null(t.user_principal_name)},
                {"groupType", nullptr},
                {"modifiedProperties", targets.empty() ? row.changes : Json::array()}};
    if (t.type == "Group") target["groupType"] = "azureAD";
    targets.push_back(std::move(target));
  }
  const std::string correlation = derived_guid(seed_, row.number, 0xaa).text();
  return {{"id", "Directory_" + correlation + "_" + std::to_string(row.number)},
          {"category", row.category},
          {"correlationId", correlation},
          {"result", "success"},
          {"resultReason", ""},
          {"activityDisplayName", row.activity},
          {"activityDateTime", row.when},
          {"loggedByService", "Core Directory"},
          {"operationType", row.operation},
          {"initiatedBy", initiator(row.actor)},
          {"targetResources", std::move(targets)},
          {"additionalDetails", Json::array()}};
}

Json modified_property(std::string_view name, const Json& before, const Json& after) {
  const auto wrapped = [](const Json& v) {
    return (v.is_array() ? v : v.is_null() ? Json::array() : Json::array({v})).dump();
  };
  return {{"displayName", name}, {"oldValue", wrapped(before)}, {"newValue", wrapped(after)}};
}

}  // namespace graphsim
