// What tests of `tenants check` share: a check of a simulated tenant, its lines, and what its apps
// may. Thread safety: as the rig's.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph/check/check.h"
#include "rig.h"

namespace entrad::graph {

using nlohmann::json;
using test::Rig;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

using Permissions = std::vector<std::string>;

inline const api::CheckLine& line(const api::TenantCheck& check, const std::string& what) {
  for (const auto& candidate : check.lines)
    if (candidate.what.starts_with(what)) return candidate;
  throw std::runtime_error("there is no line " + what);
}

// Verdict and text of one line, so that a test can say in one place what it expects.
inline std::string told(const api::TenantCheck& check, const std::string& what) {
  const auto& row = line(check, what);
  return std::string(!row.ok       ? "LACKS "
                     : row.limited ? "LIMITED "
                                   : "ok ") +
         row.found + " -> " + row.remedy;
}

inline api::TenantCheck checked(Rig& rig) { return check(*rig.sessions, "aurora", {}).value(); }

inline void settings(Rig& rig, const json& changes) {
  rig.sim.put("/_control/tenants/aurora/settings", changes);
}

inline void set_permissions(Rig& rig, const std::string& app, const Permissions& permissions) {
  rig.sim.put("/_control/tenants/aurora/apps/" + app, {{"roles", permissions}});
}

inline Permissions permissions_without(Rig& rig, const std::string& app, const Permissions& taken) {
  Permissions left;
  for (const json& role : rig.sim.app("aurora", app).at("roles"))
    if (std::find(taken.begin(), taken.end(), role.get<std::string>()) == taken.end())
      left.push_back(role);
  return left;
}

}  // namespace entrad::graph
