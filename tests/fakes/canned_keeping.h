// What a CannedDaemon answers about pins, pruning, checks and copies.
// Thread safety: pure functions.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace entrad::fakes::canned {

nlohmann::json pins();
nlohmann::json with_pin(nlohmann::json snapshot);
nlohmann::json prune_plan(bool removes);
// Of a prune or a check, as it ended.
nlohmann::json result(const nlohmann::json& job);
nlohmann::json copy(const std::string& name);

}  // namespace entrad::fakes::canned
