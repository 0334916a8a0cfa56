// Removal rows: pins, and the marks of snapshots that were removed and are not merged yet.
// Thread safety: functions on a transaction of the caller's thread.
#pragma once

#include <optional>
#include <vector>

#include "api/retention.h"
#include "store/file/lmdb.h"
#include "store/rows/keys.h"

namespace entrad::store {

std::vector<api::Pin> pins_of(const Txn& txn, TenantNumber tenant);
bool is_pinned(const Txn& txn, TenantNumber tenant, base::SnapshotNumber number);
void put_pin(WriteTxn& txn, TenantNumber tenant, const api::Pin& pin);
bool erase_pin(WriteTxn& txn, TenantNumber tenant, base::SnapshotNumber number);

std::vector<base::SnapshotNumber> removed_ones(const Txn& txn, TenantNumber tenant);
bool is_removed(const Txn& txn, TenantNumber tenant, base::SnapshotNumber number);
void mark_removed(WriteTxn& txn, TenantNumber tenant, base::SnapshotNumber number);
void erase_removed(WriteTxn& txn, TenantNumber tenant, base::SnapshotNumber number);

// Sealed snapshots next to a number; 0: there is none.
base::SnapshotNumber sealed_before(const Txn& txn, TenantNumber tenant,
                                   base::SnapshotNumber number);
base::SnapshotNumber sealed_from(const Txn& txn, TenantNumber tenant, base::SnapshotNumber number);
std::vector<base::SnapshotNumber> sealed_numbers(const Txn& txn, TenantNumber tenant);  // sorted

}  // namespace entrad::store
