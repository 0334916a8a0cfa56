#include "api/status.h"

#include "control/handlers.h"
#include "store/journal.h"

namespace entrad::control {

base::Result<Answer> get_info(const Question& /*question*/, const Context& context) {
  Answer answer;
  answer.body = {{"version", context.services.version}, {"api", 1}};
  return answer;
}

base::Result<Answer> get_status(const Question& /*question*/, const Context& context) {
  const Services& services = context.services;
  api::DaemonStatus status;
  status.version = services.version;
  status.state = context.stopping ? "stopping" : "ready";
  status.started_at = context.started_at;
  for (const std::string& tenant : services.sessions.tenants())
    status.tenants.push_back(tenant_status(tenant, context));
  status.jobs = services.store.journal().counts();
  status.store = services.store.status();
  status.buckets = services.sessions.governor().status();
  Answer answer;
  answer.body = status;
  return answer;
}

base::Result<Answer> get_queue(const Question& /*question*/, const Context& context) {
  api::QueueStatus status;
  status.buckets = context.services.sessions.governor().status();
  Answer answer;
  answer.body = status;
  return answer;
}

}  // namespace entrad::control
