#include "directory/targets.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "directory/canonical.h"

namespace entrad::directory {
namespace {

using nlohmann::json;

json only(const json& object, std::initializer_list<const char*> names) {
  json out = json::object();
  for (const char* name : names)
    if (const auto found = object.find(name); found != object.end()) out[name] = *found;
  return out;
}

json sorted_by(json list, const char* name) {
  if (!list.is_array()) return list;
  std::sort(list.begin(), list.end(), [&](const json& a, const json& b) {
    return a.value(name, json()) < b.value(name, json());
  });
  return list;
}

}  // namespace

base::Guid domain_id(std::string_view name) {
  return base::Guid::from_bytes(base::sha256(base::ascii_lower(name)).substr(0, 16));
}

std::string domain_content(const json& domain) {
  json kept = only(domain, {"id", "authenticationType", "isDefault", "isInitial", "isRoot",
                            "isVerified", "supportedServices"});
  if (kept.contains("supportedServices") && kept["supportedServices"].is_array())
    std::sort(kept["supportedServices"].begin(), kept["supportedServices"].end());
  return canonical(kept);
}

std::string product_content(const json& sku) {
  json kept = only(sku, {"skuId", "skuPartNumber", "appliesTo", "capabilityStatus", "consumedUnits",
                         "prepaidUnits", "servicePlans"});
  if (kept.contains("servicePlans"))
    kept["servicePlans"] = sorted_by(std::move(kept["servicePlans"]), "servicePlanId");
  return canonical(kept);
}

}  // namespace entrad::directory
