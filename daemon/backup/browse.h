// Browse: one user as it was in a snapshot, with the names of everything it was linked to then.
// Thread safety: pure but for reading the store.
#pragma once

#include <string>

#include "api/snapshots.h"
#include "base/guid.h"
#include "base/result.h"
#include "store/snapshots.h"

namespace entrad::backup {

// A user that was deleted before the snapshot is shown as it last was. Errors: not_found.
base::Result<api::UserDetail> user_detail(const store::Snapshots& snapshots,
                                          const std::string& tenant, const api::Snapshot& snapshot,
                                          const base::Guid& user);

// Of the users of a page that are deleted: when, by whom, and whether for good.
void tell_deletions(const store::Snapshots& snapshots, const std::string& tenant,
                    const api::Snapshot& snapshot, api::UserPage& page);

}  // namespace entrad::backup
