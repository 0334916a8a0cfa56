#include "counters.h"

namespace graphsim {
namespace {
constexpr std::size_t kKeptWriteTimes = 200'000;
}

void Counters::write_accepted(double simulated_seconds) {
  ++writes;
  if (write_times.size() < kKeptWriteTimes)
    write_times.push_back(static_cast<std::int64_t>(simulated_seconds * 1000));
}

nlohmann::json Counters::render() const {
  nlohmann::json statuses = nlohmann::json::object();
  for (const auto& [status, count] : by_status) statuses[std::to_string(status)] = count;
  std::uint64_t duplicates = 0;
  for (const auto& [name, count] : created_names) duplicates += count > 1 ? 1 : 0;
  return {{"requests", requests},          {"writes", writes},
          {"throttled", throttled},        {"byStatus", statuses},
          {"byRoute", by_route},           {"resourceUnits", resource_units},
          {"usersCreated", users_created}, {"duplicateUserPrincipalNames", duplicates},
          {"writeTimesMs", write_times}};
}

}  // namespace graphsim
