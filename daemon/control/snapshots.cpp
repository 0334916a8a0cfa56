#include "store/snapshots.h"

#include "control/handlers.h"
#include "control/parameters.h"
#include "store/pruning/pruning.h"

namespace entrad::control {

base::Result<Answer> get_snapshots(const Question& question, const Context& context) {
  const std::string& tenant = question.parts.at("tenant");
  if (auto known = context.services.sessions.tenant(tenant); !known) return base::pass(known);
  Answer answer;
  answer.body = {{"snapshots", context.services.store.snapshots().list(tenant)},
                 {"pins", context.services.store.pruning().pins(tenant)}};
  return answer;
}

base::Result<Answer> get_snapshot(const Question& question, const Context& context) {
  const std::string& tenant = question.parts.at("tenant");
  if (auto known = context.services.sessions.tenant(tenant); !known) return base::pass(known);
  auto number = parse_number("the snapshot's number", question.parts.at("number"));
  if (!number) return base::pass(number);
  auto snapshot = context.services.store.snapshots().find(tenant, base::SnapshotNumber{*number});
  if (!snapshot) return base::pass(snapshot);
  Answer answer;
  answer.body = *snapshot;
  const bool has_parent = snapshot->parent.value != 0;
  if (has_parent && !context.services.store.snapshots().find(tenant, snapshot->parent))
    answer.body["parentPruned"] = true;
  for (const api::Pin& pin : context.services.store.pruning().pins(tenant))
    if (pin.snapshot == snapshot->number) answer.body["pin"] = pin;
  return answer;
}

}  // namespace entrad::control
