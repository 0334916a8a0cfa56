#include "tenant.h"

#include <algorithm>
#include <chrono>
#include <stdexcept>

#include "encoding.h"
#include "licenses.h"
#include "random.h"

namespace graphsim {
namespace {

Origins origins_of(const TenantOptions& options) {
  const std::uint64_t name = hash_text(options.name);
  return {mix(options.seed) ^ name, options.name, derived_guid(name, 0, 0x7e),
          options.name + ".onmicrosoft.com", options.name + ".example"};
}

void set_option(TenantOptions& out, const std::string& key, const std::string& value) {
  if (key == "users")
    out.users = static_cast<UserIndex>(std::stoul(value));
  else if (key == "seed")
    out.seed = std::stoull(value);
  else if (key == "groups")
    out.groups = static_cast<std::uint32_t>(std::stoul(value));
  else if (key == "lag")
    out.lag_seconds = std::stod(value);
  else if (key == "premium")
    out.premium = value == "true";
  else
    throw std::invalid_argument("unknown key");
}

std::string enterprise_app_id(const Origins& origins) {
  return derived_guid(origins.seed, 0, 0x5b).text();
}

}  // namespace

TenantOptions parse_tenant(const std::string& text) {
  TenantOptions out;
  const auto colon = text.find(':');
  out.name = text.substr(0, colon);
  if (out.name.empty()) throw std::invalid_argument("tenant without a name: '" + text + "'");
  if (colon == std::string::npos) return out;
  for (const std::string& pair : split(text.substr(colon + 1), ',')) {
    const auto equals = pair.find('=');
    try {
      if (equals == std::string::npos) throw std::invalid_argument("no value");
      set_option(out, pair.substr(0, equals), pair.substr(equals + 1));
    } catch (const std::exception&) {
      throw std::invalid_argument("tenant option '" + pair + "' is not understood");
    }
  }
  return out;
}

Tenant::Tenant(const TenantOptions& o, const Clock& c)
    : options(o),
      origins(origins_of(o)),
      clock(c),
      changes(c, o.lag_seconds, origins.seed),
      users(origins, o.users, changes),
      containers(users, changes),
      roles(origins.seed),
      managers(origins, o.users, changes),
      methods(origins, users, clock),
      apps(default_apps(o.name)),
      app_roles(origins, users, enterprise_app_id(origins)),
      extras(origins, users),
      audit(origins.seed),
      replication(c, o.lag_seconds, origins.seed) {
  settings.premium = options.premium;
  settings.pim_lag = options.lag_seconds > 0 ? 15 : 0;
  service_principals.push_back(
      {enterprise_app_id(origins), derived_guid(origins.seed, 0, 0x5c).text(), "Payroll Portal"});
  service_principals.push_back({derived_guid(origins.seed, 1, 0x5b).text(),
                                derived_guid(origins.seed, 1, 0x5c).text(), "Wiki (staff)"});
  for (const App& a : apps)
    service_principals.push_back({a.service_principal_id, a.client_id, a.name});
  populate(*this);
  users.on_department([this](UserIndex user, const std::string& former) {
    containers.department_changed(user, former);
  });
  changes.begin();
}

bool Tenant::verified_domain(std::string_view domain) const {
  return same_text(domain, origins.initial_domain) || same_text(domain, origins.custom_domain);
}

App* Tenant::app(std::string_view key) {
  const auto it = std::find_if(apps.begin(), apps.end(), [&](const App& a) {
    return same_text(a.client_id, key) || a.name == key;
  });
  return it == apps.end() ? nullptr : &*it;
}

const ServicePrincipal* Tenant::service_principal(std::string_view key) const {
  const auto it = std::find_if(
      service_principals.begin(), service_principals.end(),
      [&](const ServicePrincipal& s) { return same_text(s.id, key) || same_text(s.app_id, key); });
  return it == service_principals.end() ? nullptr : &*it;
}

bool Tenant::is_visible(UserIndex user) {
  return users.life(user) == Life::kLive && replication.visible(user);
}

std::optional<UserIndex> Tenant::visible_user(std::string_view key) {
  const auto user = parse_guid(key) ? users.find_id(key) : users.find_name(key);
  return user && is_visible(*user) ? user : std::nullopt;
}

std::uint64_t Tenant::objects() const {
  return users.live() + users.deleted() / 4 + containers.all().size();
}

bool Tenant::is_admin(UserIndex user) const {
  for (const RoleAssignment* a : roles.of(users.id(user))) {
    const RoleDefinition* role = roles.definition(a->role);
    if (role == nullptr || !role->weak) return true;
  }
  const auto protects = [&](ContainerIndex c) {
    return containers.at(c).kind == GroupKind::kRoleAssignable;
  };
  const auto& member_of = containers.assigned(user);
  const auto owned = containers.owned_by(user);
  return std::any_of(member_of.begin(), member_of.end(), protects) ||
         std::any_of(owned.begin(), owned.end(), protects);
}

bool Tenant::app_holds_role(const App& app, std::initializer_list<std::string_view> wanted) const {
  const auto held = roles.of(app.service_principal_id);
  return std::any_of(held.begin(), held.end(), [&](const RoleAssignment* a) {
    return std::find(wanted.begin(), wanted.end(), a->role) != wanted.end();
  });
}

void Tenant::set_directory_roles(const App& app, const std::vector<std::string>& wanted) {
  roles.forget(app.service_principal_id);
  for (const std::string& key : wanted) {
    const RoleDefinition* role = roles.definition(key);
    if (role == nullptr) throw std::invalid_argument("no such role: " + key);
    roles.assign(role->id, app.service_principal_id, "/");
  }
}

std::vector<std::string> Tenant::directory_roles(const App& app) const {
  std::vector<std::string> out;
  for (const RoleAssignment* a : roles.of(app.service_principal_id)) out.push_back(a->role);
  return out;
}

void Tenant::move_to_bin(UserIndex user, const Actor& actor) {
  audit.write("Delete user", actor, {target(user)});
  users.move_to_bin(user, iso_time(std::chrono::system_clock::now()));
}

void Tenant::purge(UserIndex user, const Actor& actor) {
  audit.write("Hard Delete user", actor, {target(user)});
  containers.forget(user);
  roles.forget(users.id(user));
  managers.forget(user);
  methods.forget(user);
  app_roles.forget(user);
  extras.forget(user);
  users.purge(user);
}

AuditTarget Tenant::target(UserIndex user) const {
  return {users.id(user), "User", users.text(user, "displayName"),
          users.text(user, "userPrincipalName")};
}

AuditTarget Tenant::target(const Container& container) const {
  return {container.id(), container.is_unit() ? "AdministrativeUnit" : "Group",
          container.document.at("displayName").get<std::string>(), ""};
}

std::size_t Tenant::consumed(std::string_view sku) const {
  std::size_t count = 0;
  for (UserIndex user = 0; user < users.size(); ++user) {
    if (users.life(user) == Life::kGone) continue;
    for (const Holding& h : holdings_of(users.value(user, "assignedLicenses")))
      count += h.sku_id == sku ? 1 : 0;
  }
  return count;
}

}  // namespace graphsim
