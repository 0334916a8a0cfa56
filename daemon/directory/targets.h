// What users are linked to and that is no directory object with an id of its own: products and
// domains, as they are kept to find their like in another tenant.
// Source: Microsoft Graph v1.0 reference, "subscribedSku resource type", "domain resource type".
// Thread safety: pure functions.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "base/guid.h"

namespace entrad::directory {

// A domain has no id but its name: the first 16 bytes of SHA-256 over the name in lower case.
base::Guid domain_id(std::string_view name);
std::string domain_content(const nlohmann::json& domain);  // of Graph's domain

// Of Graph's subscribedSku: {"appliesTo","capabilityStatus","consumedUnits","prepaidUnits",
// "servicePlans","skuId","skuPartNumber"}; service plans by their ids.
std::string product_content(const nlohmann::json& sku);

}  // namespace entrad::directory
