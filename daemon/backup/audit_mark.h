// Audit mark: up to where the tenant's audit log is in a snapshot, so that the next one goes on.
//
// Kept beside the snapshots, by their numbers: a mark of a snapshot that was never sealed is not
// believed, and the next backup reads from the one before again.
// Thread safety: the functions may be called from any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "store/store.h"

namespace entrad::backup {

struct AuditMark {
  base::SnapshotNumber snapshot;
  std::string newest;            // activityDateTime of the newest row, as Graph wrote it
  std::vector<std::string> ids;  // of rows that the next backup will see again
};

// Of the newest snapshot that is not newer than `parent`; nullopt: there is none.
std::optional<AuditMark> audit_mark(store::Store& store, const std::string& tenant,
                                    base::SnapshotNumber parent);
// In the place of marks of this and newer snapshots. Errors: store_full, store_damaged.
base::Result<void> keep_audit_mark(store::Store& store, const std::string& tenant,
                                   const AuditMark& mark);

}  // namespace entrad::backup
