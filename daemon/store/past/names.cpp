#include "store/past/names.h"

#include "base/json.h"
#include "directory/sections.h"

namespace entrad::store {
namespace {

using api::ObjectKind;
using api::Section;
using base::Guid;
using nlohmann::json;

constexpr std::string_view kUnits = "/administrativeUnits/";
constexpr const char* kDefaultRole = "00000000-0000-0000-0000-000000000000";

void add(std::string& list, const std::string& part) {
  if (!part.empty()) list += (list.empty() ? "" : ", ") + part;
}

std::string name_in(const json& object) {
  for (const char* name : {"displayName", "skuPartNumber"})
    if (std::string text = text_at(object, name); !text.empty()) return text;
  return {};
}

std::string method_detail(const json& method) {
  std::string detail;
  for (const char* name : {"phoneType", "phoneNumber", "emailAddress", "displayName", "model"})
    add(detail, text_at(method, name));
  return detail;
}

// The name that an application gives one of its roles.
std::string app_role_name(const json& service_principal, const std::string& role) {
  if (role == kDefaultRole) return "default access";
  const auto roles = service_principal.find("appRoles");
  if (roles != service_principal.end() && roles->is_array())
    for (const json& one : *roles)
      if (text_at(one, "id") == role) return name_in(one);
  return role;
}

// Of a role by schedule; eligible ones begin at some time always, which is nobody's question.
// Source: Microsoft Graph, "requestSchedule resource type".
std::string schedule_words(const json& role) {
  const auto info = role.find("scheduleInfo");
  if (info == role.end() || !info->is_object()) return {};
  const auto expiration = info->find("expiration");
  if (expiration != info->end()) {
    if (const std::string end = text_at(*expiration, "endDateTime"); !end.empty())
      return "until " + end;
    if (const std::string span = text_at(*expiration, "duration"); !span.empty())
      return "for " + span;
  }
  const std::string begin = text_at(*info, "startDateTime");
  return begin.empty() || text_at(role, "state") == "eligible" ? std::string() : "from " + begin;
}

std::string plan_count(const json& license) {
  const auto plans = license.find("disabledPlans");
  if (plans == license.end() || !plans->is_array() || plans->empty()) return {};
  return std::to_string(plans->size()) + (plans->size() == 1 ? " plan" : " plans") + " disabled";
}

}  // namespace

std::string text_at(const json& object, const char* name) {
  if (!object.is_object()) return {};
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Names::Names(const Snapshots& snapshots, std::string tenant, base::SnapshotNumber number)
    : snapshots_(snapshots), tenant_(std::move(tenant)), number_(number) {}

const json& Names::object(ObjectKind kind, const Guid& id) {
  const auto [place, is_new] = objects_.try_emplace({kind, id}, json::object());
  if (!is_new) return place->second;
  auto content = snapshots_.content(tenant_, number_, kind, id, Section::object);
  if (!content) content = snapshots_.last_content(tenant_, number_, kind, id, Section::object);
  if (content) place->second = base::read_json(*content);
  return place->second;
}

std::string Names::name(ObjectKind kind, const Guid& id) {
  std::string found = name_in(object(kind, id));
  return found.empty() ? id.str() : found;
}

std::string Names::name_of(const std::string& kind, const std::string& id) {
  const auto known = api::parse<ObjectKind>(kind);
  const auto guid = Guid::parse(id);
  return known && guid ? name(*known, *guid) : id;
}

// Scopes are "/", "/administrativeUnits/{id}" and "/{id of a group or an application}".
std::string Names::scope(const std::string& scope) {
  if (scope == "/") return "tenant";
  const std::string id = scope.substr(scope.rfind('/') + 1);
  const bool unit = scope.starts_with(kUnits);
  const std::string found = name_of(unit ? "administrativeUnit" : "group", id);
  return found == id ? scope : found;
}

std::pair<std::string, std::string> Names::role(const json& element) {
  const std::string definition = text_at(element, "roleDefinitionId");
  std::string detail = scope(text_at(element, "directoryScopeId"));
  if (const std::string state = text_at(element, "state"); state != "active") add(detail, state);
  add(detail, schedule_words(element));
  if (const std::string group = text_at(element, "throughGroupId"); !group.empty())
    add(detail, "through " + name_of("group", group));
  return {name_of("roleDefinition", definition), detail};
}

void Names::describe(Section section, const json& element, api::LinkChange& link) {
  link.section = api::name(section);
  link.id = text_at(element, "id");
  link.kind = text_at(element, "kind");
  switch (section) {
    case Section::roles:
      link.kind = "roleDefinition";
      link.id = text_at(element, "roleDefinitionId");
      std::tie(link.display_name, link.detail) = role(element);
      return;
    case Section::licenses:
      link.kind = "subscribedSku";
      link.id = text_at(element, "skuId");
      link.display_name = name_of(link.kind, link.id);
      link.detail = plan_count(element);
      return;
    case Section::app_roles:
      link.kind = "servicePrincipal";
      link.id = text_at(element, "resourceId");
      link.display_name = name_of(link.kind, link.id);
      if (const auto resource = Guid::parse(link.id))
        link.detail = app_role_name(object(ObjectKind::service_principal, *resource),
                                    text_at(element, "appRoleId"));
      return;
    case Section::auth_methods:
      link.display_name = directory::method_kind(element).name;
      link.detail = method_detail(element);
      return;
    default:
      if (section == Section::manager) link.kind = "user";
      link.display_name = name_of(link.kind, link.id);
      if (const auto id = Guid::parse(link.id); id && link.kind == "group")
        if (const json& group = object(ObjectKind::group, *id); !group.empty())
          link.detail = directory::group_type(group);
  }
}

}  // namespace entrad::store
