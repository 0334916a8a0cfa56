// The past: what the questions about versions, differences, groups, roles and logs are answered
// with.
// Thread safety: plain values.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/snapshots.h"
#include "api/status.h"
#include "api/wire.h"
#include "base/ids.h"

namespace entrad::api {

// One side of a comparison: a snapshot, or the tenant as it is now.
struct Moment {
  std::optional<base::SnapshotNumber> snapshot;  // none: live
  base::WallTime time{};                         // when it was sealed, or read
  bool live = false;

  template <typename F>
  void fields(F&& f) {
    f("snapshot", snapshot);
    f("time", time);
    f("live", live);
  }
};

// One value that differs. null is "unset". A collection is compared by its elements.
struct ValueChange {
  std::string attribute;  // "department", "onPremisesExtensionAttributes.extensionAttribute1"
  nlohmann::json from = nullptr;
  nlohmann::json to = nullptr;
  std::vector<nlohmann::json> added;    // elements of `to` that are not in `from`
  std::vector<nlohmann::json> removed;  // elements of `from` that are not in `to`

  template <typename F>
  void fields(F&& f) {
    f("attribute", attribute);
    f("from", from);
    f("to", to);
    f("added", added);
    f("removed", removed);
  }
};

// One membership, role, licence, manager, authentication method, ... that came, went or changed.
struct LinkChange {
  std::string section;
  std::string change;        // "added", "removed", "changed"
  std::string id;            // of what is linked to
  std::string kind;          // an object kind; empty for what is no object
  std::string display_name;  // as it was in the snapshot on whose side it is
  std::string detail;        // a role's scope, a group's type, a phone number, ...
  nlohmann::json from = nullptr;
  nlohmann::json to = nullptr;

  template <typename F>
  void fields(F&& f) {
    f("section", section);
    f("change", change);
    f("id", id);
    f("kind", kind);
    f("displayName", display_name);
    f("detail", detail);
    f("from", from);
    f("to", to);
  }
};

// What became of one user between two moments.
struct UserDifference {
  std::string id;
  std::string display_name;
  std::string user_principal_name;
  Moment from;
  Moment to;
  std::string change;  // "unchanged", "changed", "added", "removed", "absent": on neither side
  std::vector<ValueChange> values;
  std::vector<LinkChange> links;
  std::map<std::string, std::string> unknown;  // section -> why it cannot be compared

  template <typename F>
  void fields(F&& f) {
    f("id", id);
    f("displayName", display_name);
    f("userPrincipalName", user_principal_name);
    f("from", from);
    f("to", to);
    f("change", change);
    f("values", values);
    f("links", links);
    f("unknown", unknown);
  }
};

// What became of one object of any kind between two snapshots.
struct ObjectChange {
  std::string id;
  std::string kind;
  std::string display_name;
  std::string user_principal_name;    // of a user
  std::string change;                 // "added", "removed", "changed"
  std::vector<std::string> sections;  // that differ
  std::vector<ValueChange> values;    // where they were asked for
  std::vector<LinkChange> links;      // the same

  template <typename F>
  void fields(F&& f) {
    f("id", id);
    f("kind", kind);
    f("displayName", display_name);
    f("userPrincipalName", user_principal_name);
    f("change", change);
    f("sections", sections);
    f("values", values);
    f("links", links);
  }
};

struct ChangeCounts {
  std::uint64_t added = 0;
  std::uint64_t removed = 0;
  std::uint64_t changed = 0;
  std::map<std::string, std::uint64_t> sections;  // section -> changed objects in which it differs

  template <typename F>
  void fields(F&& f) {
    f("added", added);
    f("removed", removed);
    f("changed", changed);
    f("sections", sections);
  }
};

struct SnapshotDifference {
  Moment from;
  Moment to;
  std::map<std::string, ChangeCounts> counts;  // object kind -> over all pages; on the first only
  std::vector<ObjectChange> objects;           // ordered by kind and id
  std::optional<std::string> cursor;           // give it back for the next page; none at the end

