#include "containers.h"

#include <algorithm>
#include <utility>

#include "changes.h"

namespace graphsim {
namespace {

template <typename T>
bool insert_sorted(std::vector<T>& list, T value) {
  const auto it = std::lower_bound(list.begin(), list.end(), value);
  if (it != list.end() && *it == value) return false;
  list.insert(it, value);
  return true;
}

template <typename T>
bool erase_sorted(std::vector<T>& list, T value) {
  const auto it = std::lower_bound(list.begin(), list.end(), value);
  if (it == list.end() || *it != value) return false;
  list.erase(it);
  return true;
}

}  // namespace

nlohmann::json blank_group_document() {
  nlohmann::json doc = nlohmann::json::object();
  for (const char* name : {"deletedDateTime",
                           "classification",
                           "description",
                           "expirationDateTime",
                           "isAssignableToRole",
                           "mail",
                           "membershipRule",
                           "membershipRuleProcessingState",
                           "onPremisesDomainName",
                           "onPremisesLastSyncDateTime",
                           "onPremisesNetBiosName",
                           "onPremisesSamAccountName",
                           "onPremisesSecurityIdentifier",
                           "onPremisesSyncEnabled",
                           "preferredDataLocation",
                           "preferredLanguage",
                           "theme",
                           "visibility",
                           "isManagementRestricted",
                           "uniqueName"})
    doc[name] = nullptr;
  for (const char* name :
       {"groupTypes", "proxyAddresses", "onPremisesProvisioningErrors", "serviceProvisioningErrors",
        "assignedLicenses", "assignedLabels", "resourceBehaviorOptions",
        "resourceProvisioningOptions", "creationOptions"})
    doc[name] = nlohmann::json::array();
  doc["mailEnabled"] = false;
  doc["securityEnabled"] = false;
  return doc;
}

bool Container::hides_members() const {
  const auto it = document.find("visibility");
  return it != document.end() && *it == "HiddenMembership";
}

std::string Container::name() const {
  const char* key = is_unit() ? "displayName" : "mailNickname";
  return document.at(key).get<std::string>();
}

ContainerIndex Containers::add(Container container) {
  const auto index = static_cast<ContainerIndex>(all_.size());
  by_id_.emplace(parse_guid(container.id()).value(), index);
  if (container.is_dynamic()) dynamic_.push_back(index);
  for (const UserIndex owner : container.owners) owned_.emplace(owner, index);
  all_.push_back(std::move(container));
  return index;
}

std::optional<ContainerIndex> Containers::find(std::string_view id) const {
  const auto guid = parse_guid(id);
  if (!guid) return std::nullopt;
  const auto it = by_id_.find(*guid);
  if (it == by_id_.end()) return std::nullopt;
  return it->second;
}

bool Containers::link(ContainerIndex container, UserIndex user) {
  if (!insert_sorted(all_[container].users, user)) return false;
  if (of_user_.size() <= user) of_user_.resize(std::max<std::size_t>(users_.size(), user + 1U));
  insert_sorted(of_user_[user], container);
  changes_.group_user(container, user);
  return true;
}

bool Containers::unlink(ContainerIndex container, UserIndex user) {
  if (!erase_sorted(all_[container].users, user)) return false;
  erase_sorted(of_user_[user], container);
  changes_.group_user(container, user);
  return true;
}

void Containers::nest(ContainerIndex parent, ContainerIndex child) {
  insert_sorted(all_[parent].groups, child);
  insert_sorted(all_[child].parents, parent);
  changes_.group_group(parent, child);
}

bool Containers::unnest(ContainerIndex parent, ContainerIndex child) {
  erase_sorted(all_[child].parents, parent);
  changes_.group_group(parent, child);
  return erase_sorted(all_[parent].groups, child);
}

void Containers::add_owner(ContainerIndex group, UserIndex user) {
  if (insert_sorted(all_[group].owners, user)) owned_.emplace(user, group);
}

void Containers::remove_owner(ContainerIndex group, UserIndex user) {
  erase_sorted(all_[group].owners, user);
  const auto [begin, end] = owned_.equal_range(user);
  for (auto it = begin; it != end; ++it) {
    if (it->second != group) continue;
    owned_.erase(it);
    return;
  }
}

void Containers::forget(UserIndex user) {
  for (const ContainerIndex c : std::vector(assigned(user))) unlink(c, user);
  for (const ContainerIndex c : dynamic_)
    if (rule_matches(all_[c], user)) changes_.group_user(c, user);
  for (const ContainerIndex c : owned_by(user)) std::erase(all_[c].owners, user);
  owned_.erase(user);
}

void Containers::department_changed(UserIndex user, const std::string& former) {
  const std::string department = users_.text(user, "department");
  if (department == former) return;
  for (const ContainerIndex c : dynamic_)
    if (all_[c].rule_department == former || all_[c].rule_department == department)
      changes_.group_user(c, user);
}

void Containers::drop_links(ContainerIndex group) {
  Container& c = all_[group];
  for (const UserIndex user : c.users) erase_sorted(of_user_[user], group);
  for (const ContainerIndex child : c.groups) erase_sorted(all_[child].parents, group);
  for (const ContainerIndex parent : c.parents) {
    erase_sorted(all_[parent].groups, group);
    changes_.group_group(parent, group);
  }
  c.users.clear();
  c.groups.clear();
  c.parents.clear();
}

void Containers::move_to_bin(ContainerIndex group, const std::string& when) {
  Container& c = all_[group];
  c.in_bin = {c.users, c.groups, c.parents};
  drop_links(group);
  c.life = Life::kDeleted;
  c.document["deletedDateTime"] = when;
  by_id_.erase(parse_guid(c.id()).value());
  changes_.group_life(group);
}

void Containers::bring_back(ContainerIndex group) {
  Container& c = all_[group];
  c.life = Life::kLive;
  c.document["deletedDateTime"] = nullptr;
  by_id_.emplace(parse_guid(c.id()).value(), group);
  const auto links = std::exchange(c.in_bin, {});
  for (const UserIndex user : links.users)
    if (users_.life(user) != Life::kGone) link(group, user);
  for (const ContainerIndex child : links.groups)
    if (all_[child].is_live()) nest(group, child);
  for (const ContainerIndex parent : links.parents)
    if (all_[parent].is_live()) nest(parent, group);
  changes_.group_life(group);
}

void Containers::purge(ContainerIndex group) {
  all_[group].life = Life::kGone;
  all_[group].in_bin = {};
  changes_.group_life(group);
}

std::vector<ContainerIndex> Containers::deleted() const {
  std::vector<ContainerIndex> out;
  for (ContainerIndex c = 0; c < all_.size(); ++c)
    if (all_[c].life == Life::kDeleted) out.push_back(c);
  return out;
}

bool Containers::rule_matches(const Container& container, UserIndex user) const {
  return container.is_live() && users_.text(user, "department") == container.rule_department;
}

bool Containers::contains(ContainerIndex container, UserIndex user) const {
  const Container& c = all_[container];
  if (c.is_dynamic()) return rule_matches(c, user);
  return std::binary_search(c.users.begin(), c.users.end(), user);
}

const std::vector<ContainerIndex>& Containers::assigned(UserIndex user) const {
  static const std::vector<ContainerIndex> kNone;
  return user < of_user_.size() ? of_user_[user] : kNone;
}

std::vector<ContainerIndex> Containers::of(UserIndex user) const {
  std::vector<ContainerIndex> out = assigned(user);
  const std::string department = users_.text(user, "department");
  for (const ContainerIndex c : dynamic_)
    if (all_[c].is_live() && all_[c].rule_department == department) insert_sorted(out, c);
  return out;
}

std::vector<ContainerIndex> Containers::owned_by(UserIndex user) const {
  std::vector<ContainerIndex> out;
  const auto [begin, end] = owned_.equal_range(user);
  for (auto it = begin; it != end; ++it) insert_sorted(out, it->second);
  return out;
}

std::vector<ContainerIndex> Containers::upward(std::vector<ContainerIndex> start) const {
  std::vector<ContainerIndex> out;
  while (!start.empty()) {
    const ContainerIndex next = start.back();
    start.pop_back();
    if (!insert_sorted(out, next)) continue;
    start.insert(start.end(), all_[next].parents.begin(), all_[next].parents.end());
  }
  return out;
}

void Containers::each_user(ContainerIndex container, UserIndex from,
                           const std::function<bool(UserIndex)>& visit) const {
  const Container& c = all_[container];
  if (!c.is_dynamic()) {
    for (auto it = std::lower_bound(c.users.begin(), c.users.end(), from); it != c.users.end();
         ++it)
      if (!visit(*it)) return;
    return;
  }
  for (UserIndex user = from; user < users_.size(); ++user)
    if (users_.life(user) != Life::kGone && rule_matches(c, user) && !visit(user)) return;
}

}  // namespace graphsim
