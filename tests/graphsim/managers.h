// Who manages whom: a generated tree plus changes. Links of users in the bin stay until purge.
// Thread safety: one thread. Owned by Tenant.
#pragma once

#include <optional>
#include <unordered_map>
#include <vector>

#include "users.h"

namespace graphsim {

class Managers {
 public:
  Managers(const Origins& origins, UserIndex generated, ChangeLog& changes)
      : origins_(origins), generated_(generated), changes_(changes) {}

  std::optional<UserIndex> of(UserIndex user) const;
  std::vector<UserIndex> reports(UserIndex manager) const;  ///< ascending
  void set(UserIndex user, std::optional<UserIndex> manager);
  void forget(UserIndex user);

 private:
  std::optional<UserIndex> drawn(UserIndex user) const;

  const Origins& origins_;
  UserIndex generated_;
  ChangeLog& changes_;
  std::unordered_map<UserIndex, std::optional<UserIndex>> changed_;
  std::unordered_multimap<UserIndex, UserIndex> changed_reports_;
};

}  // namespace graphsim
