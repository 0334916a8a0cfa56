#include "store/store.h"

#include <algorithm>

#include "api/keeping.h"
#include "base/time_text.h"
#include "control/bodies.h"
#include "control/handlers.h"
#include "store/snapshots.h"

namespace entrad::control {
namespace {

constexpr std::size_t kCopiesKept = 3;

// "2026-11-27T20-41-05Z": a time as a plain name.
std::string time_name(base::WallTime now) {
  std::string name = base::rfc3339(now);
  std::replace(name.begin(), name.end(), ':', '-');
  return name;
}

api::StoreCopy told(const store::Copy& copy) {
  return {copy.name, copy.path.string(), copy.bytes, copy.made_at, copy.replaced};
}

}  // namespace

base::Result<Answer> get_store(const Question& /*question*/, const Context& context) {
  store::Store& store = context.services.store;
  api::StoreStatistics statistics = store.statistics();
  for (const std::string& tenant : context.services.sessions.tenants())
    statistics.snapshots[tenant] = store.snapshots().count(tenant);
  for (const store::Copy& copy : store.copies()) statistics.copies.push_back(told(copy));
  Answer answer;
  answer.body = statistics;
  return answer;
}

base::Result<Answer> copy_store(const Question& question, const Context& context) {
  auto body = read_object(question.body.empty() ? "{}" : question.body);
  if (!body) return base::pass(body);
  auto request = read_body<api::CopyRequest>(*body);
  if (!request) return base::pass(request);
  const std::string name =
      request->name.empty() ? time_name(context.services.clock.wall()) : request->name;
  auto copy = context.services.store.copy(name, kCopiesKept);
  if (!copy) return base::pass(copy);
  Answer answer;
  answer.status = 201;
  answer.body = told(*copy);
  return answer;
}

}  // namespace entrad::control
