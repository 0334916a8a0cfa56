#include "store/unknown_properties.h"

#include <nlohmann/json.hpp>

#include "base/time_text.h"
#include "store/own_state.h"

namespace entrad::store {
namespace {

std::string name_of(const std::string& tenant, const std::string& collection) {
  return "unknownProperties/" + tenant + "/" + collection;
}

}  // namespace

std::optional<UnknownProperties> unknown_properties(const OwnState& state,
                                                    const std::string& tenant,
                                                    const std::string& collection) {
  const auto kept = state.kept(name_of(tenant, collection));
  if (!kept || !*kept) return std::nullopt;
  const nlohmann::json& document = **kept;
  const auto found_at = base::parse_time(document.at("foundAt").get<std::string>(), {});
  if (!found_at) return std::nullopt;
  return UnknownProperties{document.at("names").get<std::vector<std::string>>(), *found_at};
}

base::Result<void> remember_unknown_properties(OwnState& state, const std::string& tenant,
                                               const std::string& collection,
                                               const UnknownProperties& found) {
  return state.keep(name_of(tenant, collection),
                    {{"names", found.names}, {"foundAt", base::rfc3339(found.found_at)}});
}

}  // namespace entrad::store
