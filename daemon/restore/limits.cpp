#include "restore/limits.h"

#include "base/text.h"

namespace entrad::restore {
namespace {

base::Result<void> check(const char* key, const std::optional<std::uint64_t>& limit,
                         std::uint64_t count, const std::string& what) {
  if (!limit || count <= *limit) return {};
  return base::fail(
      base::ErrorKind::failed_precondition,
      "the plan would " + what + ": " + std::to_string(count) + ", and the configuration allows " +
          std::to_string(*limit) + " (" + key + "); nothing is written",
      "restore fewer users at a time, or have the limit raised in [tenant.NAME.limits] "
      "of the daemon's configuration");
}

}  // namespace

bool Limits::protects(const std::string& id, const std::string& user_principal_name) const {
  return protected_users.contains(base::ascii_lower(id)) ||
         protected_users.contains(base::ascii_lower(user_principal_name));
}

base::Result<void> check_limits(const Limits& limits, const api::Plan& plan) {
  std::uint64_t removals = 0;
  for (const auto& [what, times] : plan.removals) removals += times;
  auto removes =
      check("most_removals", limits.most_removals, removals, "remove more than a single plan may");
  if (!removes) return removes;
  return check("most_blocked", limits.most_blocked, plan.blocked,
               "block the sign-in of more users than a single plan may");
}

}  // namespace entrad::restore
