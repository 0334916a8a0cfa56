// Compares section by section; then the words for people, then the bodies for Graph.
#include "restore/compare/todo.h"

#include <algorithm>

#include "base/text.h"
#include "restore/compare/compare_object.h"
#include "restore/compare/compare_sponsors_and_owned.h"
#include "restore/compare/schedule_todo.h"

namespace entrad::restore {
namespace {

using api::Failure;
using directory::Change;
using directory::GroupWrite;
using directory::Link;
using nlohmann::json;

Failure impossible(std::string message, std::string hint) {
  return {"graphRefused", std::move(message), std::move(hint)};
}

bool is_guest(const directory::LazyObject& object) { return object.text("userType") == "Guest"; }

bool is_synced(const json& object) {
  return object.is_object() && object.value("onPremisesSyncEnabled", json()) == true;
}

Failure is_not_there(const api::RestoreRequest& request, const Live& live) {
  if (live.where == Where::in_recycle_bin)
    return impossible("the user is in the recycle bin", "add --with-object to bring the user back");
  if (!request.to_tenant.empty())
    return impossible("the user is not in tenant " + request.to_tenant,
                      "add --with-object to make the user there");
  return impossible("the user has been deleted for good",
                    "add --with-object to bring the user back");
}

// How the user is brought back into the directory. False: it cannot be, and `todo` says why.
bool bring_back(const api::RestoreRequest& request, const Sections& wanted, const Live& live,
                const History& history, Todo& todo) {
  if (live.where == Where::live) return true;
  const bool is_new = !request.as_new.empty() || !request.to_tenant.empty();
  if (is_new) todo.new_name = wanted.object.text("userPrincipalName");
  if (history.given_up.contains("create") || history.given_up.contains("restore")) return false;
  if (!request.with_object && request.as_new.empty()) {
    todo.problems.push_back(is_not_there(request, live));
    return false;
  }
  if (live.where == Where::in_recycle_bin) {
    todo.restore_from_bin = true;
    return true;
  }
  if (is_guest(wanted.object)) {
    todo.problems.push_back(
        !request.to_tenant.empty()
            ? impossible("a guest cannot be created in another tenant, only invited",
                         "invite the guest there, then restore to that tenant again")
        : todo.new_name.empty()
            ? impossible("a guest that was deleted for good cannot be created, only invited",
                         "invite the guest again, then restore with memberships and roles")
            : impossible("a guest cannot be created beside the old one, only invited",
                         "invite the other mail address, then restore to that user by hand"));
    return false;
  }
  todo.create = true;
  return true;
}

void compare_manager(const api::RestoreRequest& request, const Sections& wanted, const Live& live,
                     const Targets& targets, const History& history, Todo& todo) {
  if (!wanted.manager || history.given_up.contains("manager")) return;
  const bool known = live.sections.manager.has_value();
  if (!known && !todo.create) return;
  std::optional<base::Guid> present;
  if (known) present = live.sections.manager->id;
  const bool only_some = !request.with_manager && !request.attributes.empty();
  const bool only_blanks = request.attribute_mode == api::AttributeMode::merge;
  if (!todo.create && (only_some || (only_blanks && present))) return;
  if (!wanted.manager->id && !present) return;
  if (wanted.manager->id && present == targets.present(*wanted.manager->id)) return;
  const bool synced = is_synced(live.sections.object.get());
  if (!wanted.manager->id) {
    todo.remove_manager = !synced;
    return;
  }
  if (synced) {
    todo.problems.push_back(
        impossible("the manager " + targets.user_name(*wanted.manager->id) +
                       " is mastered in Active Directory, where the user comes from",
                   "see that it is right there; the next synchronisation brings it"));
    return;
  }
  if (!targets.is_selected(*wanted.manager->id) &&
      !targets.user_exists(targets.present(*wanted.manager->id))) {
    todo.problems.push_back(
        impossible("the manager " + targets.user_name(*wanted.manager->id) + " is not " +
                       (request.to_tenant.empty() ? "there" : "in tenant " + request.to_tenant),
                   "restore the manager, or set another one by hand"));
    return;
  }
  todo.manager = wanted.manager->id;
}

void place_link(const api::RestoreRequest& request, const Link& link, const Target& target,
                Todo& todo) {
  const std::string group = "\"" + target.display_name + "\"";
  if (!target.exists) {
    todo.problems.push_back(impossible(
        (link.kind == api::ObjectKind::group ? "the group " : "the administrative unit ") + group +
            " does not exist any more",
        "restore or create it, then restore with memberships again"));
    return;
  }
  switch (target.write) {
    case GroupWrite::yes:
      todo.links.push_back(link);
      return;
    case GroupWrite::role_assignable:
      todo.role_group_links.push_back(link);
      return;
    case GroupWrite::dynamic:
      // The rule puts the user back as soon as its attributes are right; another tenant's rule is
      // another one.
      if (!request.to_tenant.empty())
        todo.problems.push_back(
            impossible("the group " + group + " is dynamic: its rule says who is in it",
                       "see whether the rule takes the user, or say with --map which other group "
                       "stands for it"));
      return;
    case GroupWrite::mail_enabled:
      todo.problems.push_back(
          impossible("the mail-enabled group " + group + " is not written through Microsoft Graph",
                     "use Exchange Online: Add-DistributionGroupMember"));
      return;
    case GroupWrite::synced:
      todo.problems.push_back(
          impossible("the group " + group + " is mastered in Active Directory",
                     "add the member there; the next synchronisation brings it"));
      return;
  }
}

void place_extra_link(const Link& link, const Target& target, Todo& todo) {
  const std::string group = "\"" + target.display_name + "\"";
  switch (target.write) {
    case GroupWrite::yes:
    case GroupWrite::role_assignable:
      todo.extra_links.push_back(link);
      return;
    case GroupWrite::dynamic:
      return;  // the rule takes the user out as soon as its attributes are right
    case GroupWrite::mail_enabled:
      todo.problems.push_back(impossible(
          "the user is in the mail-enabled group " + group +
              ", which the snapshot does not have, and which Microsoft Graph does not write",
          "use Exchange Online: Remove-DistributionGroupMember"));
      return;
    case GroupWrite::synced:
      todo.problems.push_back(
          impossible("the user is in the group " + group +
                         ", which the snapshot does not have, and which Active Directory owns",
                     "remove the member there; the next synchronisation brings it"));
      return;
  }
}

void compare_links(const api::RestoreRequest& request, const Sections& wanted, const Live& live,
                   const Targets& targets, const History& history, Todo& todo) {
  if (!wanted.memberships || (!live.sections.memberships && !todo.create)) return;
  const auto difference = directory::compare_memberships(
      live.sections.memberships.value_or(std::vector<Link>()), *wanted.memberships);
  for (const Link& link : difference.missing)
    if (!history.given_up.contains(key_of(link)))
      place_link(request, link, targets.link(link.id), todo);
  if (!request.exact) return;
  for (const Link& link : difference.extra)
    if (!history.given_up.contains(key_of_removal(key_of(link))))
      place_extra_link(link, targets.link(link.id), todo);
}

void compare_roles(const api::RestoreRequest& request, const Sections& wanted, const Live& live,
                   const History& history, Todo& todo) {
  if (!wanted.roles || (!live.sections.roles && !todo.create)) return;
  const auto difference = directory::compare_roles(
      live.sections.roles.value_or(std::vector<directory::Role>()), *wanted.roles);
  for (const auto& role : difference.missing)
    if (!history.given_up.contains(key_of(role))) todo.roles.push_back(role);
  if (!request.exact) return;
  for (const auto& role : difference.extra)
    if (!is_scheduled(wanted, live, role) &&
        !history.given_up.contains(key_of_removal(key_of(role))))
      todo.extra_roles.push_back(role);
}

void compare_licenses(const api::RestoreRequest& request, const Sections& wanted, const Live& live,
                      const Targets& targets, const History& history, Todo& todo) {
  if (!wanted.licenses || (!live.sections.licenses && !todo.create)) return;
  const auto difference = directory::compare_licenses(
      live.sections.licenses.value_or(std::vector<directory::DirectLicense>()), *wanted.licenses);
  for (const auto& license : difference.to_assign) {
    if (history.given_up.contains(key_of_license(license.sku_id))) continue;
    if (targets.has_sku(license.sku_id))
      todo.licenses.push_back(license);
    else
      todo.problems.push_back(impossible(
          (request.to_tenant.empty() ? "the tenant no longer has the licence "
                                     : "tenant " + request.to_tenant + " has no licence ") +
              targets.sku_name(license.sku_id),
          "buy it or assign another one, then restore with licences again"));
  }
  if (!request.exact) return;
  for (const std::string& sku : difference.extra)
    if (!history.given_up.contains(key_of_removal(key_of_license(sku))))
      todo.extra_licenses.push_back(sku);
}

void compare_app_roles(const api::RestoreRequest& request, const Sections& wanted, const Live& live,
                       const Targets& targets, const History& history, Todo& todo) {
  if (!wanted.app_roles || (!live.sections.app_roles && !todo.create)) return;
  const auto difference = directory::compare_app_roles(
      live.sections.app_roles.value_or(std::vector<directory::AppRole>()), *wanted.app_roles);
  for (const auto& role : difference.missing) {
    if (history.given_up.contains(key_of(role))) continue;
    if (targets.has_service_principal(role.resource))
      todo.app_roles.push_back(role);
    else
      todo.problems.push_back(impossible("the application " +
                                             targets.service_principal_name(role.resource) +
                                             " is not in the tenant any more",
                                         "add the application again, then assign it by hand: it "
                                         "comes back with another object id"));
  }
  if (!request.exact) return;
  for (const auto& role : difference.extra)
    if (!history.given_up.contains(key_of_removal(key_of(role))))
      todo.extra_app_roles.push_back(role);
}

// A user that is re-created has no methods at all: what cannot be written must be registered again.
void compare_methods(const api::RestoreRequest& request, const Sections& wanted, const Live& live,
                     const History& history, Todo& todo) {
  if (!wanted.auth_methods || (!live.sections.auth_methods && !todo.create)) return;
  const auto difference = directory::compare_methods(
      live.sections.auth_methods.value_or(json::array()), *wanted.auth_methods);
  for (const json& method : difference.to_register)
    todo.to_register.emplace_back(directory::method_kind(method).name);
  const auto place = [&](const json& method, std::vector<json>& list) {
    if (request.with_auth_methods && !history.given_up.contains(key_of_method(method)))
      list.push_back(method);
    else
      todo.to_register.emplace_back(directory::method_kind(method).name);
  };
  for (const json& method : difference.to_create) place(method, todo.create_methods);
  for (const json& method : difference.to_replace)
    if (request.with_auth_methods) place(method, todo.replace_methods);
}

// Who holds an admin role may not be deleted by an app: the roles go first.
void take_away(const api::RestoreRequest& request, const Sections& wanted, const Live& live,
               const Targets& targets, const History& history, Todo& todo) {
  if (live.where != Where::live || history.given_up.contains("delete")) return;
  compare_roles(request, wanted, live, history, todo);
  compare_schedules(request.exact, wanted, live, targets, history, todo);
  std::erase_if(todo.extra_schedules, [](const RoleSchedule& one) { return one.eligible; });
  todo.delete_user = true;
}

}  // namespace

bool Todo::empty() const {
  return !restore_from_bin && !create && !delete_user && !revoke_sessions && !issue_pass &&
         changes.empty() && !enable && !manager && !remove_manager && links.empty() &&
         role_group_links.empty() && roles.empty() && schedules.empty() &&
         changed_schedules.empty() && create_methods.empty() && replace_methods.empty() &&
         licenses.empty() && app_roles.empty() && sponsors.empty() && owned_objects.empty() &&
         role_group_owned.empty() && removals() == 0;
}

std::size_t Todo::removals() const {
  return extra_links.size() + extra_roles.size() + extra_licenses.size() + extra_app_roles.size() +
         extra_methods.size() + extra_sponsors.size() + extra_owned_objects.size() +
         extra_schedules.size();
}

std::string key_of_removal(const std::string& key) { return "un" + key; }
std::string key_of_license(const std::string& sku_id) { return "license:" + sku_id; }
std::string key_of(const directory::AppRole& role) {
  return "appRole:" + role.role.str() + "@" + role.resource.str();
}

std::string key_of(const Change& change) { return "attr:" + change.attribute; }
std::string key_of(const Link& link) { return "link:" + link.id.str(); }
std::string key_of(const directory::Role& role) {
  return "role:" + role.role_definition_id + "@" + role.directory_scope_id;
}
std::string key_of(const RoleSchedule& schedule) {
  return (schedule.eligible ? "eligible:" : "scheduled:") + schedule.role.role_definition_id + "@" +
         schedule.role.directory_scope_id;
}
std::string key_of_method(const json& method) {
  return "method:" + std::string(directory::method_kind(method).name) + ":" +
         method.value("phoneType", "");
}

void add_once(const api::RestoreRequest& request, const History& history, Todo& todo) {
  const auto is_due = [&history](bool asked, const char* key) {
    return asked && !history.done_once.contains(key) && !history.given_up.contains(key);
  };
  todo.revoke_sessions = is_due(request.revoke_sessions, kSessions);
  todo.issue_pass = is_due(request.temporary_access_pass, kPass);
}

Todo compare(const Goal& goal, const Live& live, const Targets& targets, const History& history) {
  const api::RestoreRequest& request = *goal.request;
  Todo todo;
  const Sections& wanted = goal.wanted;
  todo.problems = goal.problems;
  if (goal.hands_off) return todo;
  if (goal.absent) {
    take_away(request, wanted, live, targets, history, todo);
    return todo;
  }
  if (!bring_back(request, wanted, live, history, todo)) return todo;
  if (todo.create || todo.restore_from_bin) todo.other_name = goal.new_name;
  add_once(request, history, todo);
  if (todo.restore_from_bin) {
    compare_object(request, wanted, live, targets, history, todo);
    return todo;
  }
  if (todo.create) {
    todo.enable = enabled_later(wanted, history);
    tell_lost_extensions(wanted, targets, todo);
  } else {
    compare_object(request, wanted, live, targets, history, todo);
  }
  compare_manager(request, wanted, live, targets, history, todo);
  compare_sponsors(request, wanted, live, targets, history, todo);
  compare_licenses(request, wanted, live, targets, history, todo);
  compare_links(request, wanted, live, targets, history, todo);
  compare_app_roles(request, wanted, live, targets, history, todo);
  compare_roles(request, wanted, live, history, todo);
  compare_schedules(request.exact, wanted, live, targets, history, todo);
  compare_owned_objects(request, wanted, live, targets, history, todo);
  compare_methods(request, wanted, live, history, todo);
  for (const json& method : goal.extra_methods)
    if (!history.given_up.contains(key_of_removal(key_of_method(method))))
      todo.extra_methods.push_back(method);
  return todo;
}

}  // namespace entrad::restore
