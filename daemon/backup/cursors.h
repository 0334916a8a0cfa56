// Cursors: what a sealed snapshot keeps so that the next backup can read only what changed.
//
// | collection            | what                                                              |
// | `backup`              | when the last full one began, what the credential could read then |
// | `users`, `groups`     | the link of the next delta round, and what it is a link of        |
// | `administrativeUnits` | a hash of all links to units                                      |
// | `authMethods`         | since when change hints count, and who could not be read          |
// | `auditLog`            | up to where the log was read                                      |
// Thread safety: plain values and pure functions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/guid.h"
#include "graph/delta.h"

namespace entrad::backup {

namespace cursors {
inline const std::string kBackup = "backup";
inline const std::string kUsers = "users";
inline const std::string kGroups = "groups";
inline const std::string kUnits = "administrativeUnits";
inline const std::string kAuthMethods = "authMethods";
inline const std::string kAuditLog = "auditLog";
}  // namespace cursors

// What a chain of delta backups stands on.
struct Ground {
  base::WallTime full_at{};  // the last full one began
  std::string permissions;   // of the token, sorted; empty: it could not be read
};

struct RoundCursor {
  graph::DeltaCursor delta;
  bool is_denied = false;              // the collection may not be read, so that there is no link
  std::vector<base::Guid> unreadable;  // groups whose members could not be read
};

struct MethodsCursor {
  base::WallTime since{};          // all changes before are in the snapshot
  bool is_denied = false;          // no methods may be read
  std::vector<base::Guid> unread;  // users whose methods could not be read
};

struct AuditCursor {
  std::string newest;            // activityDateTime of the newest row, as Graph wrote it
  std::vector<std::string> ids;  // of rows that the next backup will see again
};

std::string to_text(const Ground& ground);
std::string to_text(const RoundCursor& cursor);
std::string to_text(const MethodsCursor& cursor);
std::string to_text(const AuditCursor& cursor);
// nullopt: none of ours.
std::optional<Ground> read_ground(const std::optional<std::string>& text);
std::optional<RoundCursor> read_round_cursor(const std::optional<std::string>& text);
std::optional<MethodsCursor> read_methods_cursor(const std::optional<std::string>& text);
std::optional<AuditCursor> read_audit_cursor(const std::optional<std::string>& text);

}  // namespace entrad::backup
