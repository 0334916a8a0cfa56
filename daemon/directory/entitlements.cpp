// What a user may do and use by itself: admin roles, licences, roles of applications.
#include <algorithm>

#include "base/json.h"
#include "directory/canonical.h"
#include "directory/sections.h"

namespace entrad::directory {
namespace {

using nlohmann::json;

// Rows as they are written, sorted by their parts: plain rows come before those with a schedule.
using Rows = std::vector<std::pair<std::vector<std::string>, json>>;

std::string written(Rows rows) {
  std::sort(rows.begin(), rows.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  rows.erase(std::unique(rows.begin(), rows.end(),
                         [](const auto& a, const auto& b) { return a.first == b.first; }),
             rows.end());
  json out = json::array();
  for (auto& [key, row] : rows) out.push_back(std::move(row));
  return canonical(out);
}

// A section in the store was written by us: another form is damage, not an expected failure.
base::Guid guid_at(const json& row, const char* name) {
  const auto id = base::Guid::parse(row.at(name).get_ref<const std::string&>());
  if (!id) throw std::invalid_argument("a stored section holds an id that is none");
  return *id;
}

bool is_text(const json& row, const char* name) {
  const auto found = row.find(name);
  return found != row.end() && found->is_string();
}

Role role_of(const json& row) {
  return {row.at("roleDefinitionId").get<std::string>(),
          row.at("directoryScopeId").get<std::string>()};
}

}  // namespace

std::string held_roles_section(const std::vector<HeldRole>& roles) {
  Rows rows;
  for (const HeldRole& held : roles) {
    const auto& [definition, scope] = held.role;
    json row{{"directoryScopeId", scope}, {"roleDefinitionId", definition}};
    if (held.eligible || !held.schedule.is_null()) {
      row["state"] = held.eligible ? "eligible" : "active";
      row["scheduleInfo"] = held.schedule;
    }
    std::string schedule = row.contains("state") ? row["state"].get<std::string>() : "";
    if (!schedule.empty()) schedule += canonical(held.schedule);
    rows.emplace_back(std::vector{definition, scope, std::move(schedule)}, std::move(row));
  }
  return written(std::move(rows));
}

std::string roles_section(const std::vector<Role>& roles) {
  std::vector<HeldRole> held;
  held.reserve(roles.size());
  for (const Role& role : roles) held.push_back({role, false, nullptr});
  return held_roles_section(held);
}

std::vector<HeldRole> read_held_roles(std::string_view content) {
  std::vector<HeldRole> roles;
  for (const json& row : base::read_json(content))
    roles.push_back({role_of(row), is_text(row, "state") && row["state"] == "eligible",
                     row.contains("scheduleInfo") ? row["scheduleInfo"] : json()});
  return roles;
}

std::vector<Role> read_roles(std::string_view content) {
  std::vector<Role> roles;
  for (const json& row : base::read_json(content))
    if (!row.contains("state")) roles.push_back(role_of(row));
  return roles;
}

std::string licenses_section(const json& license_assignment_states) {
  Rows rows;
  for (const json& state : license_assignment_states) {
    if (!state.is_object() || !is_text(state, "skuId") || is_text(state, "assignedByGroup"))
      continue;
    const auto plans = state.find("disabledPlans");
    json row{{"skuId", state["skuId"]},
             {"disabledPlans", plans == state.end() || plans->is_null() ? json::array() : *plans}};
    rows.emplace_back(std::vector{state["skuId"].get<std::string>()}, std::move(row));
  }
  return written(std::move(rows));
}

std::vector<DirectLicense> read_licenses(std::string_view content) {
  std::vector<DirectLicense> out;
  for (const json& row : base::read_json(content))
    out.push_back({row.at("skuId").get<std::string>(),
                   row.at("disabledPlans").get<std::vector<std::string>>()});
  return out;
}

std::string app_roles_section(std::vector<AppRole> roles) {
  std::sort(roles.begin(), roles.end());
  roles.erase(std::unique(roles.begin(), roles.end()), roles.end());
  json out = json::array();
  for (const AppRole& role : roles)
    out.push_back({{"appRoleId", role.role.str()}, {"resourceId", role.resource.str()}});
  return canonical(out);
}

std::vector<AppRole> read_app_roles(std::string_view content) {
  std::vector<AppRole> out;
  for (const json& row : base::read_json(content))
    out.push_back({guid_at(row, "resourceId"), guid_at(row, "appRoleId")});
  return out;
}

}  // namespace entrad::directory
