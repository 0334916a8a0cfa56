// The command line of graphsim. Values; thread safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tenant.h"

namespace graphsim {

struct Options {
  std::uint16_t http_port = 0;
  std::optional<std::uint16_t> https_port;
  std::vector<TenantOptions> tenants;
  double time_scale = 1;
  std::string quotas_file, log_file, ready_file, ca_file;
};

extern const char* const kUsage;
/// Throws std::invalid_argument with what is wrong.
Options parse_options(const std::vector<std::string>& arguments);

}  // namespace graphsim
