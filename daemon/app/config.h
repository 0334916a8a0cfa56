// Config: the TOML file that says where the daemon lives and which tenants it serves.
//
// One table of keys; an unknown key, a wrong type or a missing value is an error with file, line,
// column and the remedy. Secrets are never in this file: it names files, and a bare name is looked
// up among systemd's credentials ($CREDENTIALS_DIRECTORY). Thread safety: plain values.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "api/retention.h"
#include "base/result.h"
#include "graph/tenant.h"
#include "restore/limits.h"

namespace entrad::app {

struct Config {
  std::filesystem::path state_directory = "/var/lib/entrad";
  std::filesystem::path socket = "/run/entrad/entrad.sock";
  std::filesystem::path quotas_file;  // empty: Graph's published limits
  std::string log_level = "info";
  std::vector<graph::Tenant> tenants;
  std::map<std::string, api::Retention> retentions;  // by tenant: its own, else the daemon's
  restore::TenantLimits limits;
};

// Errors: invalid_argument "FILE:LINE:COLUMN: ...", not_found for a file that cannot be read.
base::Result<Config> load_config(const std::filesystem::path& file);

}  // namespace entrad::app
