// Reading is strict: every table is checked against its list of keys, every value against its type.
#include "app/config.h"

#include <algorithm>
#include <array>
#include <sstream>

#include "app/credential_config.h"
#include "app/limits_config.h"
#include "app/retention_config.h"
#include "app/strict_table.h"
#include "base/guid.h"
#include "graph/clouds.h"

namespace entrad::app {
namespace {

using base::ErrorKind;
using std::filesystem::path;

constexpr std::array<std::string_view, 5> kDaemonKeys{"state_directory", "socket", "quotas_file",
                                                      "log_level", "retention"};
constexpr std::array<std::string_view, 9> kTenantKeys{
    "tenant_id", "cloud",   "login_endpoint", "graph_endpoint", "ca_file",
    "backup",    "restore", "retention",      "limits"};
constexpr std::array<std::string_view, 2> kTopKeys{"daemon", "tenant"};
constexpr std::array<std::string_view, 7> kLogLevels{"trace", "debug",    "info", "warning",
                                                     "error", "critical", "off"};

void read_daemon(const StrictTable& table, Config& config) {
  table.allow_only(kDaemonKeys);
  if (const auto value = table.text("state_directory")) config.state_directory = *value;
  if (const auto value = table.text("socket")) config.socket = *value;
  if (const auto value = table.text("quotas_file")) config.quotas_file = *value;
  if (const auto value = table.text("log_level")) config.log_level = *value;
  if (std::find(kLogLevels.begin(), kLogLevels.end(), config.log_level) == kLogLevels.end())
    table.wrong_at("log_level", "\"" + config.log_level + "\" is no log level",
                   "use one of: " + list(kLogLevels));
  if (config.state_directory.is_relative())
    table.wrong_at("state_directory", "state_directory has to be an absolute path",
                   "write it with a leading /");
}

std::string read_endpoint(const StrictTable& table, std::string_view key) {
  std::string url = table.needed(key);
  while (!url.empty() && url.back() == '/') url.pop_back();
  const bool secure = url.starts_with("https://");
  const bool loopback = url.starts_with("http://127.0.0.1") || url.starts_with("http://[::1]") ||
                        url.starts_with("http://localhost");
  const auto scheme_end = url.find("//") + 2;
  if (!secure && !loopback)
    table.wrong_at(key, "\"" + url + "\" is not acceptable as " + std::string(key),
                   "use https://HOST[:PORT]; plain http is for loopback addresses only");
  if (url.find('/', scheme_end) != std::string::npos)
    table.wrong_at(key, std::string(key) + " is scheme, host and port only", "leave out the path");
  return url;
}

graph::Endpoints read_cloud(const StrictTable& table) {
  const std::string name = table.text("cloud").value_or(std::string(graph::clouds().front().name));
  std::vector<std::string_view> known;
  for (const graph::Cloud& cloud : graph::clouds()) {
    if (cloud.name == name) return {std::string(cloud.login), std::string(cloud.graph)};
    known.push_back(cloud.name);
  }
  table.wrong_at("cloud", "\"" + name + "\" is no cloud",
                 "use one of: " + list(known) + "; or login_endpoint and graph_endpoint");
}

graph::Endpoints read_endpoints(const StrictTable& table) {
  if (!table.has("login_endpoint") && !table.has("graph_endpoint")) return read_cloud(table);
  if (table.has("cloud"))
    table.wrong_at("cloud", "both a cloud and endpoints are given",
                   "keep either cloud, or login_endpoint and graph_endpoint");
  return {read_endpoint(table, "login_endpoint"), read_endpoint(table, "graph_endpoint")};
}

graph::Credential taken_from(std::vector<graph::Credential>& pool) {
  graph::Credential first = std::move(pool.front());
  pool.erase(pool.begin());
  return first;
}

graph::Tenant read_tenant(const std::string& name, const StrictTable& table) {
  table.allow_only(kTenantKeys);
  graph::Tenant tenant;
  tenant.name = name;
  tenant.tenant_id = table.needed("tenant_id");
  if (!base::Guid::parse(tenant.tenant_id) && tenant.tenant_id.find('.') == std::string::npos)
    table.wrong_at("tenant_id", "tenant_id is neither a GUID nor a domain of the tenant",
                   "copy \"Directory (tenant) ID\" from the app registration");
  tenant.endpoints = read_endpoints(table);
  if (const auto file = table.text("ca_file")) tenant.ca_file = *file;
  tenant.backup_pool = read_credentials(table, "backup");
  tenant.backup = taken_from(tenant.backup_pool);
  if (!table.has("restore")) return tenant;
  tenant.restore_pool = read_credentials(table, "restore");
  tenant.restore = taken_from(tenant.restore_pool);
  return tenant;
}

Config read(const StrictTable& top) {
  Config config;
  top.allow_only(kTopKeys);
  if (top.has("daemon")) read_daemon(top.table("daemon"), config);
  if (!top.has("tenant")) top.wrong("no tenant is configured", "add a table [tenant.NAME]");
  const StrictTable tenants = top.table("tenant");
  const bool has_usual = top.has("daemon") && top.table("daemon").has("retention");
  const auto usual = has_usual ? read_retention(top.table("daemon")) : api::Retention{};
  for (const std::string& name : tenants.keys()) {
    const StrictTable tenant = tenants.table(name);
    config.tenants.push_back(read_tenant(name, tenant));
    config.retentions[name] = tenant.has("retention") ? read_retention(tenant) : usual;
    if (tenant.has("limits")) config.limits[name] = read_limits(tenant);
  }
  if (config.tenants.empty()) tenants.wrong("no tenant is configured", "add a table [tenant.NAME]");
  return config;
}

}  // namespace

base::Result<Config> load_config(const path& file) {
  std::error_code problem;
  if (!std::filesystem::is_regular_file(file, problem))
    return base::fail(ErrorKind::not_found, "the configuration " + file.string() + " is not there",
                      "name it with --config FILE; a commented example is entrad.toml in config/");
  try {
    const toml::table top = toml::parse_file(file.string());
    return read(StrictTable(top, "", file));
  } catch (const toml::parse_error& broken) {
    std::ostringstream message;
    message << file.string() << ":" << broken.source().begin.line << ":"
            << broken.source().begin.column << ": " << broken.description();
    return base::fail(ErrorKind::invalid_argument, message.str(),
                      "mend the TOML there; texts need quotes");
  } catch (Mistake& mistake) {
    return base::unexpected<base::Error>(std::move(mistake.error));
  }
}

}  // namespace entrad::app
