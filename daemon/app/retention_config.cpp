#include "app/retention_config.h"

#include <array>

namespace entrad::app {
namespace {

constexpr std::array<std::string_view, 6> kKeys{"last",   "within_days", "daily",
                                                "weekly", "monthly",     "yearly"};

}  // namespace

api::Retention read_retention(const StrictTable& table) {
  const StrictTable rules = table.table("retention");
  rules.allow_only(kKeys);
  api::Retention retention;
  retention.last = rules.count("last").value_or(0);
  retention.within_days = rules.count("within_days").value_or(0);
  retention.daily = rules.count("daily").value_or(0);
  retention.weekly = rules.count("weekly").value_or(0);
  retention.monthly = rules.count("monthly").value_or(0);
  retention.yearly = rules.count("yearly").value_or(0);
  return retention;
}

}  // namespace entrad::app
