#include "app/credential_config.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "base/guid.h"
#include "base/text.h"

namespace entrad::app {
namespace {

using std::filesystem::path;

constexpr std::array<std::string_view, 6> kKeys{"client_id",
                                                "client_secret_file",
                                                "certificate_file",
                                                "certificate_passphrase_file",
                                                "federated_token_file",
                                                "managed_identity"};
constexpr std::array<std::string_view, 4> kKinds{"client_secret_file", "certificate_file",
                                                 "federated_token_file", "managed_identity"};
constexpr const char* kOneKind =
    "give exactly one of client_secret_file, certificate_file, federated_token_file and "
    "managed_identity = true";

// A bare name is one of systemd's credentials, else a file beside the configuration.
path credential_file(const std::string& name, const path& config) {
  if (name.find('/') != std::string::npos) return name;
  const char* directory = std::getenv("CREDENTIALS_DIRECTORY");
  if (directory != nullptr && std::filesystem::exists(path(directory) / name))
    return path(directory) / name;
  return config.parent_path() / name;
}

path file_at(const StrictTable& table, std::string_view key) {
  const auto name = table.text(key);
  return name ? credential_file(*name, table.file()) : path();
}

void check_kinds(const StrictTable& table, bool managed_identity) {
  std::vector<std::string_view> given;
  for (const auto kind : kKinds)
    if (table.has(kind) && (kind != "managed_identity" || managed_identity)) given.push_back(kind);
  if (given.empty())
    table.wrong("[" + table.name() + "] needs exactly one kind of credential", kOneKind);
  if (given.size() > 1)
    table.wrong_at(table.last_of(given),
                   "[" + table.name() + "] has more than one kind of credential: " + list(given),
                   kOneKind);
  if (table.has("certificate_passphrase_file") && given.front() != "certificate_file")
    table.wrong_at("certificate_passphrase_file",
                   "certificate_passphrase_file belongs to a certificate_file",
                   "leave it out, or give the certificate_file whose key it opens");
}

std::string read_client_id(const StrictTable& table, bool managed_identity) {
  if (managed_identity && !table.has("client_id")) return "";
  const std::string id = table.needed("client_id");
  if (!base::Guid::parse(id))
    table.wrong_at("client_id", "client_id is not a GUID",
                   managed_identity
                       ? "copy \"Client ID\" of the user-assigned managed identity, or leave it out"
                       : "copy \"Application (client) ID\" from the app registration");
  return id;
}

}  // namespace

graph::Credential read_credential(const StrictTable& table) {
  table.allow_only(kKeys);
  graph::Credential credential;
  credential.managed_identity = table.flag("managed_identity").value_or(false);
  check_kinds(table, credential.managed_identity);
  credential.client_id = read_client_id(table, credential.managed_identity);
  credential.client_secret_file = file_at(table, "client_secret_file");
  credential.certificate_file = file_at(table, "certificate_file");
  credential.certificate_passphrase_file = file_at(table, "certificate_passphrase_file");
  credential.federated_token_file = file_at(table, "federated_token_file");
  return credential;
}

std::vector<graph::Credential> read_credentials(const StrictTable& tenant, std::string_view key) {
  std::vector<graph::Credential> pool;
  for (const StrictTable& table : tenant.tables(key)) {
    graph::Credential credential = read_credential(table);
    const bool twice = std::any_of(pool.begin(), pool.end(), [&](const auto& other) {
      return base::ascii_lower(other.client_id) == base::ascii_lower(credential.client_id);
    });
    if (twice)
      table.wrong("[[" + table.name() + "]] names one app registration twice",
                  "a pool is of different app registrations: Graph's quotas count for each");
    pool.push_back(std::move(credential));
  }
  return pool;
}

}  // namespace entrad::app
