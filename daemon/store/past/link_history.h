// LinkHistory: who was in a group, who held a role, and who came and went between two snapshots.
//
// There is no index of links: who was where is answered by one walk over a section of all users,
// and who came and went by the users whose section changed. So the first takes time in proportion
// to the tenant, the second to the change.
// Thread safety: pure but for reading the store; any thread. Throws std::runtime_error when the
// store is damaged.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/history.h"
#include "base/guid.h"
#include "base/result.h"
#include "store/snapshots.h"

namespace entrad::store {

struct GroupQuery {
  std::string search;  // any part of a display name, mail or id, folded
  bool count_members = false;
  std::size_t limit = 100;
  std::string cursor;
};

// Groups and administrative units, by folded name. Errors: invalid_argument (the cursor).
base::Result<api::GroupPage> groups(const Snapshots& snapshots, const std::string& tenant,
                                    base::SnapshotNumber number, const GroupQuery& query);
// By object id, mail or display name in any case, as of a snapshot; groups that were gone by then
// only by id. Errors: not_found, conflict (names the ids of those that share the name).
base::Result<api::GroupRow> find_group(const Snapshots& snapshots, const std::string& tenant,
                                       base::SnapshotNumber number, std::string_view id_or_name);
// Users that were direct members, by folded name; at most `limit` of them from `cursor` on.
base::Result<api::UserPage> members(const Snapshots& snapshots, const std::string& tenant,
                                    base::SnapshotNumber number, const base::Guid& group,
                                    std::size_t limit, const std::string& cursor);

// Who joined and left after snapshot `from`, up to `to`, in the order of snapshots, then names.
std::vector<api::LinkEvent> group_history(const Snapshots& snapshots, const std::string& tenant,
                                          const base::Guid& group, base::SnapshotNumber from,
                                          base::SnapshotNumber to);

// Is there a role with this id or name (any case) as of a snapshot, so that "nobody holds it" is an
// answer? An id and an empty text always pass. Errors: not_found, with the name that was meant.
base::Result<void> check_role(const Snapshots& snapshots, const std::string& tenant,
                              base::SnapshotNumber number, std::string_view role);
// Who held admin roles as of a snapshot, by role, then user. `role`: only roles with this id or
// name (any case); empty: all.
std::vector<api::RoleHolder> role_holders(const Snapshots& snapshots, const std::string& tenant,
                                          base::SnapshotNumber number, std::string_view role);
// Who gained and lost roles after snapshot `from`, up to `to`.
std::vector<api::LinkEvent> role_history(const Snapshots& snapshots, const std::string& tenant,
                                         base::SnapshotNumber from, base::SnapshotNumber to,
                                         std::string_view role);

}  // namespace entrad::store
