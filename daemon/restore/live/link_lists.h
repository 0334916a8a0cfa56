// Link lists: the groups, administrative units and app roles of many users, read from the other
// end: a page of 999 members of a group costs what the groups of one user cost.
//
// What is read so is what the user's own lists say: a group that hides its members from this app is
// in neither. Source: Microsoft Graph v1.0, "List members", "List administrativeUnits members",
// "List appRoleAssignments granted for a service principal".
// Thread safety: belongs to the job's thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "restore/live/places.h"
#include "restore/state.h"

namespace entrad::restore {

class LinkLists {
 public:
  // Gets each group and unit that is listed, as Graph shows it with the properties of a backup.
  using See = std::function<void(const directory::Link&, const nlohmann::json&)>;

  LinkLists(const Context& context, const Places& users, See see, const graph::Call& call);

  // Read all of them; false: this app may not, and each user has to be asked. Errors: as
  // Session::batch.
  base::Result<bool> read_memberships();
  base::Result<bool> read_app_roles();

  // Of the live user with this place. What was read of a kind must have been.
  void enter_memberships(std::uint32_t user, Live& live) const;
  void enter_app_roles(std::uint32_t user, Live& live) const;

 private:
  struct Member {
    std::uint32_t user;
    std::uint32_t container;
  };
  struct Assignment {
    std::uint32_t user;
    directory::AppRole role;
    std::string id;
  };
  class Reader;

  const Context& context_;
  const Places& users_;
  const See see_;
  const graph::Call& call_;
  std::vector<directory::Link> containers_;
  std::vector<Member> members_;          // sorted by user
  std::vector<Assignment> assignments_;  // the same
};

}  // namespace entrad::restore
