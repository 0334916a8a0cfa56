// Role list: who holds which admin role for good, read for the whole tenant at once: that is
// cheaper than a question for each user. Source: Microsoft Graph v1.0, "List
// unifiedRoleAssignments". Thread safety: belongs to the job's thread.
#pragma once

#include <map>
#include <string>
#include <unordered_map>

#include "restore/state.h"

namespace entrad::restore {

class RoleList {
 public:
  // Where a 403 hides the list, nobody's roles are known. Errors: as Session::collection.
  static base::Result<RoleList> read(const Context& context, const graph::Call& call);

  // The roles of a live user, and by what each is removed.
  void enter_into(Live& live) const;
  bool holds_any(const base::Guid& user) const { return held_.contains(user); }

 private:
  bool is_known_ = true;
  std::unordered_map<base::Guid, std::map<directory::Role, std::string>> held_;
};

}  // namespace entrad::restore
