// What happened since the start or the last reset, for the control interface.
// Thread safety: one thread. Owned by Simulation.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <unordered_map>
#include <vector>

#include "users.h"

namespace graphsim {

struct Counters {
  std::uint64_t requests = 0;
  std::uint64_t writes = 0;
  std::uint64_t throttled = 0;
  std::uint64_t resource_units = 0;
  std::uint64_t users_created = 0;
  std::map<unsigned, std::uint64_t> by_status;
  std::map<std::string, std::uint64_t> by_route;
  std::vector<std::int64_t> write_times;  ///< simulated milliseconds
  /// Principal names given to users created here (keyed with the tenant), with how often.
  std::unordered_map<std::string, std::uint32_t> created_names;

  void write_accepted(double simulated_seconds);
  nlohmann::json render() const;
};

}  // namespace graphsim
