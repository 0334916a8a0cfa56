// One Entra tenant: its users, groups, units, roles, managers, methods, apps and audit log, and the
// few rules that need several of them at once.
// Thread safety: one thread. Owned by Simulation.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "apps.h"
#include "audit.h"
#include "changes.h"
#include "containers.h"
#include "extras.h"
#include "managers.h"
#include "methods.h"
#include "replication.h"
#include "roles.h"
#include "settings.h"
#include "users.h"

namespace graphsim {

/// What the command line says of a tenant: `NAME[:key=value,...]`.
struct TenantOptions {
  std::string name;
  UserIndex users = 100;
  std::uint64_t seed = 1;
  std::optional<std::uint32_t> groups;
  double lag_seconds = 2;
  bool premium = true;
};

/// Throws std::invalid_argument naming the key that is wrong.
TenantOptions parse_tenant(const std::string& text);

class Tenant {
 public:
  Tenant(const TenantOptions& options, const Clock& clock);
  Tenant(const Tenant&) = delete;
  Tenant& operator=(const Tenant&) = delete;

  const TenantOptions options;
  const Origins origins;
  const Clock& clock;
  ChangeLog changes;
  Users users;
  Containers containers;
  Roles roles;
  Managers managers;
  Methods methods;
  std::vector<App> apps;
  std::vector<ServicePrincipal> service_principals;
  AppRoles app_roles;
  Extras extras;
  AuditLog audit;
  Replication replication;
  Settings settings;
  std::uint64_t created = 0;  ///< objects created through the API, for ids

  std::string id() const { return origins.tenant_id.text(); }
  bool verified_domain(std::string_view domain) const;
  App* app(std::string_view client_id_or_name);
  const ServicePrincipal* service_principal(std::string_view id_or_app_id) const;

  /// Live user that every replica knows, by object id or principal name.
  std::optional<UserIndex> visible_user(std::string_view key);
  bool is_visible(UserIndex user);
  Guid fresh_guid() { return derived_guid(origins.seed, ++created, 0xf4e54); }

  /// Holds a privileged role, or is member or owner of a role-assignable group: such accounts are
  /// protected from app permissions alone (documentation: "Who can perform sensitive actions").
  bool is_admin(UserIndex user) const;
  /// As the directory's quota counts them: what is in the bin, a quarter (documentation: "Microsoft
  /// Entra service limits").
  std::uint64_t objects() const;
  bool app_holds_role(const App& app, std::initializer_list<std::string_view> roles) const;
  void set_directory_roles(const App& app, const std::vector<std::string>& roles);
  std::vector<std::string> directory_roles(const App& app) const;

  /// Soft-deletes, restores, or permanently deletes with every reference.
  void move_to_bin(UserIndex user, const Actor& actor);
  void purge(UserIndex user, const Actor& actor);
  AuditTarget target(UserIndex user) const;
  AuditTarget target(const Container& container) const;
  std::size_t consumed(std::string_view sku) const;
};

/// Fills groups, units, memberships, role assignments and service principals of a new tenant.
void populate(Tenant& tenant);

}  // namespace graphsim
