#include <algorithm>

#include "graph/session.h"
#include "graph/session_parts.h"

namespace entrad::graph {

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
  const Credential& credential = purpose == Purpose::backup ? tenant.backup : *tenant.restore;
  auto line = Line::open(tenant, credential, governor_, clock_);
  if (!line) return base::pass(line);
  auto parts = std::make_unique<Session::Parts>();
  parts->line = std::move(*line);
  session.reset(new Session(std::move(parts)));
  return session.get();
}

Governor& Sessions::governor() { return governor_; }

}  // namespace entrad::graph
