// Snapshot rows: tenants' numbers, sealed snapshots, and the mark of the one being written.
// Thread safety: functions on a transaction of the caller's thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/snapshots.h"
#include "base/ids.h"
#include "store/keys.h"
#include "store/lmdb.h"

namespace entrad::store {

std::optional<TenantNumber> find_tenant(const Txn& txn, std::string_view tenant);
TenantNumber find_or_add_tenant(WriteTxn& txn, std::string_view tenant);

// Only sealed snapshots have a row.
std::optional<api::Snapshot> sealed_snapshot(const Txn& txn, TenantNumber tenant,
                                             base::SnapshotNumber number);
bool is_sealed(const Txn& txn, TenantNumber tenant, base::SnapshotNumber number);
std::optional<api::Snapshot> newest_snapshot(const Txn& txn, TenantNumber tenant);
base::SnapshotNumber newest_number(const Txn& txn, TenantNumber tenant);  // 0: none
void put_snapshot(WriteTxn& txn, TenantNumber tenant, const api::Snapshot& snapshot);

// The number of the snapshot that is being written, or was when the daemon stopped.
std::optional<base::SnapshotNumber> pending_snapshot(const Txn& txn, TenantNumber tenant);
void put_pending(WriteTxn& txn, TenantNumber tenant, base::SnapshotNumber number);
void erase_pending(WriteTxn& txn, TenantNumber tenant);

}  // namespace entrad::store
