// Tables: every table of the store, one row each. FORMAT.md says what their keys and values are.
// Thread safety: constant data.
#pragma once

#include <array>
#include <cstddef>
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
  removed
};

// The names by which the file knows them, in the order of the enum.
constexpr std::array<std::string_view, 23> kTableNames{
    "meta",        "tenant",   "history", "dictionary", "target", "change",
    "fingerprint", "snapshot", "pending", "checkpoint", "cursor", "user",
    "name",        "job",      "request", "item",       "step",   "open_step",
    "document",    "event",    "lineage", "pin",        "removed"};

constexpr std::size_t index_of(Table table) { return static_cast<std::size_t>(table); }

// Whether each value ends with a check over table, key and value, see lmdb.h. The rows of `history`
// are what the digests of snapshots prove.
constexpr bool has_check(Table table) { return table != Table::history; }

}  // namespace entrad::store
