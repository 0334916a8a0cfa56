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
  lineage
};

// The names by which the file knows them, in the order of the enum.
constexpr std::array<std::string_view, 21> kTableNames{
    "meta",     "tenant",  "history",    "dictionary", "target",   "change", "fingerprint",
    "snapshot", "pending", "checkpoint", "cursor",     "user",     "name",   "job",
    "request",  "item",    "step",       "open_step",  "document", "event",  "lineage"};

constexpr std::size_t index_of(Table table) { return static_cast<std::size_t>(table); }

}  // namespace entrad::store
