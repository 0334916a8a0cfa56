// App registrations of a tenant, each with its service principal, credentials and granted
// application permissions, and the app role assignments of users.
// Thread safety: one thread. Owned by Tenant.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "users.h"

namespace graphsim {

/// Whose tokens stand in for a credential of the app.
struct FederatedCredential {
  std::string issuer, subject, audience;
  std::string certificate_pem;  ///< with the issuer's key
};

struct App {
  std::string name;  ///< "backup"
  std::string client_id;
  std::string service_principal_id;
  std::string secret;
  bool secret_expired = false;
  std::string certificate_pem;      ///< empty where none is registered
  std::set<std::string> roles;      ///< granted application permissions
  FederatedCredential federated{};  ///< no issuer: none
};

/// The two registrations that every tenant has: `backup` reads, `restore` writes.
std::vector<App> default_apps(const std::string& tenant);

/// Anything in /servicePrincipals: the apps and a few enterprise applications.
struct ServicePrincipal {
  std::string id, app_id, name;
};

struct AppRoleAssignment {
  std::string id, principal, principal_type, principal_name, resource, app_role, created;
};

inline constexpr std::string_view kPayslipReader = "7b1c0a52-44d1-4f0e-9d55-3a0f5f1e0a01";
inline constexpr std::string_view kDefaultAppRole = "00000000-0000-0000-0000-000000000000";

/// Direct app role assignments of users to enterprise applications.
class AppRoles {
 public:
  AppRoles(const Origins& origins, const Users& users, std::string first_resource)
      : origins_(origins), users_(users), resource_(std::move(first_resource)) {}

  std::vector<AppRoleAssignment> of(UserIndex user) const;
  void set(UserIndex user, std::vector<AppRoleAssignment> assignments);
  void forget(UserIndex user) { changed_.erase(user); }

 private:
  const Origins& origins_;
  const Users& users_;
  std::string resource_;
  std::unordered_map<UserIndex, std::vector<AppRoleAssignment>> changed_;
};

}  // namespace graphsim
