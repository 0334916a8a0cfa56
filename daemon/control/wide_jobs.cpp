#include "control/wide_jobs.h"

namespace entrad::control {

nlohmann::json without_long_lists(const api::Job& job) {
  nlohmann::json json = job;
  const nlohmann::json::json_pointer where("/request/selection/users");
  if (!json.contains(where)) return json;
  auto& selection = json["request"]["selection"];
  auto& users = selection["users"];
  if (!users.is_array() || users.size() <= kNamesShown) return json;
  selection["usersTotal"] = users.size();
  users.erase(users.begin() + static_cast<std::ptrdiff_t>(kNamesShown), users.end());
  return json;
}

}  // namespace entrad::control
