// Limits: how much a single plan may do to a tenant, whoever asks for it; from the configuration.
// Thread safety: plain values and pure functions.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "api/jobs.h"
#include "base/result.h"

namespace entrad::restore {

struct Limits {
  std::optional<std::uint64_t> most_removals;  // links, licences and users that one plan removes
  std::optional<std::uint64_t> most_blocked;   // users whose sign-in one plan blocks
  std::set<std::string> protected_users;       // ids and userPrincipalNames in lower case
  bool four_eyes = false;  // who has asked for a plan may not be the one who approves it

  // By the id or the name of a user.
  bool protects(const std::string& id, const std::string& user_principal_name) const;
};

using TenantLimits = std::map<std::string, Limits>;  // by tenant; of one that is not there: none

// Errors: failed_precondition, with the limit and what the plan would do.
base::Result<void> check_limits(const Limits& limits, const api::Plan& plan);

}  // namespace entrad::restore
