#include "restore/goal.h"

#include "restore/other_tenant/other_tenant.h"
#include "restore/selection.h"
#include "restore/undo.h"
#include "restore/user_requests.h"

namespace entrad::restore {
Goals::Goals(const Context& context, const api::RestoreRequest& asked)
    : context_(context), requests_(std::make_unique<UserRequests>(context, asked)) {
  if (context.undoes)
    undo_ = std::make_unique<Undo>(context.store.journal(), *context.undoes);
  else if (!context.request.to_tenant.empty())
    other_ = std::make_unique<OtherTenant>(context);
}

Goals::~Goals() = default;

base::Result<std::vector<base::Guid>> Goals::users(const graph::Call& call) const {
  if (!undo_) {
    auto users = select(context_, call);
    if (!users) return users;
    if (auto sound = requests_->check(*users); !sound) return base::pass(sound);
    return users;
  }
  auto users = undo_->users();
  if (users.empty())
    return base::fail(base::ErrorKind::failed_precondition,
                      "job " + context_.undoes->str() +
                          " has written nothing: there is nothing to "
                          "undo");
  return users;
}

base::Guid Goals::present_id(const base::Guid& user) const {
  return undo_ ? undo_->present_id(user) : restore::present_id(context_, user);
}

const api::RestoreRequest& Goals::request_for(const base::Guid& user) const {
  return requests_->of(user);
}

bool Goals::sponsors_matter(const base::Guid& user, const Goal& goal) const {
  if (undo_) return undo_->has_written_sponsors(user);
  return goal.wanted.sponsors && (context_.request.exact || !goal.wanted.sponsors->empty());
}

bool Goals::owned_objects_matter(const base::Guid& user, const Goal& goal) const {
  if (undo_) return undo_->has_written_owned_objects(user);
  return goal.wanted.owned_objects &&
         (context_.request.exact || !goal.wanted.owned_objects->empty());
}

Goal Goals::of(const base::Guid& user, const Live& live) const {
  Goal goal;
  goal.request = &request_for(user);
  if (undo_) {
    const api::RestoreRequest* const request = goal.request;
    goal = undo_->goal(user, live);
    goal.request = request;
    if (goal.wanted.schedules) note_ended(*goal.wanted.schedules, context_.clock.wall());
    return goal;
  }
  goal.wanted = read_wanted(context_, *goal.request, user);
  goal.user_principal_name = goal.wanted.object.text("userPrincipalName");
  goal.display_name = goal.wanted.object.text("displayName");
  if (other_) return other_->translated(std::move(goal));
  return goal;
}

}  // namespace entrad::restore
