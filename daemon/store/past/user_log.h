// UserLog: what the tenant's audit log says about one user, gathered from every snapshot.
//
// The section `audit` of a snapshot holds the rows that are new since the snapshot before, as Graph
// wrote them. Source: "directoryAudit resource type" in the Microsoft Graph v1.0 reference.
// Thread safety: pure but for reading the store; any thread. Throws std::runtime_error when the
// store is damaged.
#pragma once

#include <string>
#include <vector>

#include "api/history.h"
#include "base/guid.h"
#include "store/snapshots.h"

namespace entrad::store {

// Newest first, up to a snapshot, each row once.
std::vector<api::LogRow> user_log(const Snapshots& snapshots, const std::string& tenant,
                                  const base::Guid& user, base::SnapshotNumber up_to);

}  // namespace entrad::store
