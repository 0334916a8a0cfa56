#include "containers.h"

#include <algorithm>

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

bool Containers::rule_matches(const Container& container, UserIndex user) const {
  return users_.text(user, "department") == container.rule_department;
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
    if (all_[c].rule_department == department) insert_sorted(out, c);
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
