// Tables: every table of the store, one row each. FORMAT.md says what their keys and values are.
//
// The rows of a tenant's first snapshot, which come all at once and in order, lie in tables of
// their own: there each page is full and stays so, while the rows of each later night, one here and
// one there, share pages with each other. Who reads or writes `history` or `user` sees both as one
// table, see lmdb.h.
// Thread safety: constant data.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace entrad::store {

enum class Table {
  meta,
  tenant,
  history,
  dictionary,
  target,
  change,
  fingerprint,
  snapshot,
  pending,
  checkpoint,
  cursor,
  user,
  name,
  job,
  request,
  item,
  step,
  open_step,
  document,
  event,
  lineage,
  pin,
  removed,
  first_history,
  first_user
};

// The names by which the file knows them, in the order of the enum.
constexpr std::array<std::string_view, 25> kTableNames{
    "meta",     "tenant",  "history",       "dictionary", "target",   "change", "fingerprint",
    "snapshot", "pending", "checkpoint",    "cursor",     "user",     "name",   "job",
    "request",  "item",    "step",          "open_step",  "document", "event",  "lineage",
    "pin",      "removed", "first_history", "first_user"};

constexpr std::size_t index_of(Table table) { return static_cast<std::size_t>(table); }

// Whether each value ends with a check over table, key and value, see lmdb.h. The rows of `history`
// are what the digests of snapshots prove.
constexpr bool has_check(Table table) {
  return table != Table::history && table != Table::first_history;
}

// Where the rows of first snapshots lie, of a table that has them apart. A row is one of those when
// its key ends with the number of a first snapshot.
constexpr std::string_view kFirstSnapshot("\0\0\0\0\0\0\0\1", 8);
constexpr std::optional<Table> first_of(Table table) {
  if (table == Table::history) return Table::first_history;
  if (table == Table::user) return Table::first_user;
  return std::nullopt;
}
constexpr bool is_part_of_another(Table table) {
  return table == Table::first_history || table == Table::first_user;
}

}  // namespace entrad::store
