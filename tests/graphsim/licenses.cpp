#include "licenses.h"

#include <algorithm>
#include <array>

#include "encoding.h"
#include "person.h"

namespace graphsim {
namespace {

using Json = nlohmann::json;
using Plan = std::pair<std::string_view, std::string_view>;

constexpr Plan kOfficePlans[] = {{"a1b2c3d4-1001-4aaa-8bbb-000000000001", "EXCHANGE_SUITE"},
                                 {"a1b2c3d4-1001-4aaa-8bbb-000000000002", "TEAMS_SUITE"},
                                 {"a1b2c3d4-1001-4aaa-8bbb-000000000003", "SHAREPOINT_SUITE"}};
constexpr Plan kIdentityPlans[] = {{"a1b2c3d4-1002-4aaa-8bbb-000000000001", "AAD_PREMIUM_P2"},
                                   {"a1b2c3d4-1002-4aaa-8bbb-000000000002", "MFA_PREMIUM"}};
constexpr Plan kFlowPlans[] = {{"a1b2c3d4-1003-4aaa-8bbb-000000000001", "FLOW_FREE_PLAN"}};

constexpr std::array<Sku, 3> kSkus{{
    {"5c5e1b10-3c1f-4f06-9d0b-5a0f5f1e0001", "OFFICE_SUITE_E", kOfficePlans},
    {"5c5e1b10-3c1f-4f06-9d0b-5a0f5f1e0002", "IDENTITY_PREMIUM", kIdentityPlans},
    {"5c5e1b10-3c1f-4f06-9d0b-5a0f5f1e0003", "FLOW_FREE", kFlowPlans},
}};

constexpr std::uint64_t kLicensePurpose = 300;

bool is_disabled(const std::vector<std::string>& disabled, std::string_view plan) {
  return std::find(disabled.begin(), disabled.end(), plan) != disabled.end();
}

}  // namespace

std::span<const Sku> skus() { return kSkus; }

const Sku* find_sku(std::string_view id) {
  const auto it = std::find_if(kSkus.begin(), kSkus.end(),
                               [&](const Sku& sku) { return same_text(sku.id, id); });
  return it == kSkus.end() ? nullptr : &*it;
}

std::vector<Holding> generated_licenses(const Person& person) {
  std::vector<Holding> out;
  if (person.guest) return out;
  const std::uint64_t bits = person.roll(kLicensePurpose);
  if (bits % 100 < 80) {
    Holding suite{std::string(kSkus[0].id), {}};
    if (bits / 100 % 10 < 3) suite.disabled_plans.emplace_back(kOfficePlans[1].first);
    out.push_back(suite);
  }
  if (bits / 1000 % 100 < 40) out.push_back({std::string(kSkus[1].id), {}});
  if (bits / 100000 % 100 < 10) out.push_back({std::string(kSkus[2].id), {}});
  return out;
}

Json assigned_licenses(const std::vector<Holding>& holdings) {
  Json out = Json::array();
  for (const Holding& h : holdings)
    out.push_back({{"skuId", h.sku_id}, {"disabledPlans", h.disabled_plans}});
  return out;
}

Json license_states(const std::vector<Holding>& holdings, const std::string& updated) {
  Json out = Json::array();
  for (const Holding& h : holdings) {
    out.push_back({{"skuId", h.sku_id},
                   {"disabledPlans", h.disabled_plans},
                   {"assignedByGroup", nullptr},
                   {"state", "Active"},
                   {"error", "None"},
                   {"lastUpdatedDateTime", updated}});
  }
  return out;
}

Json assigned_plans(const std::vector<Holding>& holdings) {
  Json out = Json::array();
  for (const Holding& h : holdings) {
    const Sku* sku = find_sku(h.sku_id);
    if (sku == nullptr) continue;
    for (const Plan& plan : sku->plans) {
      out.push_back(
          {{"assignedDateTime", "2024-01-01T00:00:00Z"},
           {"capabilityStatus", is_disabled(h.disabled_plans, plan.first) ? "Deleted" : "Enabled"},
           {"service", std::string(plan.second)},
           {"servicePlanId", std::string(plan.first)}});
    }
  }
  return out;
}

std::vector<Holding> holdings_of(const Json& assigned) {
  std::vector<Holding> out;
  for (const Json& one : assigned)
    out.push_back({one.at("skuId").get<std::string>(),
                   one.at("disabledPlans").get<std::vector<std::string>>()});
  return out;
}

Json service_plans(const Sku& sku, const std::vector<std::string>& disabled) {
  Json out = Json::array();
  for (const Plan& plan : sku.plans) {
    out.push_back(
        {{"servicePlanId", std::string(plan.first)},
         {"servicePlanName", std::string(plan.second)},
         {"provisioningStatus", is_disabled(disabled, plan.first) ? "Disabled" : "Success"},
         {"appliesTo", "User"}});
  }
  return out;
}

}  // namespace graphsim
