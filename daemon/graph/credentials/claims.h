// What an access token says about itself. Graph's tokens are not ours to read, so that this is for
// diagnosis only, and a token that cannot be read is no failure.
// Thread safety: pure functions.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace entrad::graph {

// The token's claims; null when it is opaque. Nothing is verified.
nlohmann::json claims_of(std::string_view token);
std::vector<std::string> roles_of(const nlohmann::json& claims);

}  // namespace entrad::graph
