#include "restore/user_requests.h"

#include <unordered_set>

#include "store/snapshots.h"

namespace entrad::restore {
namespace {

using api::RestoreRequest;
using api::UserOptions;
using base::ErrorKind;
using base::Guid;

struct Switch {
  std::optional<bool> UserOptions::*own;
  bool RestoreRequest::*all;
};

constexpr Switch kSwitches[] = {
    {&UserOptions::with_object, &RestoreRequest::with_object},
    {&UserOptions::with_manager, &RestoreRequest::with_manager},
    {&UserOptions::with_memberships, &RestoreRequest::with_memberships},
    {&UserOptions::with_roles, &RestoreRequest::with_roles},
    {&UserOptions::with_auth_methods, &RestoreRequest::with_auth_methods},
    {&UserOptions::with_licenses, &RestoreRequest::with_licenses},
    {&UserOptions::with_app_roles, &RestoreRequest::with_app_roles},
    {&UserOptions::with_owned_objects, &RestoreRequest::with_owned_objects},
    {&UserOptions::exact, &RestoreRequest::exact},
    {&UserOptions::block_sign_in, &RestoreRequest::block_sign_in},
    {&UserOptions::revoke_sessions, &RestoreRequest::revoke_sessions},
    {&UserOptions::temporary_access_pass, &RestoreRequest::temporary_access_pass},
};

}  // namespace

RestoreRequest widest(RestoreRequest request) {
  for (const UserOptions& options : request.user_options)
    for (const Switch& one : kSwitches)
      if ((options.*one.own).value_or(false)) request.*one.all = true;
  return request;
}

Context for_all(const Context& context) {
  Context wide = context;
  wide.request = widest(wide.request);
  return wide;
}

RestoreRequest narrowed(const RestoreRequest& request, const UserOptions& options) {
  RestoreRequest own = request;
  own.user_options.clear();
  own.selection = {};
  own.selection.users = {options.user};
  for (const Switch& one : kSwitches) own.*one.all = (options.*one.own).value_or(own.*one.all);
  if (!options.name.empty()) (own.as_new.empty() ? own.when_taken : own.as_new) = options.name;
  return own;
}

UserRequests::UserRequests(const Context& context, RestoreRequest asked)
    : asked_(std::move(asked)) {
  const auto options = std::exchange(asked_.user_options, {});
  for (const UserOptions& one : options) {
    auto user =
        context.store.snapshots().find_user(asked_.tenant, context.snapshot.number, one.user);
    if (!user) {
      found_ = base::pass(user);
      return;
    }
    names_.emplace(*user, one.user);
    if (own_.emplace(*user, narrowed(asked_, one)).second) continue;
    found_ = base::fail(ErrorKind::invalid_argument,
                        "the user " + one.user + " has options of its own a second time",
                        "leave one of the two out");
    return;
  }
}

const RestoreRequest& UserRequests::of(const Guid& user) const {
  const auto own = own_.find(user);
  return own == own_.end() ? asked_ : own->second;
}

base::Result<void> UserRequests::check(const std::vector<Guid>& selected) const {
  if (!found_) return found_;
  const std::unordered_set<Guid> there(selected.begin(), selected.end());
  for (const auto& [user, name] : names_)
    if (!there.contains(user))
      return base::fail(ErrorKind::invalid_argument,
                        "the user " + name + " has options of its own, and is not selected",
                        "select the user too, or leave its options out");
  return {};
}

}  // namespace entrad::restore