  template <typename F>
  void fields(F&& f) {
    f("from", from);
    f("to", to);
    f("counts", counts);
    f("objects", objects);
    f("cursor", cursor);
  }
};

// One version of a user with all that changed in it, whole sections.
struct VersionContents {
  base::SnapshotNumber snapshot;
  base::WallTime time{};
  bool removed = false;
  std::map<std::string, nlohmann::json> contents;  // section -> content

  template <typename F>
  void fields(F&& f) {
    f("snapshot", snapshot);
    f("time", time);
    f("removed", removed);
    f("contents", contents);
  }
};

// One change of one attribute or section of a user.
struct AttributeVersion {
  base::SnapshotNumber snapshot;
  base::WallTime time{};
  bool first = false;  // the oldest that is known: `from` is not
  ValueChange value;
  std::vector<LinkChange> links;  // where the question was about a section

  template <typename F>
  void fields(F&& f) {
    f("snapshot", snapshot);
    f("time", time);
    f("first", first);
    f("value", value);
    f("links", links);
  }
};

// A line of `groups list`.
struct GroupRow {
  std::string id;
  std::string kind;  // "group" or "administrativeUnit"
  std::string display_name;
  std::string mail;
  std::string type;                      // "security", "Microsoft 365", "dynamic", ...
  std::optional<std::uint64_t> members;  // users that are direct members; where it was asked for

  template <typename F>
  void fields(F&& f) {
    f("id", id);
    f("kind", kind);
    f("displayName", display_name);
    f("mail", mail);
    f("type", type);
    f("members", members);
  }
};

struct GroupPage {
  std::vector<GroupRow> groups;
  std::uint64_t total = 0;
  std::optional<std::string> cursor;

  template <typename F>
  void fields(F&& f) {
    f("groups", groups);
    f("total", total);
    f("cursor", cursor);
  }
};

// A user who joined or left a group, or gained or lost a role, in a snapshot.
struct LinkEvent {
  base::SnapshotNumber snapshot;
  base::WallTime time{};
  std::string change;  // "joined", "left", "gained", "lost"
  std::string user_id;
  std::string display_name;  // of the user, then
  std::string user_principal_name;
  bool user_gone = false;  // it left because it was deleted
  // of a role:
  std::string role_definition_id;
  std::string role_name;
  std::string detail;  // scope, "eligible", through which group

  template <typename F>
  void fields(F&& f) {
    f("snapshot", snapshot);
    f("time", time);
    f("change", change);
    f("userId", user_id);
    f("displayName", display_name);
    f("userPrincipalName", user_principal_name);
    f("userGone", user_gone);
    f("roleDefinitionId", role_definition_id);
    f("roleName", role_name);
    f("detail", detail);
  }
};

// A user who holds an admin role.
struct RoleHolder {
  std::string user_id;
  std::string display_name;
  std::string user_principal_name;
  std::string role_definition_id;
  std::string role_name;
  std::string detail;  // scope, "eligible", through which group

  template <typename F>
  void fields(F&& f) {
    f("userId", user_id);
    f("displayName", display_name);
    f("userPrincipalName", user_principal_name);
    f("roleDefinitionId", role_definition_id);
    f("roleName", role_name);
    f("detail", detail);
  }
};

// A row of the tenant's audit log that is about one user.
struct LogRow {
  std::string id;
  std::string time;  // as Graph gave it
  base::SnapshotNumber snapshot;
  std::string activity;  // "Update user"
  std::string category;
  std::string result;  // "success", "failure", ...
  std::string result_reason;
  std::string by;  // a user's principal name or an app's name
  std::string by_id;
  std::string by_kind;  // "user", "app"
  std::string target;   // what else it was about: a group's or a role's name
  std::vector<ValueChange> changes;

  template <typename F>
  void fields(F&& f) {
    f("id", id);
    f("time", time);
    f("snapshot", snapshot);
    f("activity", activity);
    f("category", category);
    f("result", result);
    f("resultReason", result_reason);
    f("by", by);
    f("byId", by_id);
    f("byKind", by_kind);
    f("target", target);
    f("changes", changes);
  }
};

}  // namespace entrad::api
