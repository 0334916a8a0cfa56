// Unsealed: the rows of a snapshot that is being written, put beside those of its parent.
//
// Rows are written only where something differs from the parent, so that a later read "as of" finds
// the parent's where nothing changed. Until the snapshot is sealed nobody reads its rows: its
// number is larger than that of every sealed one. Thread safety: rows_of() and drop_unsealed() on
// any thread that holds no Reader; the others are functions on a transaction of the writer thread.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/changes.h"
#include "store/environment.h"
#include "store/keys.h"
#include "store/snapshots.h"
#include "store/versions.h"

namespace entrad::store {

// The snapshot that is being written.
struct Unsealed {
  TenantNumber tenant{};
  base::SnapshotNumber number;
  bool has_parent = false;
};

// One section as it was put, with what lists show of it when it is a user's object.
struct Put {
  api::ObjectKind kind = api::ObjectKind::user;
  base::Guid id;
  api::Section section = api::Section::object;
  std::string content;
  std::optional<UserSummary> summary;
};

// The same, compared with the parent and packed.
struct Row {
  api::ObjectKind kind = api::ObjectKind::user;
  base::Guid id;
  api::Section section = api::Section::object;
  bool changed = false;  // it is not what it was in the parent
  std::string value;     // for `history`; empty where nothing changed
  std::optional<UserSummary> summary;
};

std::vector<Row> rows_of(Environment& environment, const Unsealed& to, std::vector<Put> puts);
// In the order of history's keys; of several puts of one section the last counts.
void sort_rows(std::vector<Row>& rows);
void write_rows(WriteTxn& txn, const Unsealed& to, std::span<const Row> rows);

// Writes down that an object is gone, whatever was put of it. The sections that were there in the
// parent come back, for append_changes().
Changed bury(WriteTxn& txn, const Unsealed& to, api::ObjectKind kind, const base::Guid& id);

// Removes every row of an unsealed snapshot, a piece at a time, and at last its mark.
base::Result<void> drop_unsealed(Environment& environment, TenantNumber tenant,
                                 base::SnapshotNumber number);

}  // namespace entrad::store
