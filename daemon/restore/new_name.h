// The names of users that cannot have their own: beside the old one, or since another one has it.
// Thread safety: pure functions.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "base/result.h"
#include "restore/goal.h"

namespace entrad::restore {

// Whether `words` (asNew or whenTaken) give names, and each of `for_many` users one of its own.
// Errors: invalid_argument.
base::Result<void> check_name_words(const std::string& words, bool for_many);

// The userPrincipalName that the user of `object` gets by words that have passed the check.
std::string name_from(const std::string& words, const nlohmann::json& object);

// The user shall have this name instead of its own. Its addresses stay as they are.
void give_name(Goal& goal, const std::string& user_principal_name);

}  // namespace entrad::restore
