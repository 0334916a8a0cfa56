// Reading is strict: every table is checked against its list of keys, every value against its type.
#include "app/config.h"

#include <toml++/toml.h>
#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <span>
#include <sstream>

#include "base/guid.h"

namespace entrad::app {
namespace {

using base::ErrorKind;
using std::filesystem::path;

constexpr std::array<std::string_view, 4> kDaemonKeys{"state_directory", "socket", "quotas_file",
                                                      "log_level"};
constexpr std::array<std::string_view, 7> kTenantKeys{
    "tenant_id", "cloud", "login_endpoint", "graph_endpoint", "ca_file", "backup", "restore"};
constexpr std::array<std::string_view, 3> kCredentialKeys{"client_id", "client_secret_file",
                                                          "certificate_file"};
constexpr std::array<std::string_view, 2> kTopKeys{"daemon", "tenant"};
constexpr std::array<std::string_view, 7> kLogLevels{"trace", "debug",    "info", "warning",
                                                     "error", "critical", "off"};

// Source: Microsoft's "National cloud deployments".
struct Cloud {
  std::string_view name;
  std::string_view login;
  std::string_view graph;
};
constexpr std::array<Cloud, 4> kClouds{{
    {"global", "https://login.microsoftonline.com", "https://graph.microsoft.com"},
    {"usgov", "https://login.microsoftonline.us", "https://graph.microsoft.us"},
    {"usgov-dod", "https://login.microsoftonline.us", "https://dod-graph.microsoft.us"},
    {"china", "https://login.chinacloudapi.cn", "https://microsoftgraph.chinacloudapi.cn"},
}};

std::string list(std::span<const std::string_view> words) {
  std::string text;
  for (const auto word : words) text += (text.empty() ? "" : ", ") + std::string(word);
  return text;
}

// Stops at the first mistake: `wrong()` throws, load_config catches.
struct Mistake {
  base::Error error;
};

class Reader {
 public:
  explicit Reader(path file) : file_(std::move(file)) {}

  Config read(const toml::table& top);

 private:
  [[noreturn]] void wrong(const toml::source_region& where, const std::string& what,
                          const std::string& remedy) const;
  void check_keys(const toml::table& table, std::span<const std::string_view> known,
                  const std::string& name) const;
  const toml::table& table(const toml::table& parent, std::string_view key,
                           const std::string& name) const;
  std::optional<std::string> text(const toml::table& table, std::string_view key) const;
  std::string needed(const toml::table& table, std::string_view key, const std::string& name) const;
  path credential_file(const std::string& name) const;
  void read_daemon(const toml::table& table, Config& config) const;
  graph::Tenant read_tenant(const std::string& name, const toml::table& table) const;
  graph::Endpoints read_endpoints(const toml::table& table) const;
  std::string endpoint(const toml::table& table, std::string_view key) const;
  graph::Credential read_credential(const toml::table& table, const std::string& name) const;

