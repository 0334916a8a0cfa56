// What a group accepts and what people call it. Facts: "group resource type", "Add members" and
// "Overview of groups" in the Microsoft Graph v1.0 reference.
#include <algorithm>

#include "directory/sections.h"

namespace entrad::directory {
namespace {

using nlohmann::json;

// A property that is null, missing or of another type is false.
bool is_true(const json& group, const char* name) {
  const auto found = group.find(name);
  return found != group.end() && found->is_boolean() && found->get<bool>();
}

bool has_type(const json& group, const char* type) {
  const auto types = group.find("groupTypes");
  return types != group.end() && types->is_array() &&
         std::find(types->begin(), types->end(), type) != types->end();
}

bool is_mail_enabled_only(const json& group) {
  return is_true(group, "mailEnabled") && !has_type(group, "Unified");
}

}  // namespace

GroupWrite group_write(const json& group) {
  if (is_true(group, "onPremisesSyncEnabled")) return GroupWrite::synced;
  if (has_type(group, "DynamicMembership")) return GroupWrite::dynamic;
  if (is_mail_enabled_only(group)) return GroupWrite::mail_enabled;
  if (is_true(group, "isAssignableToRole")) return GroupWrite::role_assignable;
  return GroupWrite::yes;
}

std::string group_type(const json& group) {
  if (is_true(group, "onPremisesSyncEnabled")) return "synced";
  if (has_type(group, "DynamicMembership")) return "dynamic";
  if (is_mail_enabled_only(group))
    return is_true(group, "securityEnabled") ? "mail-enabled security" : "distribution";
  if (is_true(group, "isAssignableToRole")) return "role-assignable";
  return has_type(group, "Unified") ? "Microsoft 365" : "security";
}

}  // namespace entrad::directory
