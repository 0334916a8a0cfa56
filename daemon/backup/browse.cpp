#include "backup/browse.h"

#include "base/json.h"
#include "directory/sections.h"

namespace entrad::backup {
namespace {

using api::ObjectKind;
using api::Section;
using base::Guid;
using nlohmann::json;

std::string text_of(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

class Browser {
 public:
  Browser(const store::Snapshots& snapshots, const std::string& tenant,
          const api::Snapshot& snapshot, const Guid& user)
      : snapshots_(snapshots), tenant_(tenant), snapshot_(snapshot), user_(user) {
    gone_ = !snapshots.exists(tenant, snapshot.number, ObjectKind::user, user);
  }

  base::Result<api::UserDetail> detail() {
    const auto object = section(Section::object);
    if (!object)
      return base::fail(base::ErrorKind::not_found,
                        "there is no user " + user_.str() + " in snapshot " +
                            snapshot_.number.str() + " of " + tenant_,
                        "look for the user with: entractl users list --search TEXT");
    out_.id = user_.str();
    out_.snapshot = snapshot_.number;
    out_.time = snapshot_.sealed_at;
    out_.object = base::read_json(*object);
    if (const auto content = readable(Section::memberships)) take_memberships(*content);
    if (const auto content = readable(Section::roles)) take_roles(*content);
    if (const auto content = readable(Section::manager)) take_manager(*content);
    if (const auto content = readable(Section::auth_methods))
      out_.auth_methods = base::read_json(*content);
    return std::move(out_);
  }

 private:
  std::optional<std::string> section(Section which) const {
    const auto read = gone_ ? &store::Snapshots::last_content : &store::Snapshots::content;
    return (snapshots_.*read)(tenant_, snapshot_.number, ObjectKind::user, user_, which);
  }

  // What an older snapshot knew is shown, and said to be of an older one.
  std::optional<std::string> readable(Section which) {
    const auto found = section(which);
    const std::string name(api::name(which));
    const auto state = snapshot_.sections.find(name);
    const bool absent = !gone_ && (state == snapshot_.sections.end() ||
                                   state->second.completeness == api::Completeness::absent);
    if (found && !absent) return found;
    const bool has_reason = state != snapshot_.sections.end() && !state->second.reason.empty();
    out_.unreadable[name] = {
        api::Completeness::absent,
        (has_reason ? state->second.reason : "it could not be read for this user") +
            (found ? "; shown as it was in an earlier snapshot" : "")};
    return found;
  }

  // An object as it was then, or as it last was when it had been deleted by then.
  json object_of(ObjectKind kind, const Guid& id) const {
    auto content = snapshots_.content(tenant_, snapshot_.number, kind, id, Section::object);
    if (!content)
      content = snapshots_.last_content(tenant_, snapshot_.number, kind, id, Section::object);
    return content ? base::read_json(*content) : json::object();
  }

  static std::string name_or_id(const json& object, const std::string& id) {
    const std::string name = text_of(object, "displayName");
    return name.empty() ? id : name;
  }

  static std::string type_of(ObjectKind kind, const json& object) {
    if (object.empty()) return {};
    if (kind == ObjectKind::group) return directory::group_type(object);
    return text_of(object, "membershipType") == "Dynamic" ? "dynamic" : "assigned";
  }

  void take_memberships(const std::string& content) {
    for (const directory::Link& link : directory::read_memberships(content)) {
      const json object = object_of(link.kind, link.id);
      const std::string id = link.id.str();
      out_.memberships.push_back({id, std::string(api::name(link.kind)), name_or_id(object, id),
                                  type_of(link.kind, object)});
    }
  }

  void take_roles(const std::string& content) {
    for (const directory::Role& role : directory::read_roles(content)) {
      const auto id = Guid::parse(role.role_definition_id);
      const json definition = id ? object_of(ObjectKind::role_definition, *id) : json::object();
      api::RoleAssignment& shown = out_.roles.emplace_back();
      shown.role_definition_id = role.role_definition_id;
      shown.display_name = name_or_id(definition, role.role_definition_id);
      shown.directory_scope_id = role.directory_scope_id;
      shown.scope_name = scope_name(role.directory_scope_id);
    }
  }

  // Scopes are "/", "/administrativeUnits/{id}" and "/{id of a group or an application}".
  std::string scope_name(const std::string& scope) const {
    if (scope == "/") return "tenant";
    const auto id = Guid::parse(scope.substr(scope.rfind('/') + 1));
    if (!id) return scope;
    const bool unit = scope.starts_with("/administrativeUnits/");
    return name_or_id(object_of(unit ? ObjectKind::administrative_unit : ObjectKind::group, *id),
                      scope);
  }

  void take_manager(const std::string& content) {
    const auto manager = directory::read_manager(content);
    if (!manager) return;
    const json object = object_of(ObjectKind::user, *manager);
    out_.manager = {{"id", manager->str()}, {"displayName", name_or_id(object, manager->str())}};
  }

  const store::Snapshots& snapshots_;
  const std::string& tenant_;
  const api::Snapshot& snapshot_;
  Guid user_;
  bool gone_ = false;
  api::UserDetail out_;
};

}  // namespace

base::Result<api::UserDetail> user_detail(const store::Snapshots& snapshots,
                                          const std::string& tenant, const api::Snapshot& snapshot,
                                          const base::Guid& user) {
  return Browser(snapshots, tenant, snapshot, user).detail();
}

}  // namespace entrad::backup
