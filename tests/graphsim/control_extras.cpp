#include "control_extras.h"

#include <stdexcept>

namespace graphsim {
namespace {

using Json = nlohmann::json;

UserIndex user_of(const Tenant& t, const std::string& key) {
  const auto user = parse_guid(key) ? t.users.find_id(key) : t.users.find_name(key);
  if (!user) throw std::invalid_argument("no such user: " + key);
  return *user;
}

}  // namespace

void change_extras(Tenant& t, const std::string& key, const Json& changes) {
  const UserIndex user = user_of(t, key);
  if (changes.contains("sponsors"))
    t.extras.set_sponsors(user, changes["sponsors"].get<std::vector<std::string>>());
  if (changes.contains("photo"))
    t.extras.set_photo(user, changes["photo"].is_null()
                                 ? std::nullopt
                                 : std::optional(changes["photo"].get<std::string>()));
  const Json extensions = changes.value("extensions", Json::object());
  // A delta round tells a changed extension with the rest of its user.
  if (!extensions.empty()) t.changes.user_life(user);
  for (const auto& [name, value] : extensions.items())
    for (const Extension& extension : t.extras.extensions())
      if (extension.name.ends_with("_" + name)) t.extras.set_extension(user, extension.name, value);
}

void change_owners(Tenant& t, const Json& change) {
  const std::string object = change.at("object");
  std::vector<UserIndex> owners;
  for (const Json& owner : change.at("owners")) owners.push_back(user_of(t, owner));
  if (const auto group = t.containers.find(object)) {
    for (const UserIndex owner : std::vector<UserIndex>(t.containers.at(*group).owners))
      t.containers.remove_owner(*group, owner);
    for (const UserIndex owner : owners) t.containers.add_owner(*group, owner);
    return;
  }
  t.extras.set_owners(object, std::move(owners));
}

void add_schedule(Tenant& t, const Json& description) {
  const RoleDefinition* role = t.roles.definition(description.at("role").get<std::string>());
  if (role == nullptr) throw std::invalid_argument("no such role");
  const std::string end = description.value("end", "");
  RoleSchedule made{t.fresh_guid().text(),
                    description.at("principal"),
                    role->id,
                    description.value("scope", "/"),
                    description.value("eligible", false),
                    description.value("assignmentType", "Assigned"),
                    description.value("memberType", "Direct"),
                    schedule_info(end.empty() ? "noExpiration" : "afterDateTime", end)};
  if (!made.eligible && !t.roles.exists(made.role, made.principal, made.scope))
    t.roles.assign(made.role, made.principal, made.scope);
  t.extras.schedules().push_back(std::move(made));
}

}  // namespace graphsim
