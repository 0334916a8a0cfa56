// Snapshot rows: tenants' numbers, sealed snapshots, and the mark of the one being written.
// Thread safety: functions on a transaction of the caller's thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/snapshots.h"
#include "base/ids.h"
#include "base/result.h"
#include "store/file/lmdb.h"
#include "store/rows/keys.h"

namespace entrad::store {

std::optional<TenantNumber> find_tenant(const Txn& txn, std::string_view tenant);
TenantNumber find_or_add_tenant(WriteTxn& txn, std::string_view tenant);

// Only sealed snapshots have a row.
std::optional<api::Snapshot> sealed_snapshot(const Txn& txn, TenantNumber tenant,
                                             base::SnapshotNumber number);
bool is_sealed(const Txn& txn, TenantNumber tenant, base::SnapshotNumber number);
// The tenant, if `number` is one of its sealed snapshots: nothing else is ever read.
std::optional<TenantNumber> tenant_with(const Txn& txn, std::string_view tenant,
                                        base::SnapshotNumber number);
base::unexpected<base::Error> no_snapshot(const std::string& tenant, base::SnapshotNumber number);
std::optional<api::Snapshot> newest_snapshot(const Txn& txn, TenantNumber tenant);
base::SnapshotNumber newest_number(const Txn& txn, TenantNumber tenant);           // 0: none
std::vector<api::Snapshot> sealed_snapshots(const Txn& txn, TenantNumber tenant);  // oldest first
void put_snapshot(WriteTxn& txn, TenantNumber tenant, const api::Snapshot& snapshot);
void erase_snapshot(WriteTxn& txn, TenantNumber tenant, base::SnapshotNumber number);

// The snapshot that is being written, or was when the daemon stopped.
struct Pending {
  base::SnapshotNumber number;
  api::SnapshotKind kind = api::SnapshotKind::full;
  base::WallTime started_at{};
  std::string attempt;  // whose it is, see Snapshots::begin
};
std::optional<Pending> pending_snapshot(const Txn& txn, TenantNumber tenant);
void put_pending(WriteTxn& txn, TenantNumber tenant, const Pending& pending);
void erase_pending(WriteTxn& txn, TenantNumber tenant);  // with its checkpoints

// What the steps of the pending snapshot wrote down of how far they are.
void put_checkpoint(WriteTxn& txn, TenantNumber tenant, std::string_view name,
                    std::string_view text);
std::map<std::string, std::string> checkpoints(const Txn& txn, TenantNumber tenant);

// Where the next delta round of a collection starts: good only while `snapshot` is the newest.
struct CursorRow {
  base::SnapshotNumber snapshot;
  std::string text;
};
std::optional<CursorRow> cursor_of(const Txn& txn, TenantNumber tenant,
                                   std::string_view collection);
void put_cursor(WriteTxn& txn, TenantNumber tenant, std::string_view collection,
                const CursorRow& cursor);

}  // namespace entrad::store
