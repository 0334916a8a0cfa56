#include "api/status.h"
#include "api/tenant_check.h"
#include "backup/cloud.h"
#include "control/bodies.h"
#include "control/handlers.h"
#include "store/snapshots.h"

namespace entrad::control {

api::TenantStatus tenant_status(const std::string& tenant, const Context& context) {
  api::TenantStatus status;
  status.name = tenant;
  if (auto known = context.services.sessions.tenant(tenant); known)
    status.tenant_id = (*known)->tenant_id;
  const store::Snapshots& snapshots = context.services.store.snapshots();
  status.snapshots = snapshots.count(tenant);
  const auto last = snapshots.newest(tenant);
  if (!last) return status;
  status.last_snapshot = last->number;
  status.last_snapshot_at = last->sealed_at;
  const auto users = last->counts.find(std::string(api::name(api::ObjectKind::user)));
  if (users != last->counts.end()) status.users = users->second;
  return status;
}

base::Result<Answer> get_tenants(const Question& /*question*/, const Context& context) {
  Answer answer;
  answer.body = {{"tenants", nlohmann::json::array()}};
  for (const std::string& tenant : context.services.sessions.tenants())
    answer.body["tenants"].push_back(tenant_status(tenant, context));
  return answer;
}

base::Result<Answer> check_tenant(const Question& question, const Context& context) {
  if (auto none = expect_no_body(question.body); !none) return base::pass(none);
  const graph::Call call{context.stop, nullptr};
  const Services& services = context.services;
  auto check = backup::check_tenant(services.store, services.sessions, services.clock,
                                    question.parts.at("tenant"), call);
  if (!check) return base::pass(check);
  Answer answer;
  answer.body = *check;
  return answer;
}

}  // namespace entrad::control
