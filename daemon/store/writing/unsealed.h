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
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/environment.h"
#include "store/rows/changes.h"
#include "store/rows/keys.h"
#include "store/rows/versions.h"
#include "store/snapshots.h"

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
  std::string_view content;
  std::optional<UserSummary> summary;
};

// The same, compared with the parent and packed.
struct Row {
  api::ObjectKind kind = api::ObjectKind::user;
  base::Guid id;
  api::Section section = api::Section::object;
  bool changed = false;  // it is not what it was in the parent
  std::string value;     // for `history`; empty where nothing changed
  std::string user;      // for `user`; empty where there was no summary
  std::string name;      // likewise: the key by which the user is found from now on
};

std::vector<Row> rows_of(Environment& environment, const Unsealed& to, std::span<const Put> puts);

// A row that lies somewhere else.
struct RowView {
  api::ObjectKind kind = api::ObjectKind::user;
  base::Guid id;
  api::Section section = api::Section::object;
  bool changed = false;
  std::string_view value;
  std::string_view user;
};

// Best in the order of history's keys, each section once.
void write_rows(WriteTxn& txn, const Unsealed& to, std::span<const RowView> rows);

// Writes down that an object is gone, whatever was put of it. The sections that were there in the
// parent come back, for append_changes().
Changed bury(WriteTxn& txn, const Unsealed& to, api::ObjectKind kind, const base::Guid& id);

// Removes every row of an unsealed snapshot, a piece at a time, and at last its mark.
base::Result<void> drop_unsealed(Environment& environment, TenantNumber tenant,
                                 base::SnapshotNumber number);

}  // namespace entrad::store
