// How to reach one tenant: ids, endpoints and credentials, as the configuration gives them.
// Thread safety: plain values.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace entrad::graph {

// Source: Microsoft's "National cloud deployments". Scheme, host and port; no path.
struct Endpoints {
  std::string login = "https://login.microsoftonline.com";
  std::string graph = "https://graph.microsoft.com";
};

// Exactly one of client_secret_file, certificate_file, federated_token_file and managed_identity is
// set. Files are read when a token is needed, so that a rotated one takes effect without a restart.
struct Credential {
  std::string client_id;  // empty: the managed identity that belongs to the machine itself
  std::filesystem::path client_secret_file;
  std::filesystem::path certificate_file;             // PEM: certificate and private key
  std::filesystem::path certificate_passphrase_file;  // empty: the key is not encrypted
  std::filesystem::path federated_token_file;         // a JWT of an issuer that the app trusts
  bool managed_identity = false;
};

struct Tenant {
  std::string name;       // short, ours
  std::string tenant_id;  // GUID or a verified domain
  Endpoints endpoints;
  std::filesystem::path ca_file;  // private CA; empty: the system's
  Credential backup;
  std::optional<Credential> restore;  // none: restores use those for backups
  // Further app registrations for the same purpose, over which requests are spread.
  std::vector<Credential> backup_pool;
  std::vector<Credential> restore_pool;
};

enum class Purpose { backup, restore };

}  // namespace entrad::graph
