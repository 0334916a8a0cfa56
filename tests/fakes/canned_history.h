// What CannedDaemon answers to questions about the past: one of each kind of change.
// Thread safety: pure functions.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace entrad::fakes::canned {

// The answer of a tenant's route below "diff", "groups" or "roles", or of one below a user;
// nullopt: there is no such route. `parts` is the path from the tenant's name on; `user` null
// outside users.
std::optional<nlohmann::json> history(const std::vector<std::string>& parts,
                                      const nlohmann::json& user);
nlohmann::json version_contents(const nlohmann::json& user);
nlohmann::json store();

}  // namespace entrad::fakes::canned
