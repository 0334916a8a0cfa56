#include "store/known_extensions.h"

#include <nlohmann/json.hpp>

#include "store/own_state.h"

namespace entrad::store {
namespace {

std::string kept_under(const std::string& tenant) { return "extensions/" + tenant; }

}  // namespace

std::vector<std::string> known_extensions(const OwnState& state, const std::string& tenant) {
  const auto kept = state.kept(kept_under(tenant));
  if (!kept || !*kept || !(*kept)->is_array()) return {};
  return (*kept)->get<std::vector<std::string>>();
}

base::Result<void> remember_extensions(OwnState& state, const std::string& tenant,
                                       const std::vector<std::string>& names) {
  if (names == known_extensions(state, tenant)) return {};
  return state.keep(kept_under(tenant), names);
}

}  // namespace entrad::store
