// Changes of membership and ownership. Which groups accept one, and how each refusal reads:
// Microsoft's pages "Add members", "Remove member", "Add owners", "Remove group owner" and "Update
// group". Writes are always on the group's side.
#include <algorithm>

#include "handlers.h"
#include "user_links.h"
#include "user_rules.h"

namespace graphsim {
namespace {

constexpr std::size_t kLinksPerRequest = 20;
constexpr std::size_t kMostOwners = 100;  // "Add owners"

void check_membership_writable(const Call& call, const Container& group) {
  switch (group.kind) {
    case GroupKind::kDynamic:
      bad_request(
          "Insufficient privileges or unsupported operation: the members of a group with "
          "dynamic membership cannot be changed.");
    case GroupKind::kMailSecurity:
    case GroupKind::kDistribution:
      bad_request("Cannot Update a mail-enabled security groups and or distribution list.");
    case GroupKind::kSynced:
      bad_request(kSyncedRefusal);
    case GroupKind::kRoleAssignable:
      if (!call.may("RoleManagement.ReadWrite.Directory")) denied();
      break;
    case GroupKind::kSecurity:
    case GroupKind::kMicrosoft365:
    case GroupKind::kUnit:
      break;
  }
}

/// A member to be: a user, or a group where only security groups take groups.
struct Member {
  std::optional<UserIndex> user;
  ContainerIndex group = 0;
};

Member resolve_member(Call& call, const Json& reference) {
  const std::string id = referenced_id(reference);
  Tenant& t = call.tenant;
  if (const auto user = t.users.find_id(id); user && t.users.life(*user) == Life::kLive) {
    if (!t.is_visible(*user)) missing_reference();
    return {user, 0};
  }
  const auto group = t.containers.find(id);
  if (!group || t.containers.at(*group).is_unit()) not_found(id);
  return {std::nullopt, *group};
}

void check_addable(const Call& call, ContainerIndex container, const Member& member) {
  const Container& c = call.tenant.containers.at(container);
  if (!member.user && (c.kind == GroupKind::kMicrosoft365 || c.kind == GroupKind::kRoleAssignable))
    bad_request("Invalid object type: this group accepts users only.");
  const bool there =
      member.user ? call.tenant.containers.contains(container, *member.user)
                  : std::find(c.groups.begin(), c.groups.end(), member.group) != c.groups.end();
  if (there) already("members");
}

void link(Call& call, ContainerIndex container, const Member& member) {
  Tenant& t = call.tenant;
  const Container& c = t.containers.at(container);
  const char* activity = c.is_unit() ? "Add member to administrative unit" : "Add member to group";
  if (!member.user) {
    t.containers.nest(container, member.group);
    t.audit.write(activity, call.actor(), {t.target(t.containers.at(member.group)), t.target(c)});
    return;
  }
  t.containers.link(container, *member.user);
  t.replication.linked(link_key(0, container, *member.user));
  t.replication.came_back(container, *member.user);
  t.audit.write(activity, call.actor(), {t.target(*member.user), t.target(c)},
                Json::array({modified_property("Group.ObjectID", nullptr, c.id())}));
}

Response add_to(Call& call, ContainerIndex container) {
  const Json body = call.body();
  check_membership_writable(call, call.tenant.containers.at(container));
  const Member member = resolve_member(call, body.value("@odata.id", Json()));
  check_addable(call, container, member);
  link(call, container, member);
  return no_content();
}

Response remove_from(Call& call, ContainerIndex container) {
  Tenant& t = call.tenant;
  const Container& c = t.containers.at(container);
  check_membership_writable(call, c);
  const auto user = t.users.find_id(call.args.at(1));
  const char* activity =
      c.is_unit() ? "Remove member from administrative unit" : "Remove member from group";
  if (user && t.is_visible(*user) && t.containers.unlink(container, *user)) {
    t.replication.departed(container, *user);
    t.audit.write(activity, call.actor(), {t.target(*user), t.target(c)},
                  Json::array({modified_property("Group.ObjectID", c.id(), nullptr)}));
    return no_content();
  }
  const auto group = t.containers.find(call.args.at(1));
  if (group && t.containers.unnest(container, *group)) {
    t.audit.write(activity, call.actor(), {t.target(t.containers.at(*group)), t.target(c)});
    return no_content();
  }
  not_found(c.id());  // Graph blames the group, not the member
}

void bind_members(Call& call, ContainerIndex group, const Json& references) {
  if (references.empty()) return;
  check_membership_writable(call, call.tenant.containers.at(group));
  std::vector<Member> members;
  std::set<std::string> seen;
  for (const Json& reference : references) {
    if (!seen.insert(lower(reference.is_string() ? reference.get<std::string>() : "")).second)
      already("members");
    members.push_back(resolve_member(call, reference));
    check_addable(call, group, members.back());
  }
  for (const Member& member : members) link(call, group, member);
}

void check_group_properties(const Call& call, const Container& group, const Json& changes) {
  if (changes.empty()) return;
  if (!call.may("Group.ReadWrite.All Directory.ReadWrite.All")) denied();
  if (group.kind == GroupKind::kSynced) bad_request(kSyncedRefusal);
  for (const auto& [name, value] : changes.items()) {
    const bool known = name == "displayName" || name == "description" || name == "mailNickname";
    if (!known || !(value.is_string() || (value.is_null() && name == "description")))
      bad_request("Invalid value specified for property '" + name + "' of resource 'Group'.");
  }
}

// Who is in a dynamic group is its rule's business, who owns it is not.
void check_owners_writable(const Call& call, const Container& group) {
  if (!call.may("Group.ReadWrite.All Directory.ReadWrite.All")) denied();
  if (group.kind != GroupKind::kDynamic) check_membership_writable(call, group);
}

void own(Call& call, ContainerIndex group, UserIndex user) {
  Tenant& t = call.tenant;
  t.containers.add_owner(group, user);
  t.replication.linked(link_key(kOwnerLink, group, user));
  t.audit.write("Add owner to group", call.actor(),
                {t.target(user), t.target(t.containers.at(group))});
}

std::vector<UserIndex> owners_to_bind(Call& call, ContainerIndex group, const Json& references) {
  std::vector<UserIndex> owners;
  if (references.is_null()) return owners;
  const Container& c = call.tenant.containers.at(group);
  check_owners_writable(call, c);
  for (const Json& reference : references) {
    const UserIndex owner = owner_of(call, referenced_id(reference));
    const auto is_owner = [owner](const std::vector<UserIndex>& all) {
      return std::find(all.begin(), all.end(), owner) != all.end();
    };
    if (is_owner(c.owners) || is_owner(owners)) already("owners");
    owners.push_back(owner);
  }
  if (c.owners.size() + owners.size() > kMostOwners)
    bad_request("The group already has the maximum number of owners (100).");
  return owners;
}

std::size_t changed_links(const Json& references, const char* property) {
  if (references.is_null()) return 0;
  if (!references.is_array() || references.empty())
    bad_request(std::string(property) + " is not a list.");
  return references.size();
}

// All or nothing, members and owners together.
void bind_links(Call& call, ContainerIndex group, const Json& members, const Json& owners) {
  if (changed_links(members, "members@odata.bind") + changed_links(owners, "owners@odata.bind") >
      kLinksPerRequest)
    bad_request("A resource cannot contain more than 20 link changes.");
  const auto new_owners = owners_to_bind(call, group, owners);
  bind_members(call, group, members);
  for (const UserIndex owner : new_owners) own(call, group, owner);
}

}  // namespace

[[noreturn]] void already(const char* property) {
  bad_request(
      "One or more added object references already exist for the following modified "
      "properties: '" +
      std::string(property) + "'.");
}

UserIndex owner_of(Call& call, const std::string& id) {
  const auto user = call.tenant.users.find_id(id);
  if (!user || call.tenant.users.life(*user) != Life::kLive) not_found(id);
  if (!call.tenant.is_visible(*user)) missing_reference();
  return *user;
}

void bind_first_links(Call& call, ContainerIndex group, const Json& members, const Json& owners) {
  bind_links(call, group, members, owners);
}

Response add_member(Call& call) { return add_to(call, call.group()); }
Response remove_member(Call& call) { return remove_from(call, call.group()); }
Response add_unit_member(Call& call) { return add_to(call, call.unit()); }
Response remove_unit_member(Call& call) { return remove_from(call, call.unit()); }

// Without /$ref the URL names the member itself: the user is deleted, not the link.
Response delete_member_object(Call& call) {
  const ContainerIndex group = call.group();
  const UserIndex user = call.user(1);
  if (!call.tenant.containers.contains(group, user)) not_found(call.args.at(1));
  return delete_user_object(call, user);
}

Response update_group(Call& call) {
  const ContainerIndex group = call.group();
  Json changes = call.body();
  const Json members = changes.value("members@odata.bind", Json());
  const Json owners = changes.value("owners@odata.bind", Json());
  std::erase_if(changes.get_ref<Json::object_t&>(),
                [](const auto& one) { return one.first.find('@') != std::string::npos; });
  Container& c = call.tenant.containers.at(group);
  check_group_properties(call, c, changes);
  bind_links(call, group, members, owners);
  if (!changes.empty()) {
    c.document.update(changes);
    for (const auto& [name, value] : changes.items())
      call.tenant.changes.group_property(group, name);
    call.tenant.audit.write("Update group", call.actor(), {call.tenant.target(c)});
  }
  return no_content();
}

Response add_owner(Call& call) {
  const ContainerIndex group = call.group();
  const Json reference = call.body().value("@odata.id", Json());
  for (const UserIndex owner : owners_to_bind(call, group, Json::array({reference})))
    own(call, group, owner);
  return no_content();
}

Response remove_owner(Call& call) {
  const ContainerIndex group = call.group();
  const Container& c = call.tenant.containers.at(group);
  check_owners_writable(call, c);
  const auto user = call.tenant.users.find_id(call.args.at(1));
  if (!user || std::find(c.owners.begin(), c.owners.end(), *user) == c.owners.end())
    not_found(c.id());
  const auto live = std::count_if(c.owners.begin(), c.owners.end(), [&](UserIndex owner) {
    return call.tenant.users.life(owner) == Life::kLive;
  });
  if (live == 1)
    bad_request("The group must have at least one owner, hence this owner cannot be removed.");
  call.tenant.containers.remove_owner(group, *user);
  call.tenant.audit.write("Remove owner from group", call.actor(),
                          {call.tenant.target(*user), call.tenant.target(c)});
  return no_content();
}

}  // namespace graphsim
