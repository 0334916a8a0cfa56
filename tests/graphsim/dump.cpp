#include "dump.h"

#include <algorithm>

#include "exchange.h"
#include "role_schedules.h"
#include "user_links.h"

namespace graphsim {
namespace {

bool restorable(const UserProperty& p) {
  return !p.read_only && p.origin == Origin::kDirectory && p.name != "passwordProfile";
}

const PropertyMask& restorable_mask() {
  static const PropertyMask kMask = [] {
    PropertyMask mask;
    for (std::size_t i = 0; i < kUserPropertyCount; ++i)
      mask.set(i, restorable(user_properties()[i]));
    return mask;
  }();
  return kMask;
}

bool writable(const Container& c) {
  return c.kind != GroupKind::kMailSecurity && c.kind != GroupKind::kDistribution &&
         c.kind != GroupKind::kSynced;
}

Json object_of(const Tenant& t, UserIndex user, bool ids) {
  Json out = t.users.document(user, restorable_mask());
  out["primarySmtpAddress"] = nullptr;
  for (const Json& one : t.users.value(user, "proxyAddresses"))
    if (one.get<std::string>().starts_with("SMTP:")) out["primarySmtpAddress"] = one;
  for (const Extension& one : t.extras.extensions())
    out[one.name.substr(one.name.rfind('_') + 1)] = t.extras.extension(user, one.name);
  // Addresses have no order of their own.
  for (const char* set : {"otherMails", "businessPhones"})
    if (out.contains(set) && out[set].is_array()) std::sort(out[set].begin(), out[set].end());
  if (ids) out["id"] = t.users.id(user);
  return out;
}

Json links_of(const Tenant& t, UserIndex user, bool units, bool ids) {
  std::vector<std::string> names;
  for (const ContainerIndex c : t.containers.of(user)) {
    const Container& container = t.containers.at(c);
    if (container.is_unit() == units && (ids || writable(container)))
      names.push_back(container.name());
  }
  std::sort(names.begin(), names.end());
  return names;
}

Json roles_of(const Tenant& t, UserIndex user) {
  std::vector<std::pair<std::string, std::string>> held;
  for (const RoleAssignment* a : t.roles.of(t.users.id(user))) {
    const auto unit = t.containers.find(a->scope.substr(a->scope.rfind('/') + 1));
    held.emplace_back(t.roles.definition(a->role)->name,
                      unit ? t.containers.at(*unit).name() : a->scope);
  }
  std::sort(held.begin(), held.end());
  Json out = Json::array();
  for (const auto& [role, scope] : held) out.push_back({{"role", role}, {"scope", scope}});
  return out;
}

Json sponsors_of(const Tenant& t, UserIndex user) {
  std::vector<std::string> names;
  for (const std::string& id : t.extras.sponsors(user)) {
    const auto sponsor = t.users.find_id(id);
    const auto group = t.containers.find(id);
    if (sponsor && t.users.life(*sponsor) == Life::kLive)
      names.push_back(t.users.text(*sponsor, "userPrincipalName"));
    if (group) names.push_back(t.containers.at(*group).name());
  }
  std::sort(names.begin(), names.end());
  return names;
}

Json owned_of(const Tenant& t, UserIndex user) {
  std::vector<std::string> names;
  for (const ContainerIndex c : t.containers.owned_by(user))
    if (t.containers.at(c).is_live()) names.push_back("group " + t.containers.at(c).name());
  const auto owns = [&](const std::string& object) {
    const auto owners = t.extras.owners(object);
    return std::find(owners.begin(), owners.end(), user) != owners.end();
  };
  for (const ServicePrincipal& p : t.service_principals) {
    if (owns(application_id(p))) names.push_back("application " + p.name);
    if (owns(p.id)) names.push_back("servicePrincipal " + p.name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

bool can_be_recreated(const Json& method) {
  const std::string_view collection = method_type_of(method).collection;
  return collection == "phoneMethods" || collection == "emailMethods";
}

void add_methods(const Tenant& t, UserIndex user, bool ids, Json& out) {
  std::vector<Json> kept;
  std::vector<Json> rest;
  for (Json& method : t.methods.of(user)) {
    method.erase("id");
    method.erase("createdDateTime");
    (can_be_recreated(method) ? kept : rest).push_back(method);
  }
  std::sort(kept.begin(), kept.end());
  std::sort(rest.begin(), rest.end());
  out["methods"] = kept;
  if (ids) out["unrestorableMethods"] = rest;
}

Json user_json(const Tenant& t, UserIndex user, bool ids) {
  Json out{{"object", object_of(t, user, ids)},
           {"memberships", links_of(t, user, false, ids)},
           {"administrativeUnits", links_of(t, user, true, ids)},
           {"roles", roles_of(t, user)},
           {"sponsors", sponsors_of(t, user)},
           {"schedules", schedules_json(t, t.users.id(user))},
           {"manager", nullptr}};
  const auto manager = t.managers.of(user);
  const bool synced = t.users.flag(user, "onPremisesSyncEnabled");
  if (manager && t.users.life(*manager) == Life::kLive && (ids || !synced))
    out["manager"] = t.users.text(*manager, "userPrincipalName");
  add_methods(t, user, ids, out);
  if (!ids) return out;
  out["licenses"] = t.users.value(user, "assignedLicenses");
  out["owned"] = owned_of(t, user);
  return out;
}

Json group_json(const Tenant& t, const Container& c, bool ids) {
  std::vector<std::string> nested;
  for (const ContainerIndex g : c.groups) nested.push_back(t.containers.at(g).name());
  Json out{{"displayName", c.document["displayName"]},
           {"description", c.document["description"]},
           {"groups", nested}};
  if (!ids) return out;
  out["owners"] = Json::array();
  for (const UserIndex owner : c.owners)
    if (t.users.life(owner) == Life::kLive)
      out["owners"].push_back(t.users.text(owner, "userPrincipalName"));
  return out;
}

/// Nothing keeps two groups from having one mailNickname.
std::string free_name(const std::string& name, const Json& groups) {
  std::string free = name;
  for (int more = 2; groups.contains(free); ++more) free = name + " (" + std::to_string(more) + ")";
  return free;
}

std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string dump(const Tenant& t, bool ids) {
  std::vector<std::pair<std::string, UserIndex>> live;
  std::vector<std::string> in_bin;
  for (UserIndex user = 0; user < t.users.size(); ++user) {
    if (t.users.life(user) == Life::kGone) continue;
    std::string name = t.users.text(user, "userPrincipalName");
    if (t.users.life(user) == Life::kLive)
      live.emplace_back(std::move(name), user);
    else
      in_bin.push_back(std::move(name));
  }
  std::sort(live.begin(), live.end());
  std::sort(in_bin.begin(), in_bin.end());
  Json groups = Json::object();
  for (const Container& c : t.containers.all())
    if (!c.is_unit() && c.is_live()) groups[free_name(c.name(), groups)] = group_json(t, c, ids);
  std::string out =
      "{\"deleted\":" + text_of(in_bin) + ",\"groups\":" + text_of(groups) + ",\"users\":{";
  for (std::size_t i = 0; i < live.size(); ++i) {
    out += (i == 0 ? "" : ",") + text_of(live[i].first) + ":";
    out += text_of(user_json(t, live[i].second, ids));
  }
  return out + "}}";
}

}  // namespace graphsim
