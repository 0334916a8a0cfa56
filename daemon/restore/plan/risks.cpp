#include "restore/plan/risks.h"

#include <algorithm>

#include "graph/calls.h"

namespace entrad::restore {
namespace {

using base::Guid;

// Whether Graph lets an app write this to an administrator only if the app holds an admin role
// itself. Source: "Update user", permissions; "Authentication methods", permissions.
bool is_guarded(const Todo& todo) {
  const bool is_sensitive =
      std::any_of(todo.changes.begin(), todo.changes.end(), [](const directory::Change& one) {
        return one.restorable == directory::Restorable::sensitive;
      });
  return is_sensitive || todo.issue_pass || todo.delete_user || !todo.create_methods.empty() ||
         !todo.replace_methods.empty() || !todo.extra_methods.empty();
}

// A licence that is only set back to other plans takes no seat.
bool holds(const Live& live, const std::string& sku_id) {
  const auto& licenses = live.sections.licenses;
  return licenses && std::any_of(licenses->begin(), licenses->end(),
                                 [&](const auto& one) { return one.sku_id == sku_id; });
}

// Source: Microsoft Graph v1.0, "Get organization", directorySizeQuota.
std::optional<std::uint64_t> room_for_objects(const Context& context, const graph::Call& call) {
  auto reply = context.session.send(graph::calls::directory_size(), call);
  if (!reply || !reply->done()) return std::nullopt;
  const auto rows = reply->body.value("value", nlohmann::json::array());
  if (rows.empty() || !rows[0].contains("directorySizeQuota")) return std::nullopt;
  const auto& quota = rows[0]["directorySizeQuota"];
  if (!quota.is_object()) return std::nullopt;
  const auto used = quota.value("used", std::uint64_t{0});
  const auto total = quota.value("total", std::uint64_t{0});
  return total > used ? total - used : 0;
}

}  // namespace

void Risks::add(const Candidate& candidate, const Todo& todo, bool is_protected) {
  const bool is_home = context_.request.to_tenant.empty();
  const auto& object = candidate.goal.wanted.object;
  if (todo.create && context_.request.as_new.empty() && is_home)
    ++told_
        ["get a new object id: what named the old one outside this restore (Conditional Access, "
         "Azure, SharePoint) must be set again"];
  if (todo.create && object.is_true("onPremisesSyncEnabled"))
    ++told_["were synchronised from Active Directory and come back as cloud users"];
  if (!todo.empty() && !todo.problems.empty())
    ++told_["can only partly be restored: see entractl jobs items " + context_.job.str()];
  if (is_protected) ++told_["are protected by the configuration and left alone"];
  if (!candidate.goal.new_name.empty() && !todo.other_name.empty())
    ++told_["come back under another userPrincipalName, since somebody else has theirs: tell them"];
  if (candidate.name_taken || candidate.keeps_name)
    ++told_[is_home ? "have lost their userPrincipalName to another user"
                    : "would get a userPrincipalName that another user there has"];
  creates_ += todo.create ? 1 : 0;
  if (candidate.live.where == Where::live && is_guarded(todo))
    guarded_.push_back(candidate.live.id);
  for (const auto& license : todo.licenses)
    if (!holds(candidate.live, license.sku_id)) ++new_licenses_[license.sku_id];
}

void Risks::enter_into(api::Plan& plan, const Targets& targets, std::optional<RoleList>& roles,
                       const graph::Call& call) {
  tell_lack_of_seats(targets);
  tell_admins(roles, call);
  tell_lack_of_room(call);
  plan.risks.insert(told_.begin(), told_.end());
}

void Risks::tell_lack_of_seats(const Targets& targets) {
  for (const auto& [sku, users] : new_licenses_) {
    const auto free = targets.free_seats(sku);
    if (!free || users <= *free) continue;
    told_["will not get the licence " + targets.sku_name(sku) + ": " + std::to_string(users) +
          " need it, and the tenant has " + std::to_string(*free) + " to give"] = users - *free;
  }
}

void Risks::tell_admins(std::optional<RoleList>& roles, const graph::Call& call) {
  if (guarded_.empty()) return;
  if (!roles) {
    auto read = RoleList::read(context_, call);
    if (!read) return;
    roles = std::move(*read);
  }
  const auto admins = std::count_if(guarded_.begin(), guarded_.end(),
                                    [&roles](const Guid& user) { return roles->holds_any(user); });
  if (admins == 0) return;
  told_
      ["hold admin roles: Graph refuses changes of their names, sign-in and authentication methods "
       "unless entrad's app is Privileged Authentication Administrator, which entractl tenants "
       "check tells"] = static_cast<std::uint64_t>(admins);
}

void Risks::tell_lack_of_room(const graph::Call& call) {
  if (creates_ == 0) return;
  const auto room = room_for_objects(context_, call);
  if (!room || *room >= creates_) return;
  told_["will not be created: the directory takes " + std::to_string(*room) +
        " more objects; ask Microsoft to raise its quota, or delete some"] = creates_ - *room;
}

}  // namespace entrad::restore
