#include "ctl/render/users.h"

#include <array>

#include "base/json.h"
#include "base/time_text.h"
#include "ctl/render/history.h"

namespace entrad::ctl::render {
namespace {

using nlohmann::json;

std::string text_at(const json& object, const char* field) {
  const auto found = object.find(field);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string line(const std::string& label, const std::string& value) {
  constexpr std::size_t kLabel = 30;
  return "  " + pad_right(clean(label) + " ", kLabel) + wrap(clean(value), kLabel + 2, kLabel + 2) +
         "\n";
}

// What people look for first; the other properties follow in the order of their names.
constexpr std::array<std::string_view, 6> kFirst{
    "userPrincipalName", "displayName", "mail", "userType", "accountEnabled", "department"};

std::string object_lines(const json& object) {
  std::string text;
  for (const std::string_view name : kFirst)
    if (const auto found = object.find(std::string(name)); found != object.end())
      text += line(std::string(name), value_text(*found));
  for (const auto& [name, value] : object.items()) {
    const bool shown = std::find(kFirst.begin(), kFirst.end(), name) != kFirst.end();
    if (!shown && name != "id" && !value.is_null()) text += line(name, value_text(value));
  }
  return text;
}

std::string count_line(const api::UserDetail& user, const char* section, std::uint64_t count) {
  const auto lacking = user.unreadable.find(section);
  if (lacking == user.unreadable.end()) return line(section, number(count));
  return line(section, "unknown, not empty: " + lacking->second.reason);
}

// Sections that older snapshots do not have are told of only where there is something to tell.
std::string list_line(const api::UserDetail& user, const char* section,
                      const std::vector<std::string>& names) {
  if (user.unreadable.contains(section)) return count_line(user, section, names.size());
  return names.empty() ? std::string() : line(section, join(names, ", "));
}

std::string license_line(const api::UserDetail& user) {
  std::vector<std::string> names;
  for (const api::DirectLicense& license : user.licenses) {
    const std::size_t off = license.disabled_plans.size();
    names.push_back(license.sku_part_number +
                    (off == 0 ? "" : " (without " + join(license.disabled_plans, ", ") + ")"));
  }
  return list_line(user, "licenses", names);
}

std::string app_role_line(const api::UserDetail& user) {
  std::vector<std::string> names;
  for (const api::AppRole& role : user.app_roles)
    names.push_back(role.resource_name + " (" + role.app_role_name + ")");
  return list_line(user, "appRoles", names);
}

std::string linked_line(const api::UserDetail& user, const char* section,
                        const std::vector<api::LinkedObject>& objects) {
  std::vector<std::string> names;
  for (const api::LinkedObject& object : objects)
    names.push_back(object.display_name + (object.kind == "user" ? "" : " (" + object.kind + ")"));
  return list_line(user, section, names);
}

std::string deletion_words(const api::Deletion& deletion) {
  std::string text = deletion.hard ? "deleted for good" : "deleted, in the recycle bin";
  if (!deletion.deleted_date_time.empty()) text += ", at " + deletion.deleted_date_time;
  if (!deletion.deleted_by.empty()) text += " by " + deletion.deleted_by;
  return text;
}

std::string deletion_lines(const api::UserDetail& user, const View& view) {
  if (!user.deletion) return {};
  return "  " + view.paint(clean(deletion_words(*user.deletion)), Tone::bad) +
         "\n  what follows is how the user was last backed up\n";
}

std::string state_of(const api::UserRow& user) {
  if (!user.deleted) return user.account_enabled ? "enabled" : "blocked";
  if (!user.deletion) return "deleted";
  return user.deletion->hard ? "gone for good" : "in recycle bin";
}

// "#microsoft.graph.fido2AuthenticationMethod" -> "fido2"
std::string method_type(const json& method) {
  std::string type = text_at(method, "@odata.type");
  type = type.substr(type.rfind('.') + 1);
  constexpr std::string_view kEnd = "AuthenticationMethod";
  if (type.ends_with(kEnd)) type.resize(type.size() - kEnd.size());
  std::string words;
  for (const char c : type) {
    const bool capital = c >= 'A' && c <= 'Z';
    if (capital) words += ' ';
    words += capital ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return words;
}

std::string method_detail(const json& method) {
  std::vector<std::string> parts;
  for (const char* field : {"phoneType", "phoneNumber", "emailAddress", "displayName", "model"})
    if (const std::string text = text_at(method, field); !text.empty()) parts.push_back(text);
  return join(parts, ", ");
}

}  // namespace

Table user_table() {
  return Table({{"USERPRINCIPALNAME", Column::left, 36},
                {"NAME", Column::left, 12},
                {"STATE", Column::left, 0, 15},
                {"CHANGED"},
                {"IN", Column::right}});
}

void add_user(Table& table, const api::UserRow& user) {
  std::vector<std::string> words{state_of(user)};
  if (user.user_type == "Guest") words.emplace_back("guest");
  if (user.on_premises_synced) words.emplace_back("synced");
  const Tone tone = user.deleted ? Tone::bad : user.account_enabled ? Tone::plain : Tone::warning;
  table.row({user.user_principal_name,
             user.display_name,
             {join(words, ", "), tone},
             base::rfc3339(user.changed_at),
             user.changed_in.str()});
}

std::string user_details(const api::UserDetail& user, const View& view) {
  const std::string name = text_at(user.object, "displayName");
  std::string text = view.paint(clean(name.empty() ? user.id : name), Tone::title) +
                     " in snapshot " + user.snapshot.str() + " of " + when(user.time, view) + "\n" +
                     deletion_lines(user, view);
  text +=
      line("id", user.id) + object_lines(user.object.is_object() ? user.object : json::object());
  if (user.manager.is_object())
    text += line("manager", or_dash(text_at(user.manager, "displayName")) + " (" +
                                text_at(user.manager, "id") + ")");
  text += count_line(user, "memberships", user.memberships.size());
  text += count_line(user, "roles", user.roles.size());
  text += count_line(user, "authMethods", user.auth_methods.size());
  return text + license_line(user) + app_role_line(user) +
         linked_line(user, "sponsors", user.sponsors) +
         linked_line(user, "ownedObjects", user.owned_objects);
}

std::string version_table(const std::vector<api::VersionRow>& versions, const View& view) {
  Table table({{"SNAPSHOT", Column::right}, {"TIME"}, {"AGE"}, {"WHAT", Column::left, 20}});
  for (const api::VersionRow& version : versions)
    table.row({version.snapshot.str(), base::rfc3339(version.time), short_age(version.time, view),
               version.removed ? Cell("gone from the directory", Tone::bad)
                               : Cell(join(version.sections, ", "))});
  return table.flush(view);
}

std::string membership_table(const std::vector<api::Membership>& memberships, const View& view) {
  Table table({{"NAME", Column::left, 12}, {"KIND"}, {"TYPE"}, {"ID"}});
  for (const api::Membership& membership : memberships)
    table.row({membership.display_name,
               membership.kind == "administrativeUnit" ? "admin. unit" : membership.kind,
               or_dash(membership.type), membership.id});
  return table.flush(view);
}

std::string role_table(const std::vector<api::RoleAssignment>& roles, const View& view) {
  Table table({{"ROLE", Column::left, 12}, {"SCOPE", Column::left, 12}, {"ROLE DEFINITION"}});
  for (const api::RoleAssignment& role : roles) {
    std::string scope = role.scope_name.empty() ? role.directory_scope_id : role.scope_name;
    if (role.state != "active") scope += ", " + role.state;
    if (!role.through_group_name.empty()) scope += ", through " + role.through_group_name;
    if (!role.end_date_time.empty()) scope += ", until " + role.end_date_time;
    table.row({role.display_name, std::move(scope), role.role_definition_id});
  }
  return table.flush(view);
}

std::string method_table(const json& methods, const View& view) {
  Table table({{"METHOD"}, {"WHAT", Column::left, 12}, {"ID"}});
  for (const json& method : methods)
    table.row({method_type(method), or_dash(method_detail(method)), text_at(method, "id")});
  return table.flush(view);
}

}  // namespace entrad::ctl::render
