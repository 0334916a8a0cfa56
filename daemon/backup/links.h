// Links of users to directory objects, as a sweep gathers them: pairs of numbers, and what could
// not be read. Thread safety: belongs to the thread of one backup.
#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "backup/sweep.h"
#include "directory/sections.h"

namespace entrad::backup {

struct UserLinks {
  std::vector<directory::Link> objects;
  std::vector<std::pair<People::Index, std::uint32_t>> of_users;  // user, object
  std::set<api::ObjectKind> unread;                               // kinds that could not be read
  std::set<base::Guid> unread_objects;                            // single ones
  std::set<People::Index> unread_users;                           // users whose links are unknown

  std::uint32_t add(const directory::Link& object) {
    objects.push_back(object);
    return static_cast<std::uint32_t>(objects.size() - 1);
  }
};

// Puts `section` for every user but those that are unknown. Links to what could not be read stay as
// the snapshot before knew them: unreadable is not empty.
base::Result<void> put_links(Sweep& sweep, api::Section section, const UserLinks& links);

}  // namespace entrad::backup
