#include "store/store.h"

#include "api/history.h"
#include "control/handlers.h"
#include "store/snapshots.h"

namespace entrad::control {

base::Result<Answer> get_store(const Question& /*question*/, const Context& context) {
  store::Store& store = context.services.store;
  api::StoreStatistics statistics = store.statistics();
  for (const std::string& tenant : context.services.sessions.tenants())
    statistics.snapshots[tenant] = store.snapshots().count(tenant);
  Answer answer;
  answer.body = statistics;
  return answer;
}

}  // namespace entrad::control
