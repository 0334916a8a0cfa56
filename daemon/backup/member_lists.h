// Member lists: groups and administrative units as Graph lists them, and the users in each.
//
// Read from the containers' side: a page of 999 members costs what one user's memberOf costs.
// Thread safety: not safe; owned by the thread of one backup.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "backup/sweep.h"
#include "directory/sections.h"

namespace entrad::backup {

struct ContainerKind {
  api::ObjectKind kind;
  const char* collection;
  const char* phase;
  const char* members_phase;
  std::string (*select)();
  graph::Request (*list)(const std::string&);
  graph::Request (*members)(const base::Guid&);
};
extern const ContainerKind kGroups;
extern const ContainerKind kUnits;

struct Links {
  std::vector<directory::Link> containers;
  std::vector<std::pair<People::Index, std::uint32_t>> of_users;  // user, container
  std::set<base::Guid> unreadable;                                // containers
  bool units_denied = false;
  bool hidden_veiled = false;  // hidden units are not even listed
  std::string miscounted;      // why not all groups may have been seen

  bool is_unreadable(const directory::Link& link) const;
  bool none_read() const { return !containers.empty() && unreadable.size() == containers.size(); }
  bool all_read() const {
    return unreadable.empty() && !units_denied && !hidden_veiled && miscounted.empty();
  }

 private:
  bool is_listed(const directory::Link& link) const;
};

// All of a kind with their members, added to `links`. Errors: permission_denied, where they may not
// be listed.
base::Result<void> read_containers(Sweep& sweep, const ContainerKind& kind, Links& links);
// The members of the containers from the one with number `from` on, all of this kind.
base::Result<void> read_members(Sweep& sweep, const ContainerKind& kind, Links& links,
                                std::size_t from);
// Hash of all links to units, to see whether any has changed.
std::string units_hash(Sweep& sweep, const Links& links);
// Without that permission Graph leaves hidden units out of its list and says nothing. A token whose
// permissions cannot be read gets the benefit of the doubt.
bool is_hidden_veiled(Sweep& sweep);
// Marks the section as complete as `links` are.
void mark_memberships(Sweep& sweep, const Links& links);

}  // namespace entrad::backup
