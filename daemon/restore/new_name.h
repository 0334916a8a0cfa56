// The name of a user that is restored as a new one, beside the old one.
// Thread safety: pure functions.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "api/requests.h"
#include "base/result.h"

namespace entrad::restore {

// Whether the template of a request's `as_new` gives names, and one for each user. Errors:
// invalid_argument.
base::Result<void> check_new_name(const api::RestoreRequest& request);

// The userPrincipalName that the user of `object` gets; `as_new` must have passed the check.
std::string new_name(const api::RestoreRequest& request, const nlohmann::json& object);

}  // namespace entrad::restore