  path file_;
};

void Reader::wrong(const toml::source_region& where, const std::string& what,
                   const std::string& remedy) const {
  std::ostringstream message;
  message << file_.string() << ":" << where.begin.line << ":" << where.begin.column << ": " << what;
  throw Mistake{{ErrorKind::invalid_argument, message.str(), remedy, nullptr}};
}

void Reader::check_keys(const toml::table& table, std::span<const std::string_view> known,
                        const std::string& name) const {
  for (const auto& [key, value] : table) {
    if (std::find(known.begin(), known.end(), key.str()) != known.end()) continue;
    wrong(key.source(), "unknown key \"" + std::string(key.str()) + "\" in " + name,
          "known keys there: " + list(known));
  }
}

const toml::table& Reader::table(const toml::table& parent, std::string_view key,
                                 const std::string& name) const {
  const toml::node* node = parent.get(key);
  if (node == nullptr)
    wrong(parent.source(), "the table [" + name + "] is missing",
          "add it; see the commented example entrad.toml");
  if (!node->is_table())
    wrong(node->source(), "\"" + name + "\" has to be a table", "write it as [" + name + "]");
  return *node->as_table();
}

std::optional<std::string> Reader::text(const toml::table& table, std::string_view key) const {
  const toml::node* node = table.get(key);
  if (node == nullptr) return std::nullopt;
  const auto value = node->value_exact<std::string>();
  if (!value || value->empty())
    wrong(node->source(), "\"" + std::string(key) + "\" has to be a text that is not empty",
          "write it in quotes: " + std::string(key) + " = \"...\"");
  return value;
}

std::string Reader::needed(const toml::table& table, std::string_view key,
                           const std::string& name) const {
  auto value = text(table, key);
  if (!value)
    wrong(table.source(), "\"" + std::string(key) + "\" is missing in [" + name + "]",
          "add " + std::string(key) + " = \"...\"");
  return *value;
}

path Reader::credential_file(const std::string& name) const {
  if (name.find('/') != std::string::npos) return name;
  const char* directory = std::getenv("CREDENTIALS_DIRECTORY");
  if (directory != nullptr && std::filesystem::exists(path(directory) / name))
    return path(directory) / name;
  return file_.parent_path() / name;
}

void Reader::read_daemon(const toml::table& table, Config& config) const {
  check_keys(table, kDaemonKeys, "[daemon]");
  if (const auto value = text(table, "state_directory")) config.state_directory = *value;
  if (const auto value = text(table, "socket")) config.socket = *value;
  if (const auto value = text(table, "quotas_file")) config.quotas_file = *value;
  if (const auto value = text(table, "log_level")) config.log_level = *value;
  if (std::find(kLogLevels.begin(), kLogLevels.end(), config.log_level) == kLogLevels.end())
    wrong(table.get("log_level")->source(), "\"" + config.log_level + "\" is no log level",
          "use one of: " + list(kLogLevels));
  if (config.state_directory.is_relative())
    wrong(table.get("state_directory")->source(), "state_directory has to be an absolute path",
          "write it with a leading /");
}

std::string Reader::endpoint(const toml::table& table, std::string_view key) const {
  std::string url = needed(table, key, "tenant.NAME");
  while (!url.empty() && url.back() == '/') url.pop_back();
  const bool secure = url.starts_with("https://");
  const bool loopback = url.starts_with("http://127.0.0.1") || url.starts_with("http://[::1]") ||
                        url.starts_with("http://localhost");
  const auto scheme_end = url.find("//") + 2;
  if (!secure && !loopback)
    wrong(table.get(key)->source(), "\"" + url + "\" is not acceptable as " + std::string(key),
          "use https://HOST[:PORT]; plain http is for loopback addresses only");
  if (url.find('/', scheme_end) != std::string::npos)
    wrong(table.get(key)->source(), std::string(key) + " is scheme, host and port only",
          "leave out the path");
  return url;
}

graph::Endpoints Reader::read_endpoints(const toml::table& table) const {
  const bool own = table.contains("login_endpoint") || table.contains("graph_endpoint");
  const auto cloud = text(table, "cloud");
  if (own && cloud)
    wrong(table.get("cloud")->source(), "both a cloud and endpoints are given",
          "keep either cloud, or login_endpoint and graph_endpoint");
  if (own) return {endpoint(table, "login_endpoint"), endpoint(table, "graph_endpoint")};
  const std::string name = cloud.value_or("global");
  for (const Cloud& known : kClouds)
    if (known.name == name) return {std::string(known.login), std::string(known.graph)};
  wrong(table.get("cloud")->source(), "\"" + name + "\" is no cloud",
        "use one of: global, usgov, usgov-dod, china; or login_endpoint and graph_endpoint");
}

graph::Credential Reader::read_credential(const toml::table& table, const std::string& name) const {
  check_keys(table, kCredentialKeys, "[" + name + "]");
  graph::Credential credential;
  credential.client_id = needed(table, "client_id", name);
  if (!base::Guid::parse(credential.client_id))
    wrong(table.get("client_id")->source(), "client_id is not a GUID",
          "copy \"Application (client) ID\" from the app registration");
  if (const auto file = text(table, "client_secret_file"))
    credential.client_secret_file = credential_file(*file);
  if (const auto file = text(table, "certificate_file"))
    credential.certificate_file = credential_file(*file);
  if (credential.client_secret_file.empty() == credential.certificate_file.empty())
    wrong(table.source(), "[" + name + "] needs exactly one kind of credential",
          "give either client_secret_file or certificate_file");
  return credential;
}

graph::Tenant Reader::read_tenant(const std::string& name, const toml::table& tenant_table) const {
  const std::string section = "tenant." + name;
  check_keys(tenant_table, kTenantKeys, "[" + section + "]");
  graph::Tenant tenant;
  tenant.name = name;
  tenant.tenant_id = needed(tenant_table, "tenant_id", section);
  if (!base::Guid::parse(tenant.tenant_id) && tenant.tenant_id.find('.') == std::string::npos)
    wrong(tenant_table.get("tenant_id")->source(),
          "tenant_id is neither a GUID nor a domain of the tenant",
          "copy \"Directory (tenant) ID\" from the app registration");
  tenant.endpoints = read_endpoints(tenant_table);
  if (const auto file = text(tenant_table, "ca_file")) tenant.ca_file = *file;
  tenant.backup =
      read_credential(table(tenant_table, "backup", section + ".backup"), section + ".backup");
  if (tenant_table.contains("restore"))
    tenant.restore =
        read_credential(table(tenant_table, "restore", section + ".restore"), section + ".restore");
  return tenant;
}

Config Reader::read(const toml::table& top) {
  Config config;
  check_keys(top, kTopKeys, "the file");
  if (top.contains("daemon")) read_daemon(table(top, "daemon", "daemon"), config);
  const toml::table& tenants = table(top, "tenant", "tenant.NAME");
  for (const auto& [name, node] : tenants) {
    if (!node.is_table())
      wrong(node.source(), "\"tenant\" holds one table a tenant",
            "write [tenant." + std::string(name.str()) + "]");
    config.tenants.push_back(read_tenant(std::string(name.str()), *node.as_table()));
  }
  if (config.tenants.empty())
    wrong(tenants.source(), "no tenant is configured", "add a table [tenant.NAME]");
  return config;
}

}  // namespace

base::Result<Config> load_config(const path& file) {
  std::error_code problem;
  if (!std::filesystem::is_regular_file(file, problem))
    return base::fail(ErrorKind::not_found, "the configuration " + file.string() + " is not there",
                      "name it with --config FILE; a commented example is entrad.toml in config/");
  try {
    return Reader(file).read(toml::parse_file(file.string()));
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
