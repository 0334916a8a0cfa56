// Snapshots, and users as they were in one: what the browsing routes answer.
// Thread safety: plain values.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/wire.h"
#include "base/ids.h"

namespace entrad::api {

struct SectionState {
  Completeness completeness = Completeness::absent;
  std::string reason;  // why it is not complete

  template <typename F>
  void fields(F&& f) {
    f("completeness", completeness);
    f("reason", reason);
  }
};

struct Snapshot {
  base::SnapshotNumber number;
  std::string tenant;
  SnapshotKind kind = SnapshotKind::full;
  base::WallTime started_at{};
  base::WallTime sealed_at{};
  base::SnapshotNumber parent;                   // 0: the first
  std::map<std::string, std::uint64_t> counts;   // object kind -> objects in it
  std::map<std::string, SectionState> sections;  // section -> state
  std::uint64_t changed = 0;                     // versions that differ from the parent
  std::uint64_t removed = 0;                     // objects that are gone since the parent
  std::string digest;                            // hex SHA-256 over everything in it

  template <typename F>
  void fields(F&& f) {
    f("number", number);
    f("tenant", tenant);
    f("kind", kind);
    f("startedAt", started_at);
    f("sealedAt", sealed_at);
    f("parent", parent);
    f("counts", counts);
    f("sections", sections);
    f("changed", changed);
    f("removed", removed);
    f("digest", digest);
  }
};

// A line of `users list`.
struct UserRow {
  std::string id;
  std::string display_name;
  std::string user_principal_name;
  std::string mail;
  std::string user_type;
  bool account_enabled = true;
  bool on_premises_synced = false;
  bool deleted = false;             // not in the directory at that snapshot any more
  base::SnapshotNumber changed_in;  // the snapshot that first held its present content
  base::WallTime changed_at{};      // that snapshot's time

  template <typename F>
  void fields(F&& f) {
    f("id", id);
    f("displayName", display_name);
    f("userPrincipalName", user_principal_name);
    f("mail", mail);
    f("userType", user_type);
    f("accountEnabled", account_enabled);
    f("onPremisesSyncEnabled", on_premises_synced);
    f("deleted", deleted);
    f("changedIn", changed_in);
    f("changedAt", changed_at);
  }
};

struct UserPage {
  std::vector<UserRow> users;
  std::uint64_t total = 0;            // users that match, over all pages
  std::optional<std::string> cursor;  // give it back for the next page; none at the end

  template <typename F>
  void fields(F&& f) {
    f("users", users);
    f("total", total);
    f("cursor", cursor);
  }
};

// One version of a user: the sections that changed in one snapshot.
struct VersionRow {
  base::SnapshotNumber snapshot;
  base::WallTime time{};
  std::vector<std::string> sections;
  bool removed = false;  // the user was gone in that snapshot

  template <typename F>
  void fields(F&& f) {
    f("snapshot", snapshot);
    f("time", time);
    f("sections", sections);
    f("removed", removed);
  }
};

// One membership, with the target's name as it was in the same snapshot.
struct Membership {
  std::string id;
  std::string kind;  // "group" or "administrativeUnit"
  std::string display_name;
  std::string type;  // "security", "Microsoft 365", "dynamic", "mail-enabled", ...

  template <typename F>
  void fields(F&& f) {
    f("id", id);
    f("kind", kind);
    f("displayName", display_name);
    f("type", type);
  }
};

// One admin role assignment.
struct RoleAssignment {
  std::string role_definition_id;
  std::string display_name;
  std::string directory_scope_id;
  std::string scope_name;  // "tenant" for "/", else the scope's name

  template <typename F>
  void fields(F&& f) {
    f("roleDefinitionId", role_definition_id);
    f("displayName", display_name);
    f("directoryScopeId", directory_scope_id);
    f("scopeName", scope_name);
  }
};

// Everything of one user at one snapshot. `manager` is {"id","displayName"} or null; a section that
// could not be read is listed in `unreadable` with the reason and is not "empty".
struct UserDetail {
  std::string id;
  base::SnapshotNumber snapshot;
  base::WallTime time{};
  nlohmann::json object = nullptr;
  nlohmann::json manager = nullptr;
  std::vector<Membership> memberships;
  std::vector<RoleAssignment> roles;
  nlohmann::json auth_methods = nlohmann::json::array();
  std::map<std::string, SectionState> unreadable;

  template <typename F>
  void fields(F&& f) {
    f("id", id);
    f("snapshot", snapshot);
    f("time", time);
    f("object", object);
    f("manager", manager);
    f("memberships", memberships);
    f("roles", roles);
    f("authMethods", auth_methods);
    f("unreadable", unreadable);
  }
};

}  // namespace entrad::api
