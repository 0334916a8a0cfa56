// Licence products (SKUs) of a tenant and the user properties that show them.
// A holding is one SKU on one user: direct, or through a group. Pure functions; thread safe.
#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace graphsim {

struct Person;

struct Sku {
  std::string_view id;
  std::string_view part_number;
  std::span<const std::pair<std::string_view, std::string_view>> plans;  ///< id, name
};

struct Holding {
  std::string sku_id;
  std::vector<std::string> disabled_plans;
};

std::span<const Sku> skus();
const Sku* find_sku(std::string_view id);

/// Direct holdings of a generated user.
std::vector<Holding> generated_licenses(const Person& person);

/// The shapes of user.assignedLicenses, user.licenseAssignmentStates, user.assignedPlans and back.
nlohmann::json assigned_licenses(const std::vector<Holding>& holdings);
nlohmann::json license_states(const std::vector<Holding>& holdings, const std::string& updated);
nlohmann::json assigned_plans(const std::vector<Holding>& holdings);
std::vector<Holding> holdings_of(const nlohmann::json& assigned);
/// servicePlans of licenseDetails and subscribedSkus.
nlohmann::json service_plans(const Sku& sku, const std::vector<std::string>& disabled);

}  // namespace graphsim
