// Groups and administrative units with their links. Members of an assigned container are stored on
// both sides (sorted arrays), members of a dynamic group are computed from the users' attributes.
// Links of users in the recycle bin stay; whoever lists members hides them.
// Thread safety: one thread. Owned by Tenant.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "guid.h"
#include "users.h"

namespace graphsim {

using ContainerIndex = std::uint32_t;

enum class GroupKind : std::uint8_t {
  kSecurity,
  kMicrosoft365,
  kDynamic,
  kMailSecurity,
  kDistribution,
  kSynced,
  kRoleAssignable,
  kUnit
};

struct Container {
  GroupKind kind = GroupKind::kSecurity;
  nlohmann::json document;              ///< every property of the entity
  std::string rule_department;          ///< dynamic groups: the department that the rule asks for
  std::vector<UserIndex> users;         ///< sorted
  std::vector<ContainerIndex> groups;   ///< groups that are members
  std::vector<ContainerIndex> parents;  ///< groups and units that this group is a member of
  std::vector<UserIndex> owners;
  Life life = Life::kLive;
  struct {
    std::vector<UserIndex> users;
    std::vector<ContainerIndex> groups, parents;
  } in_bin;  ///< its links while it is deleted

  bool is_live() const { return life == Life::kLive; }
  bool is_unit() const { return kind == GroupKind::kUnit; }
  bool is_dynamic() const { return kind == GroupKind::kDynamic; }
  bool hides_members() const;
  std::string id() const { return document.at("id").get<std::string>(); }
  std::string name() const;  ///< mailNickname of a group, displayName of a unit
};

class Containers {
 public:
  Containers(const Users& users, ChangeLog& changes) : users_(users), changes_(changes) {}

  ContainerIndex add(Container container);
  std::vector<Container>& all() { return all_; }
  const std::vector<Container>& all() const { return all_; }
  Container& at(ContainerIndex index) { return all_[index]; }
  const Container& at(ContainerIndex index) const { return all_[index]; }
  std::optional<ContainerIndex> find(std::string_view id) const;

  /// Stored links only; both return false where nothing changes.
  bool link(ContainerIndex container, UserIndex user);
  bool unlink(ContainerIndex container, UserIndex user);
  void nest(ContainerIndex parent, ContainerIndex child);
  bool unnest(ContainerIndex parent, ContainerIndex child);
  void add_owner(ContainerIndex group, UserIndex user);
  void remove_owner(ContainerIndex group, UserIndex user);
  /// Into the recycle bin, out of it with its links, or from it into nothing. Groups only.
  void move_to_bin(ContainerIndex group, const std::string& when);
  void bring_back(ContainerIndex group);
  void purge(ContainerIndex group);
  /// Groups that wait in the bin.
  std::vector<ContainerIndex> deleted() const;
  /// Drops every link of a user that is permanently deleted.
  void forget(UserIndex user);
  /// A user has left a department for another: dynamic groups lose and gain it.
  void department_changed(UserIndex user, const std::string& former);

  /// Direct membership, computed for dynamic groups.
  bool contains(ContainerIndex container, UserIndex user) const;
  /// Direct containers of a user, ascending, dynamic groups included.
  std::vector<ContainerIndex> of(UserIndex user) const;
  const std::vector<ContainerIndex>& assigned(UserIndex user) const;
  std::vector<ContainerIndex> owned_by(UserIndex user) const;
  /// `start` and everything that contains it through nesting.
  std::vector<ContainerIndex> upward(std::vector<ContainerIndex> start) const;
  /// Calls `visit` for direct user members from `from` on, ascending, until it returns false; users
  /// in the recycle bin too.
  void each_user(ContainerIndex container, UserIndex from,
                 const std::function<bool(UserIndex)>& visit) const;

 private:
  void drop_links(ContainerIndex group);
  bool rule_matches(const Container& container, UserIndex user) const;

  const Users& users_;
  ChangeLog& changes_;
  std::vector<Container> all_;
  std::vector<ContainerIndex> dynamic_;
  std::unordered_map<Guid, ContainerIndex, GuidHash> by_id_;
  std::vector<std::vector<ContainerIndex>> of_user_;
  std::unordered_multimap<UserIndex, ContainerIndex> owned_;
};

/// A group without a name, every property unset.
nlohmann::json blank_group_document();

}  // namespace graphsim
