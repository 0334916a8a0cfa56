#include "restore/plan/left_behind.h"

#include "directory/sections.h"
#include "store/snapshots.h"

namespace entrad::restore {

void LeftBehind::add(const base::Guid& user) {
  if (context_.request.with_owned_objects) return;
  const auto content =
      context_.store.snapshots().content(context_.request.tenant, context_.snapshot.number,
                                         api::ObjectKind::user, user, api::Section::owned_objects);
  if (!content) return;
  const auto owned = directory::read_memberships(*content);
  owners_ += owned.empty() ? 0 : 1;
  for (const directory::Link& object : owned) objects_.insert(object.id);
}

void LeftBehind::enter_into(api::Plan& plan) const {
  if (owners_ == 0) return;
  const std::string many = objects_.size() == 1
                               ? "1 group or application"
                               : std::to_string(objects_.size()) + " groups and applications";
  plan.risks["were owners of " + many + ", which is not restored: add --with-owned-objects"] =
      owners_;
}

}  // namespace entrad::restore
