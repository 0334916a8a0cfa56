// Unsealed: the rows of a snapshot that is being written, put beside those of its parent.
//
// Rows are written only where something differs from the parent, so that a later read "as of" finds
// the parent's where nothing changed. Until the snapshot is sealed nobody reads its rows: its
// number is larger than that of every sealed one. Thread safety: functions on a transaction of the
// writer thread; prepare() and drop_unsealed() on any other thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/environment.h"
#include "store/keys.h"
#include "store/snapshots.h"
#include "store/versions.h"

namespace entrad::store {

// One section as it was put, with what lists show of it when it is a user's object.
struct Put {
  SectionOf what;
  std::string content;
  std::optional<UserSummary> summary;
  std::string hash = {};    // of the content; prepare() fills in the rest
  std::string packed = {};  // empty: the content was in the store already
};

// Hashes the contents, and packs those that are new, before the writer thread is kept busy.
void prepare(const Environment& environment, std::vector<Put>& puts);
void store_put(WriteTxn& txn, const Put& put, base::SnapshotNumber number);

// Writes down that an object is gone, whatever was put of it. True: it was there in the parent.
bool bury(WriteTxn& txn, TenantNumber tenant, api::ObjectKind kind, const base::Guid& id,
          base::SnapshotNumber number);

// Removes every row of an unsealed snapshot, a piece at a time, and at last its mark.
base::Result<void> drop_unsealed(Environment& environment, TenantNumber tenant,
                                 base::SnapshotNumber number);

}  // namespace entrad::store
