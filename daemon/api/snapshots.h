// Snapshots, and users as they were in one: what the browsing routes answer.
// Thread safety: plain values.
#pragma once

#include <array>
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

// The sections that every backup has to cover. The others hang on what a tenant has granted and
// bought: a snapshot says how complete they are, and nobody is warned of them every night.
inline constexpr std::array kExpectedSections{Section::object,  Section::memberships,
                                              Section::roles,   Section::auth_methods,
                                              Section::manager, Section::licenses};

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

// How a user was deleted, as the recycle bin and the tenant's audit log tell it.
struct Deletion {
  std::string deleted_date_time;  // as Graph gave it; empty: it is not known
  bool hard = false;              // it is not in the recycle bin any more
  std::string deleted_by_id;      // a user's object id or an app's client id; empty: not known
  std::string deleted_by;         // the user's principal name, or the app's name
  std::string deleted_by_kind;    // "user" or "app"

  template <typename F>
  void fields(F&& f) {
    f("deletedDateTime", deleted_date_time);
    f("hard", hard);
    f("deletedById", deleted_by_id);
    f("deletedBy", deleted_by);
    f("deletedByKind", deleted_by_kind);
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
  bool deleted = false;              // not in the directory at that snapshot any more
  std::optional<Deletion> deletion;  // of one that is deleted, as far as it is known
  base::SnapshotNumber changed_in;   // the snapshot that first held its present content
  base::WallTime changed_at{};       // that snapshot's time

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
    f("deletion", deletion);
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

// One admin role assignment, or one that the user may activate.
struct RoleAssignment {
  std::string role_definition_id;
  std::string display_name;
  std::string directory_scope_id;
  std::string scope_name;          // "tenant" for "/", else the scope's name
  std::string state = "active";    // or "eligible": the user may activate it (PIM)
  std::string start_date_time{};   // of a scheduled assignment, as Graph gave it
  std::string end_date_time{};     // the same; empty: it does not end
  std::string through_group_id{};  // the group that holds the role; empty: the user does
  std::string through_group_name{};

  template <typename F>
  void fields(F&& f) {
    f("roleDefinitionId", role_definition_id);
    f("displayName", display_name);
    f("directoryScopeId", directory_scope_id);
    f("scopeName", scope_name);
    f("state", state);
    f("startDateTime", start_date_time);
    f("endDateTime", end_date_time);
    f("throughGroupId", through_group_id);
    f("throughGroupName", through_group_name);
  }
};

// One licence that the user holds itself, not through a group.
struct DirectLicense {
  std::string sku_id;
  std::string sku_part_number;              // the id where the tenant's products are not known
  std::vector<std::string> disabled_plans;  // names of service plans, or their ids

  template <typename F>
  void fields(F&& f) {
    f("skuId", sku_id);
    f("skuPartNumber", sku_part_number);
    f("disabledPlans", disabled_plans);
  }
};

// One app role that the user holds itself, not through a group.
struct AppRole {
  std::string resource_id;  // object id of the application's service principal
  std::string resource_name;
  std::string app_role_id;
  std::string app_role_name;  // "default access" for the role of 32 zeros

  template <typename F>
  void fields(F&& f) {
    f("resourceId", resource_id);
    f("resourceName", resource_name);
    f("appRoleId", app_role_id);
    f("appRoleName", app_role_name);
  }
};

// A directory object that a user is linked to: a sponsor, or something it owns.
struct LinkedObject {
  std::string id;
  std::string kind;  // "user", "group", "application", "servicePrincipal"
  std::string display_name;

  template <typename F>
  void fields(F&& f) {
    f("id", id);
    f("kind", kind);
    f("displayName", display_name);
  }
};

// Everything of one user at one snapshot. `manager` is {"id","displayName"} or null; `photo` is
// {"contentType","size","width","height","sha256"} or null. A section that could not be read is
// listed in `unreadable` with the reason and is not "empty".
struct UserDetail {
  std::string id;
  base::SnapshotNumber snapshot;
  base::WallTime time{};
  nlohmann::json object = nullptr;
  nlohmann::json manager = nullptr;
  std::vector<Membership> memberships;
  std::vector<RoleAssignment> roles;
  nlohmann::json auth_methods = nlohmann::json::array();
  std::vector<DirectLicense> licenses;
  std::vector<AppRole> app_roles;
  std::vector<LinkedObject> sponsors;
  std::vector<LinkedObject> owned_objects;
  nlohmann::json photo = nullptr;
  std::optional<Deletion> deletion;  // of a user that is gone
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
    f("licenses", licenses);
    f("appRoles", app_roles);
    f("sponsors", sponsors);
    f("ownedObjects", owned_objects);
    f("photo", photo);
    f("deletion", deletion);
    f("unreadable", unreadable);
  }
};

}  // namespace entrad::api
