#include <algorithm>

#include "graph/session.h"
#include "graph/session_parts.h"

namespace entrad::graph {
namespace {

std::vector<Credential> credentials_for(const Tenant& tenant, Purpose purpose) {
  const bool backup = purpose == Purpose::backup;
  std::vector<Credential> credentials{backup ? tenant.backup : *tenant.restore};
  const std::vector<Credential>& more = backup ? tenant.backup_pool : tenant.restore_pool;
  credentials.insert(credentials.end(), more.begin(), more.end());
  return credentials;
}

}  // namespace

Sessions::Sessions(std::vector<Tenant> tenants, Governor& governor, base::Clock& clock)
    : governor_(governor), clock_(clock), tenants_(std::move(tenants)) {}
Sessions::~Sessions() = default;

std::vector<std::string> Sessions::tenants() const {
  std::vector<std::string> names;
  for (const Tenant& tenant : tenants_) names.push_back(tenant.name);
  return names;
}

base::Result<const Tenant*> Sessions::tenant(const std::string& name) const {
  std::string known;
  for (const Tenant& tenant : tenants_) {
    if (tenant.name == name) return &tenant;
    known += (known.empty() ? "" : ", ") + tenant.name;
  }
  return base::fail(base::ErrorKind::not_found, "there is no tenant \"" + name + "\"",
                    known.empty() ? "no tenant is configured" : "configured are: " + known);
}

base::Result<Session*> Sessions::session(const std::string& name, Purpose purpose) {
  auto found = tenant(name);
  if (!found) return base::pass(found);
  const Tenant& tenant = **found;
  // Without a credential of its own, a restore shares the session, and so the quota, of backups.
  if (!tenant.restore) purpose = Purpose::backup;
  const std::lock_guard lock(mutex_);
  std::unique_ptr<Session>& session = sessions_[{name, purpose}];
  if (session) return session.get();
  auto lines = Lines::open(tenant, credentials_for(tenant, purpose), governor_, clock_);
  if (!lines) return base::pass(lines);
  auto parts = std::make_unique<Session::Parts>();
  parts->lines = std::move(*lines);
  session.reset(new Session(std::move(parts)));
  return session.get();
}

Governor& Sessions::governor() { return governor_; }

}  // namespace entrad::graph
