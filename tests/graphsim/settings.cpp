#include "settings.h"

#include <algorithm>

#include "encoding.h"

namespace graphsim {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kNamespace = "microsoft.graph.";

void change_policy(PassPolicy& policy, const Json& changes) {
  policy.enabled = changes.value("enabled", policy.enabled);
  policy.least_minutes = changes.value("leastMinutes", policy.least_minutes);
  policy.most_minutes = changes.value("mostMinutes", policy.most_minutes);
  policy.usual_minutes = changes.value("usualMinutes", policy.usual_minutes);
  policy.usable_once = changes.value("usableOnce", policy.usable_once);
}

void change_policy(SchedulePolicy& policy, const Json& changes) {
  policy.for_good = changes.value("forGood", policy.for_good);
  policy.longest_days = changes.value("longestDays", policy.longest_days);
  policy.justification = changes.value("justification", policy.justification);
  policy.ticket = changes.value("ticket", policy.ticket);
}

Json policy_json(const SchedulePolicy& policy) {
  return {{"forGood", policy.for_good},
          {"longestDays", policy.longest_days},
          {"justification", policy.justification},
          {"ticket", policy.ticket}};
}

}  // namespace

bool Settings::knows(std::string_view type, std::string_view property) const {
  if (unknown_properties.empty()) return true;
  if (type.starts_with(kNamespace)) type.remove_prefix(kNamespace.size());
  const std::string name = std::string(type) + "." + std::string(property);
  return std::none_of(unknown_properties.begin(), unknown_properties.end(),
                      [&](const std::string& unknown) { return same_text(unknown, name); });
}

void change_settings(Settings& settings, const Json& changes) {
  settings.premium = changes.value("premium", settings.premium);
  settings.has_method_policies = changes.value("methodPolicies", settings.has_method_policies);
  settings.federated = changes.value("federated", settings.federated);
  settings.report_lag = changes.value("reportLag", settings.report_lag);
  settings.seats = changes.value("seats", settings.seats);
  settings.most_objects = changes.value("mostObjects", settings.most_objects);
  if (changes.contains("notBought"))
    settings.not_bought = changes["notBought"].get<std::set<std::string>>();
  if (changes.contains("unknownProperties"))
    settings.unknown_properties = changes["unknownProperties"].get<std::set<std::string>>();
  if (changes.contains("passes")) change_policy(settings.passes, changes["passes"]);
  settings.pim_lag = changes.value("pimLag", settings.pim_lag);
  if (changes.contains("eligibleRoles"))
    change_policy(settings.eligible_roles, changes["eligibleRoles"]);
  if (changes.contains("activeRoles")) change_policy(settings.active_roles, changes["activeRoles"]);
}

Json settings_json(const Settings& settings) {
  return {{"premium", settings.premium},
          {"unknownProperties", settings.unknown_properties},
          {"methodPolicies", settings.has_method_policies},
          {"federated", settings.federated},
          {"reportLag", settings.report_lag},
          {"seats", settings.seats},
          {"notBought", settings.not_bought},
          {"mostObjects", settings.most_objects},
          {"passes", pass_policy_json(settings.passes)},
          {"pimLag", settings.pim_lag},
          {"eligibleRoles", policy_json(settings.eligible_roles)},
          {"activeRoles", policy_json(settings.active_roles)}};
}

Json pass_policy_json(const PassPolicy& policy) {
  const Json everybody{
      {"targetType", "group"}, {"id", "all_users"}, {"isRegistrationRequired", false}};
  return {{"@odata.type", "#microsoft.graph.temporaryAccessPassAuthenticationMethodConfiguration"},
          {"id", "TemporaryAccessPass"},
          {"state", policy.enabled ? "enabled" : "disabled"},
          {"defaultLifetimeInMinutes", policy.usual_minutes},
          {"defaultLength", 8},
          {"minimumLifetimeInMinutes", policy.least_minutes},
          {"maximumLifetimeInMinutes", policy.most_minutes},
          {"isUsableOnce", policy.usable_once},
          {"includeTargets", Json::array({everybody})},
          {"excludeTargets", Json::array()}};
}

}  // namespace graphsim
