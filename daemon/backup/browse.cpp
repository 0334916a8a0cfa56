#include "backup/browse.h"

#include "base/json.h"
#include "directory/audit_rows.h"
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

std::optional<api::Deletion> deletion_in(const std::string& content) {
  const auto deletion = directory::read_deletion(content);
  if (!deletion) return std::nullopt;
  const json by = deletion->deleted_by.is_object() ? deletion->deleted_by : json::object();
  return api::Deletion{deletion->time, deletion->hard, text_of(by, "id"), text_of(by, "name"),
                       text_of(by, "kind")};
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
    if (const auto content = readable(Section::roles)) take_roles(*content, nullptr);
    take_roles_of_groups();
    if (const auto content = readable(Section::manager)) take_manager(*content);
    if (const auto content = readable(Section::auth_methods))
      out_.auth_methods = base::read_json(*content);
    if (const auto content = readable(Section::licenses)) take_licenses(*content);
    if (const auto content = if_any(Section::app_roles)) take_app_roles(*content);
    if (const auto content = if_any(Section::sponsors)) take_linked(*content, out_.sponsors);
    if (const auto content = if_any(Section::owned_objects))
      take_linked(*content, out_.owned_objects);
    if (const auto content = if_any(Section::photo)) take_photo(*content);
    if (const auto content = if_any(Section::restricted_attributes))
      out_.object.update(base::read_json(*content));
    if (gone_) take_deletion();
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

  // Few users have anything in these sections; the others have no row. One that was not read wholly
  // says so, whether the user has something in it or not.
  std::optional<std::string> if_any(Section which) {
    const auto state = snapshot_.sections.find(std::string(api::name(which)));
    const bool complete = state != snapshot_.sections.end() &&
                          state->second.completeness == api::Completeness::complete;
    if (gone_ || complete) return section(which);
    const auto found = section(which);
    if (state == snapshot_.sections.end() ||
        state->second.completeness == api::Completeness::absent)
      return readable(which);
    out_.unreadable[std::string(api::name(which))] = state->second;
    return found;
  }

  std::optional<std::string> content_of(ObjectKind kind, const Guid& id, Section which) const {
    auto content = snapshots_.content(tenant_, snapshot_.number, kind, id, which);
    return content ? content : snapshots_.last_content(tenant_, snapshot_.number, kind, id, which);
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

  void take_roles(const std::string& content, const Guid* through) {
    for (const directory::HeldRole& held : directory::read_held_roles(content)) {
      const auto& [definition, scope] = held.role;
      const auto id = Guid::parse(definition);
      const json object = id ? object_of(ObjectKind::role_definition, *id) : json::object();
      api::RoleAssignment role{definition, name_or_id(object, definition), scope, scope_name(scope),
                               held.eligible ? "eligible" : "active"};
      const json schedule = held.schedule.is_object() ? held.schedule : json::object();
      role.start_date_time = text_of(schedule, "startDateTime");
      role.end_date_time = text_of(schedule.value("expiration", json()), "endDateTime");
      if (through != nullptr) {
        role.through_group_id = through->str();
        role.through_group_name =
            name_or_id(object_of(ObjectKind::group, *through), role.through_group_id);
      }
      out_.roles.push_back(std::move(role));
    }
  }

  // Of the groups that the user is a member of; a group that holds a role has no groups in it.
  void take_roles_of_groups() {
    for (const api::Membership& membership : out_.memberships) {
      if (membership.kind != api::name(ObjectKind::group)) continue;
      const auto group = Guid::parse(membership.id);
      if (!group) continue;
      if (const auto content = content_of(ObjectKind::group, *group, Section::roles))
        take_roles(*content, &*group);
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

  void take_licenses(const std::string& content) {
    for (const directory::DirectLicense& license : directory::read_licenses(content)) {
      const auto id = Guid::parse(license.sku_id);
      const json product = id ? object_of(ObjectKind::subscribed_sku, *id) : json::object();
      const std::string name = text_of(product, "skuPartNumber");
      out_.licenses.push_back({license.sku_id, name.empty() ? license.sku_id : name,
                               names_of_plans(product, license.disabled_plans)});
    }
  }

  static std::vector<std::string> names_of_plans(const json& product,
                                                 std::vector<std::string> plans) {
    const auto known = product.find("servicePlans");
    if (known == product.end() || !known->is_array()) return plans;
    for (std::string& plan : plans)
      for (const json& row : *known)
        if (text_of(row, "servicePlanId") == plan && !text_of(row, "servicePlanName").empty()) {
          plan = text_of(row, "servicePlanName");
          break;
        }
    return plans;
  }

  void take_app_roles(const std::string& content) {
    for (const directory::AppRole& held : directory::read_app_roles(content)) {
      const json resource = object_of(ObjectKind::service_principal, held.resource);
      out_.app_roles.push_back({held.resource.str(), name_or_id(resource, held.resource.str()),
                                held.role.str(), app_role_name(resource, held.role)});
    }
  }

  static std::string app_role_name(const json& resource, const Guid& role) {
    if (role.is_nil()) return "default access";
    if (const auto roles = resource.find("appRoles"); roles != resource.end() && roles->is_array())
      for (const json& row : *roles)
        if (text_of(row, "id") == role.str()) return name_or_id(row, role.str());
    return role.str();
  }

  void take_linked(const std::string& content, std::vector<api::LinkedObject>& to) const {
    for (const directory::Link& link : directory::read_memberships(content)) {
      const std::string id = link.id.str();
      to.push_back(
          {id, std::string(api::name(link.kind)), name_or_id(object_of(link.kind, link.id), id)});
    }
  }

  void take_photo(const std::string& content) {
    out_.photo = base::read_json(content);
    if (out_.photo.is_object()) out_.photo.erase("bytes");
  }

  void take_deletion() {
    if (const auto content = section(Section::deletion)) out_.deletion = deletion_in(*content);
  }

  const store::Snapshots& snapshots_;
  const std::string& tenant_;
  const api::Snapshot& snapshot_;
  Guid user_;
  bool gone_ = false;
  api::UserDetail out_;
};

}  // namespace

void tell_deletions(const store::Snapshots& snapshots, const std::string& tenant,
                    const api::Snapshot& snapshot, api::UserPage& page) {
  for (api::UserRow& row : page.users) {
    const auto id = row.deleted ? Guid::parse(row.id) : std::nullopt;
    if (!id) continue;
    const auto content =
        snapshots.content(tenant, snapshot.number, ObjectKind::user, *id, Section::deletion);
    if (content) row.deletion = deletion_in(*content);
  }
}

base::Result<api::UserDetail> user_detail(const store::Snapshots& snapshots,
                                          const std::string& tenant, const api::Snapshot& snapshot,
                                          const base::Guid& user) {
  return Browser(snapshots, tenant, snapshot, user).detail();
}

}  // namespace entrad::backup
