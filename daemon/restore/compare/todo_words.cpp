// A todo in words, for plans and reports.
#include <algorithm>
#include <utility>

#include "restore/compare/todo.h"

namespace entrad::restore {
namespace {

using directory::Change;
using directory::Link;
using nlohmann::json;

std::string count(std::size_t number, const std::string& one) {
  return std::to_string(number) + " " + one + (number == 1 ? "" : "s");
}

void describe_links(const std::string& verb, const std::vector<Link>& links,
                    std::vector<std::string>& words) {
  const auto groups =
      static_cast<std::size_t>(std::count_if(links.begin(), links.end(), [](const Link& link) {
        return link.kind == api::ObjectKind::group;
      }));
  if (groups > 0) words.push_back(verb + count(groups, "group"));
  if (groups < links.size())
    words.push_back(verb + count(links.size() - groups, "administrative unit"));
}

void describe_owned(const std::string& verb, const std::vector<Link>& objects,
                    std::vector<std::string>& words) {
  for (const auto& [kind, name] :
       {std::pair{api::ObjectKind::group, "group"},
        std::pair{api::ObjectKind::application, "application"},
        std::pair{api::ObjectKind::service_principal, "service principal"}}) {
    const auto times = std::count_if(objects.begin(), objects.end(),
                                     [kind = kind](const Link& one) { return one.kind == kind; });
    if (times > 0) words.push_back(verb + count(static_cast<std::size_t>(times), name));
  }
}

void describe_schedules(const Todo& todo, const Targets& targets, std::vector<std::string>& words) {
  const auto role = [&targets](const RoleSchedule& schedule) {
    return "role " + targets.role_name(schedule.role.role_definition_id);
  };
  for (const RoleSchedule& one : todo.schedules)
    words.push_back((one.eligible ? "make eligible for " : "assign ") + role(one) +
                    span_words(one));
  for (const RoleSchedule& one : todo.changed_schedules)
    words.push_back((one.eligible ? "let eligibility for " : "let ") + role(one) +
                    (one.end.empty() ? " never end" : " end at " + one.end));
  for (const RoleSchedule& one : todo.extra_schedules)
    words.push_back((one.eligible ? "end eligibility for " : "remove ") + role(one) +
                    (one.end.empty() ? "" : ", held until " + one.end));
}

}  // namespace

std::vector<std::string> describe(const Todo& todo, const Targets& targets) {
  std::vector<std::string> words;
  const std::string as =
      todo.other_name.empty() ? "" : " as " + todo.other_name + ", since its name is taken";
  if (todo.restore_from_bin) words.push_back("restore from the recycle bin" + as);
  if (todo.delete_user) words.emplace_back("delete again, into the recycle bin");
  if (todo.create)
    words.push_back(todo.new_name.empty()
                        ? "re-create with a new object id and a new password" + as
                        : "create the new user " + todo.new_name + " with a new password" + as);
  std::string attributes;
  for (const Change& change : todo.changes)
    attributes += (attributes.empty() ? "" : ", ") + change.attribute;
  if (!attributes.empty()) words.push_back("set " + attributes);
  if (todo.manager) words.push_back("set manager " + targets.user_name(*todo.manager));
  if (todo.remove_manager) words.emplace_back("remove the manager");
  for (const Link& sponsor : todo.sponsors)
    words.push_back("add sponsor " + targets.sponsor_name(sponsor));
  for (const Link& sponsor : todo.extra_sponsors)
    words.push_back("remove sponsor " + targets.sponsor_name(sponsor));
  for (const json& method : todo.create_methods)
    words.push_back("register " + std::string(directory::method_kind(method).name));
  for (const json& method : todo.replace_methods)
    words.push_back("correct " + std::string(directory::method_kind(method).name));
  for (const json& method : todo.extra_methods)
    words.push_back("remove " + std::string(directory::method_kind(method).name));
  for (const auto& license : todo.licenses)
    words.push_back("assign licence " + targets.sku_name(license.sku_id));
  for (const std::string& sku : todo.extra_licenses)
    words.push_back("remove licence " + targets.sku_name(sku));
  if (todo.revoke_sessions) words.emplace_back("revoke sign-in sessions");
  if (todo.issue_pass) words.emplace_back("issue a temporary access pass");
  describe_links("add to ", todo.links, words);
  describe_links("remove from ", todo.extra_links, words);
  for (const auto& role : todo.app_roles)
    words.push_back("assign to application " + targets.service_principal_name(role.resource));
  for (const auto& role : todo.extra_app_roles)
    words.push_back("remove from application " + targets.service_principal_name(role.resource));
  describe_owned("make owner of ", todo.owned_objects, words);
  describe_owned("no longer owner of ", todo.extra_owned_objects, words);
  describe_links("add to ", todo.role_group_links, words);
  describe_owned("make owner of role-assignable ", todo.role_group_owned, words);
  for (const auto& role : todo.roles)
    words.push_back("assign role " + targets.role_name(role.role_definition_id));
  describe_schedules(todo, targets, words);
  for (const auto& role : todo.extra_roles)
    words.push_back("remove role " + targets.role_name(role.role_definition_id));
  if (todo.enable) words.emplace_back("allow sign-in");
  return words;
}

}  // namespace entrad::restore
