#include "restore/apply/moved.h"

#include <algorithm>

namespace entrad::restore {
namespace {

using nlohmann::json;

json value_of(const Live& live, const std::string& attribute) {
  const json& object = live.sections.object.get();
  const auto found = object.find(attribute);
  return found == object.end() ? json() : *found;
}

bool same_value(const std::string& attribute, const Live& a, const Live& b) {
  return directory::compare_objects({{attribute, value_of(a, attribute)}},
                                    {{attribute, value_of(b, attribute)}})
      .empty();
}

bool same_manager(const Live& a, const Live& b) {
  if (!a.sections.manager || !b.sections.manager) return true;
  return a.sections.manager->id == b.sections.manager->id;
}

// A group that was missing in the other tenant has another id once it is made.
std::vector<std::string> planned_keys(const Entry& entry, const OtherTenant* other) {
  auto keys = entry.row.work.value("planned", std::vector<std::string>());
  if (!other) return keys;
  for (std::string& key : keys)
    for (const std::string before : {"link:", "owner:"})
      if (const auto id = base::Guid::parse(key.substr(key.find(':') + 1));
          id && key.starts_with(before))
        key = before + other->as_made(*id).str();
  return keys;
}

}  // namespace

std::vector<std::string> keys_of(const Todo& todo) {
  std::vector<std::string> keys;
  const auto add = [&keys](bool is_due, const char* key) {
    if (is_due) keys.emplace_back(key);
  };
  add(todo.restore_from_bin, "restore");
  add(todo.create, "create");
  add(todo.delete_user, "delete");
  add(todo.revoke_sessions, kSessions);
  add(todo.issue_pass, kPass);
  add(todo.manager || todo.remove_manager, "manager");
  for (const auto& change : todo.changes) keys.push_back(key_of(change));
  if (todo.enable) keys.push_back(key_of(*todo.enable));
  for (const auto* links : {&todo.links, &todo.role_group_links})
    for (const auto& link : *links) keys.push_back(key_of(link));
  for (const auto& role : todo.roles) keys.push_back(key_of(role));
  for (const auto* schedules : {&todo.schedules, &todo.changed_schedules})
    for (const auto& schedule : *schedules) keys.push_back(key_of(schedule));
  for (const auto& role : todo.app_roles) keys.push_back(key_of(role));
  for (const auto& sponsor : todo.sponsors) keys.push_back(key_of_sponsor(sponsor));
  for (const auto* owned : {&todo.owned_objects, &todo.role_group_owned})
    for (const auto& object : *owned) keys.push_back(key_of_owned(object));
  for (const auto& license : todo.licenses) keys.push_back(key_of_license(license.sku_id));
  for (const auto* methods : {&todo.create_methods, &todo.replace_methods})
    for (const json& method : *methods) keys.push_back(key_of_method(method));
  for (const auto& link : todo.extra_links) keys.push_back(key_of_removal(key_of(link)));
  for (const auto& role : todo.extra_roles) keys.push_back(key_of_removal(key_of(role)));
  for (const auto& one : todo.extra_schedules) keys.push_back(key_of_removal(key_of(one)));
  for (const auto& role : todo.extra_app_roles) keys.push_back(key_of_removal(key_of(role)));
  for (const auto& sponsor : todo.extra_sponsors)
    keys.push_back(key_of_removal(key_of_sponsor(sponsor)));
  for (const auto& object : todo.extra_owned_objects)
    keys.push_back(key_of_removal(key_of_owned(object)));
  for (const auto& sku : todo.extra_licenses) keys.push_back(key_of_removal(key_of_license(sku)));
  for (const json& method : todo.extra_methods)
    keys.push_back(key_of_removal(key_of_method(method)));
  return keys;
}

bool has_moved(const Todo& now, const Live& live, const std::vector<std::string>& planned,
               const Live& before) {
  for (const std::string& key : keys_of(now))
    if (std::find(planned.begin(), planned.end(), key) == planned.end()) return true;
  if ((now.manager || now.remove_manager) && !same_manager(live, before)) return true;
  return std::any_of(now.changes.begin(), now.changes.end(), [&](const directory::Change& change) {
    return !same_value(change.attribute, live, before);
  });
}

bool hold_if_moved(Entry& entry, const Targets& targets, const OtherTenant* other) {
  if (!has_moved(entry.todo, entry.live, planned_keys(entry, other),
                 from_pre_image(entry.row.pre_image)))
    return false;
  std::string words;
  for (const std::string& one : describe(entry.todo, targets))
    words += (words.empty() ? "" : "; ") + one;
  entry.row.item.outcome = api::Outcome::skipped;
  entry.row.item.problems.push_back(
      {"changedSince",
       "the user has been changed since the plan was made, and was left alone; now it would be: " +
           words,
       "look at it, then restore the user again: entractl users diff " + entry.row.item.user_id +
           " --to live"});
  return true;
}

}  // namespace entrad::restore
