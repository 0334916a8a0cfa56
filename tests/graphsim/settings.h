// What a tenant has and its cloud knows, and what may change while the simulator runs: licences,
// properties, policies. Facts: Microsoft's CSDL of each cloud; pages "subscribedSku resource type",
// "domain resource type" and "temporaryAccessPassAuthenticationMethodConfiguration resource type";
// "Configure Microsoft Entra role settings in Privileged Identity Management". Thread safety: plain
// values. Owned by Tenant.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>

namespace graphsim {

/// The tenant's policy for temporary access passes.
struct PassPolicy {
  bool enabled = true;
  std::int64_t least_minutes = 60;
  std::int64_t most_minutes = 480;
  std::int64_t usual_minutes = 60;
  bool usable_once = false;  ///< all passes are, whatever is asked for
};

/// What the settings of every role allow of one kind of assignment by schedule (PIM).
struct SchedulePolicy {
  bool for_good = true;
  std::int64_t longest_days = 0;  ///< 0: any
  bool justification = false;     ///< is needed
  bool ticket = false;            ///< likewise
};

struct Settings {
  bool premium = true;                       ///< Entra ID P2
  std::set<std::string> unknown_properties;  ///< of this cloud: "user.employeeType"
  bool has_method_policies = true;           ///< Graph has none of them in China
  bool federated = false;                    ///< the custom domain
  double report_lag = 0;                     ///< simulated seconds that a report is behind
  std::int64_t seats = 2'000'000;            ///< bought of each product
  std::set<std::string> not_bought;          ///< skuPartNumbers of products that it has not
  std::uint64_t most_objects = 2'000'000;    ///< that the directory takes
  PassPolicy passes;
  double pim_lag = 0;  ///< simulated seconds for which PIM does not know a new user
  SchedulePolicy eligible_roles;
  SchedulePolicy active_roles{true, 0, true, false};

  /// `type` as Graph names it: "microsoft.graph.user".
  bool knows(std::string_view type, std::string_view property) const;
};

/// Members that `changes` has; the rest stays. Throws on a member of a wrong type.
void change_settings(Settings& settings, const nlohmann::json& changes);
nlohmann::json settings_json(const Settings& settings);
/// As Graph shows it.
nlohmann::json pass_policy_json(const PassPolicy& policy);

}  // namespace graphsim
