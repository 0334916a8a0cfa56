// Licences: assign, details, subscribed products. Facts: Microsoft's page "user: assignLicense".
#include <algorithm>
#include <chrono>

#include "handlers.h"
#include "licenses.h"
#include "listing.h"
#include "objects.h"
#include "user_rules.h"

namespace graphsim {
namespace {

bool is_bought(const Sku& sku, const Tenant& t) {
  return !t.settings.not_bought.contains(std::string(sku.part_number));
}

const Sku& owned_sku(const std::string& id, const Tenant& t) {
  const Sku* sku = find_sku(id);
  if (sku == nullptr || !is_bought(*sku, t))
    bad_request("License " + id + " does not correspond to a valid company License.");
  return *sku;
}

void check_plans(const Sku& sku, const std::vector<std::string>& disabled) {
  for (const std::string& plan : disabled)
    if (std::none_of(sku.plans.begin(), sku.plans.end(),
                     [&](const auto& p) { return same_text(p.first, plan); }))
      bad_request("One or more of the disabled plans are not part of the license.");
}

void check_seats(const std::vector<Holding>& held, const std::vector<Holding>& add,
                 const Tenant& t) {
  if (t.settings.seats >= static_cast<std::int64_t>(t.users.size())) return;
  for (const Holding& one : add) {
    const bool has_it = std::any_of(held.begin(), held.end(),
                                    [&](const Holding& h) { return h.sku_id == one.sku_id; });
    if (!has_it && static_cast<std::int64_t>(t.consumed(one.sku_id)) >= t.settings.seats)
      bad_request("Subscription with SKU " + one.sku_id + " does not have any available licenses.");
  }
}

std::vector<Holding> added(const Json& list, const Tenant& t) {
  std::vector<Holding> out;
  for (const Json& one : list) {
    if (!one.is_object() || !one.contains("skuId") || !one["skuId"].is_string())
      bad_request("skuId is required in addLicenses.");
    Holding h{one["skuId"].get<std::string>(),
              one.value("disabledPlans", std::vector<std::string>())};
    const Sku& sku = owned_sku(h.sku_id, t);
    h.sku_id = sku.id;
    check_plans(sku, h.disabled_plans);
    out.push_back(std::move(h));
  }
  return out;
}

std::vector<Holding> merged(std::vector<Holding> held, const std::vector<Holding>& add,
                            const Json& remove) {
  for (const Json& id : remove) {
    const auto text = id.is_string() ? id.get<std::string>() : std::string();
    const auto erased =
        std::erase_if(held, [&](const Holding& h) { return same_text(h.sku_id, text); });
    if (erased == 0) bad_request("User does not have a corresponding license.");
  }
  for (const Holding& h : add) {
    std::erase_if(held, [&](const Holding& old) { return old.sku_id == h.sku_id; });
    held.push_back(h);
  }
  return held;
}

Json sku_json(const Sku& sku, const Tenant& t) {
  return {{"id", t.id() + "_" + std::string(sku.id)},
          {"accountId", t.id()},
          {"accountName", t.options.name},
          {"appliesTo", "User"},
          {"capabilityStatus", "Enabled"},
          {"consumedUnits", t.consumed(sku.id)},
          {"prepaidUnits",
           {{"enabled", t.settings.seats}, {"lockedOut", 0}, {"suspended", 0}, {"warning", 0}}},
          {"servicePlans", service_plans(sku, {})},
          {"skuId", std::string(sku.id)},
          {"skuPartNumber", std::string(sku.part_number)},
          {"subscriptionIds", Json::array({derived_guid(t.origins.seed, 0, 0x50b).text()})}};
}

}  // namespace

Response assign_license(Call& call) {
  Tenant& t = call.tenant;
  const UserIndex user = call.user();
  const Json body = call.body();
  for (const char* name : {"addLicenses", "removeLicenses"})
    if (!body.contains(name) || !body[name].is_array())
      bad_request("The parameter '" + std::string(name) + "' is required and must be a list.");
  const auto add = added(body["addLicenses"], t);
  if (!add.empty() && t.users.text(user, "usageLocation").empty())
    bad_request("License assignment cannot be done for user with invalid usage location.");
  const auto before = holdings_of(t.users.value(user, "assignedLicenses"));
  check_seats(before, add, t);
  const auto held = merged(before, add, body["removeLicenses"]);
  const std::string now = iso_time(std::chrono::system_clock::now());
  const Json changes{{"assignedLicenses", assigned_licenses(held)},
                     {"licenseAssignmentStates", license_states(held, now)},
                     {"assignedPlans", assigned_plans(held)}};
  t.users.set(user, changes);
  t.audit.write("Change user license", call.actor(), {t.target(user)});
  Json answer = t.users.document(user, default_user_properties());
  answer["@odata.context"] = call.context("users/$entity");
  return json_answer(std::move(answer));
}

Response list_license_details(Call& call) {
  const UserIndex user = call.user();
  std::vector<Json> out;
  for (const Holding& h : holdings_of(call.tenant.users.value(user, "assignedLicenses"))) {
    const Sku& sku = owned_sku(h.sku_id, call.tenant);
    out.push_back({{"id", base64url(call.tenant.users.id(user) + h.sku_id).substr(0, 43)},
                   {"skuId", h.sku_id},
                   {"skuPartNumber", std::string(sku.part_number)},
                   {"servicePlans", service_plans(sku, h.disabled_plans)}});
  }
  return list_answer(call, "users('" + call.args.at(0) + "')/licenseDetails", out,
                     kLicenseDetailShape);
}

Response list_skus(Call& call) {
  std::vector<Json> out;
  for (const Sku& sku : skus())
    if (is_bought(sku, call.tenant)) out.push_back(sku_json(sku, call.tenant));
  return list_answer(call, "subscribedSkus", out, kSkuShape);
}

Response get_sku(Call& call) {
  const std::string id = call.args.at(0);
  const Sku* sku = find_sku(id.substr(id.find('_') + 1));
  if (sku == nullptr || !is_bought(*sku, call.tenant)) not_found(id);
  return entity_answer(call, "subscribedSkus", sku_json(*sku, call.tenant), kSkuShape);
}

}  // namespace graphsim
