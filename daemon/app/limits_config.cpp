#include "app/limits_config.h"

#include <array>

#include "base/text.h"

namespace entrad::app {
namespace {

constexpr std::array<std::string_view, 4> kKeys{"most_removals", "most_blocked", "protected",
                                                "four_eyes"};

}  // namespace

restore::Limits read_limits(const StrictTable& table) {
  const StrictTable rules = table.table("limits");
  rules.allow_only(kKeys);
  restore::Limits limits;
  limits.most_removals = rules.count("most_removals");
  limits.most_blocked = rules.count("most_blocked");
  for (const std::string& user : rules.texts("protected"))
    limits.protected_users.insert(base::ascii_lower(user));
  limits.four_eyes = rules.flag("four_eyes").value_or(false);
  return limits;
}

}  // namespace entrad::app
