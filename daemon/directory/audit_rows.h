// Rows of the directory's audit log: whom a row is about, and what it tells of a deletion.
//
// The section `audit` of a user in a snapshot holds the rows about it that were new since the
// snapshot before, as Graph gave them, oldest first; a snapshot without new rows has no section of
// its own, so that all of a user's rows are found by going over all versions of the section.
// The section `deletion`: {"deletedBy": {"id","kind":"user"|"app","name"} or null,
// "deletedDateTime": text or null, "hard": whether it is not in the recycle bin any more}.
// Source: Microsoft Graph v1.0 reference, "directoryAudit resource type"; "Delete user" and "Hard
// Delete user" are the activities of "Recover from deletions". Thread safety: pure functions.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/guid.h"

namespace entrad::directory {

// Every object that the row names as a target, and the user who did it, each once.
std::vector<base::Guid> named_in(const nlohmann::json& row);
std::string audit_section(std::vector<nlohmann::json> rows);

struct Deletion {
  std::string time;                     // as Graph gave it; empty: not known
  bool hard = false;                    // not in the recycle bin any more
  nlohmann::json deleted_by = nullptr;  // {"id","kind","name"}; null: not known
};
// What the row tells of the deletion of its targets; nullopt: it is about something else.
std::optional<Deletion> deletion_in(const nlohmann::json& row);
std::string deletion_section(const std::optional<Deletion>& deletion);  // nullopt: it is back
std::optional<Deletion> read_deletion(std::string_view content);

}  // namespace entrad::directory
