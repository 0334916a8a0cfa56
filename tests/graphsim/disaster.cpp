#include "disaster.h"

#include <algorithm>
#include <stdexcept>

#include "random.h"
#include "role_schedules.h"

namespace graphsim {
namespace {

Actor intruder(const Tenant& t) {
  if (t.users.size() == 0) return {};
  return {"", "", t.users.id(0), t.users.text(0, "userPrincipalName"), ""};
}

/// Users that a restore can bring back whole: cloud-only members.
std::vector<UserIndex> victims(const Tenant& t, Stream& stream) {
  std::vector<UserIndex> out;
  for (UserIndex user = 1; user < t.users.size(); ++user)
    if (t.users.life(user) == Life::kLive && t.users.text(user, "userType") != "Guest" &&
        !t.users.flag(user, "onPremisesSyncEnabled"))
      out.push_back(user);
  for (std::size_t i = out.size(); i > 1; --i) std::swap(out[i - 1], out[stream.below(i)]);
  return out;
}

std::vector<UserIndex> take(std::vector<UserIndex>& from, std::size_t count) {
  count = std::min(count, from.size());
  std::vector<UserIndex> out(from.end() - static_cast<std::ptrdiff_t>(count), from.end());
  from.resize(from.size() - count);
  return out;
}

Json named(const Tenant& t, UserIndex user) {
  return {{"id", t.users.id(user)}, {"userPrincipalName", t.users.text(user, "userPrincipalName")}};
}

void scramble(Tenant& t, UserIndex user, Stream& stream) {
  const std::string mark = std::to_string(stream.below(100000));
  Json changes{{"displayName", "xX " + mark + " Xx"},
               {"department", "Dept " + mark},
               {"jobTitle", nullptr},
               {"city", "Nowhere " + mark},
               {"businessPhones", Json::array()},
               {"otherMails", Json::array({"taken" + mark + "@mail.example"})},
               {"employeeOrgData", {{"costCenter", mark}, {"division", nullptr}}}};
  if (stream.below(2) == 0) changes["accountEnabled"] = false;
  if (stream.below(2) == 0) changes["mobilePhone"] = nullptr;
  if (stream.below(3) == 0) changes["streetAddress"] = nullptr;
  Json modified = Json::array();
  for (const auto& [name, value] : changes.items())
    modified.push_back(modified_property(name, t.users.value(user, name), value));
  t.users.set(user, changes);
  t.audit.write("Update user", intruder(t), {t.target(user)}, modified);
}

std::size_t remove_memberships(Tenant& t, std::size_t wanted, Stream& stream) {
  std::vector<ContainerIndex> open;
  for (ContainerIndex c = 0; c < t.containers.all().size(); ++c) {
    const GroupKind kind = t.containers.at(c).kind;
    if (kind == GroupKind::kSecurity || kind == GroupKind::kMicrosoft365) open.push_back(c);
  }
  std::size_t removed = 0;
  for (std::size_t attempt = 0; !open.empty() && removed < wanted && attempt < wanted * 40;
       ++attempt) {
    const ContainerIndex c = open[stream.below(open.size())];
    const auto& members = t.containers.at(c).users;
    if (members.empty()) continue;
    const UserIndex user = members[stream.below(members.size())];
    if (t.users.life(user) != Life::kLive) continue;
    t.containers.unlink(c, user);
    t.audit.write("Remove member from group", intruder(t),
                  {t.target(user), t.target(t.containers.at(c))});
    ++removed;
  }
  return removed;
}

std::size_t remove_roles(Tenant& t, std::size_t wanted, Stream& stream) {
  std::vector<std::string> ids;
  for (const auto& [number, a] : t.roles.assignments()) {
    const auto user = t.users.find_id(a.principal);
    if (user && *user != 0 && t.users.life(*user) == Life::kLive) ids.push_back(a.id);
  }
  for (std::size_t i = ids.size(); i > 1; --i) std::swap(ids[i - 1], ids[stream.below(i)]);
  ids.resize(std::min(ids.size(), wanted));
  for (const std::string& id : ids) {
    const RoleAssignment a = *t.roles.find(id);
    t.audit.write("Remove member from role", intruder(t),
                  {t.target(t.users.find_id(a.principal).value()), {a.role, "Role", "", ""}});
    remove_assignment(t, id);
  }
  return ids.size();
}

}  // namespace

Json strike(Tenant& t, const Json& request) {
  Stream stream(request.value("seed", std::uint64_t{1}));
  const auto amount = [&](const char* name) { return request.value(name, std::size_t{0}); };
  std::vector<UserIndex> pool = victims(t, stream);
  Json out{{"deleted", Json::array()}, {"purged", Json::array()}, {"scrambled", Json::array()}};
  for (const UserIndex user : take(pool, amount("delete"))) {
    out["deleted"].push_back(named(t, user));
    t.move_to_bin(user, intruder(t));
  }
  for (const UserIndex user : take(pool, amount("purge"))) {
    out["purged"].push_back(named(t, user));
    t.move_to_bin(user, intruder(t));
    t.purge(user, intruder(t));
  }
  for (const UserIndex user : take(pool, amount("scramble"))) {
    out["scrambled"].push_back(named(t, user));
    scramble(t, user, stream);
  }
  out["membershipsRemoved"] = remove_memberships(t, amount("removeMemberships"), stream);
  out["rolesRemoved"] = remove_roles(t, amount("removeRoles"), stream);
  if (!request.value("names", true))
    for (const char* what : {"deleted", "purged", "scrambled"}) out[what] = out[what].size();
  return out;
}

Json remove_users(Tenant& t, const Json& request, bool permanently) {
  Json out = Json::array();
  for (const Json& key : request.at("ids")) {
    const auto text = key.get<std::string>();
    const auto user = parse_guid(text) ? t.users.find_id(text) : t.users.find_name(text);
    if (!user) throw std::invalid_argument("no such user: " + text);
    out.push_back(named(t, *user));
    if (t.users.life(*user) == Life::kLive) t.move_to_bin(*user, intruder(t));
    if (permanently) t.purge(*user, intruder(t));
  }
  return {{permanently ? "purged" : "deleted", out}};
}

Json purge_groups(Tenant& t, const Json& request) {
  Json out = Json::array();
  for (const Json& key : request.at("ids")) {
    const auto id = key.get<std::string>();
    if (const auto live = t.containers.find(id); live && !t.containers.at(*live).is_unit())
      t.containers.move_to_bin(*live, t.containers.at(*live).document["createdDateTime"]);
    for (const ContainerIndex group : t.containers.deleted())
      if (t.containers.at(group).id() == id) {
        out.push_back(id);
        t.containers.purge(group);
      }
  }
  return {{"purged", out}};
}

void patch_user(Tenant& t, const std::string& key, const Json& attributes) {
  const auto user = parse_guid(key) ? t.users.find_id(key) : t.users.find_name(key);
  if (!user) throw std::invalid_argument("no such user: " + key);
  for (const auto& [name, value] : attributes.items())
    if (!user_property_index(name)) throw std::invalid_argument("no such property: " + name);
  t.users.set(*user, attributes);
  t.audit.write("Update user", intruder(t), {t.target(*user)});
}

}  // namespace graphsim
