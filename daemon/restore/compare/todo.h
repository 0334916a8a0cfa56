// Todo: what still has to be written to turn one user's live state into the wanted one. The heart
// of a restore, and pure: the plan is made of todos, and the apply writes them until they are
// empty. Thread safety: plain values and pure functions.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "api/jobs.h"
#include "directory/compare.h"
#include "restore/goal.h"
#include "restore/targets.h"

namespace entrad::restore {

struct Todo {
  bool restore_from_bin = false;
  bool create = false;
  bool delete_user = false;  // into the recycle bin
  std::string new_name;      // userPrincipalName of a user beside the old one; else empty
  std::string other_name;    // that comes back under this one, since its own is taken; else empty
  std::vector<directory::Change> changes;   // plain and sensitive attributes
  std::optional<directory::Change> enable;  // accountEnabled where it was held back
  std::optional<base::Guid> manager;        // set this one (its id in the snapshot)
  bool remove_manager = false;
  std::vector<directory::Link> links;             // groups and administrative units
  std::vector<directory::Link> role_group_links;  // role-assignable groups, with the roles
  std::vector<directory::Role> roles;
  std::vector<RoleSchedule> schedules;          // admin roles for a time, or to be eligible for
  std::vector<RoleSchedule> changed_schedules;  // held, and to end at another time, or never
  std::vector<nlohmann::json> create_methods;
  std::vector<nlohmann::json> replace_methods;
  std::vector<directory::DirectLicense> licenses;  // to assign, or with other plans switched off
  std::vector<directory::AppRole> app_roles;
  std::vector<directory::Link>
      sponsors;  // users by their ids in the snapshot, groups by present ones
  std::vector<directory::Link> owned_objects;     // to become an owner of
  std::vector<directory::Link> role_group_owned;  // role-assignable groups, with the roles

  // What the goal does not have, where the request is exact.
  std::vector<directory::Link> extra_links;
  std::vector<directory::Role> extra_roles;
  std::vector<RoleSchedule> extra_schedules;
  std::vector<std::string> extra_licenses;  // sku ids
  std::vector<directory::AppRole> extra_app_roles;
  std::vector<directory::Link> extra_sponsors;
  std::vector<directory::Link> extra_owned_objects;
  std::vector<nlohmann::json> extra_methods;

  // What is done once for each user, whatever else is to be done.
  bool revoke_sessions = false;
  bool issue_pass = false;

  std::vector<api::Failure> problems;    // what can never be written, and what to do instead
  std::vector<std::string> to_register;  // methods that only the user can set up again

  bool empty() const;  // nothing to write
  std::size_t removals() const;
};

// Names of writes, for journals and for what has been given up: "attr:department", "manager",
// "link:GUID", "role:DEF@SCOPE", "method:phone:mobile", "license:SKU", "appRole:ROLE@RESOURCE",
// "eligible:DEF@SCOPE", "scheduled:DEF@SCOPE", "sponsor:GUID", "owner:GUID" (of that object),
// "create", "restore", "sessions", "pass"; a removal
// has "un" before it: "unlink:GUID".
std::string key_of_removal(const std::string& key);
std::string key_of_license(const std::string& sku_id);
std::string key_of(const directory::AppRole& role);
std::string key_of(const directory::Change& change);
std::string key_of(const directory::Link& link);
std::string key_of(const directory::Role& role);
std::string key_of_sponsor(const directory::Link& sponsor);
std::string key_of_owned(const directory::Link& object);
std::string key_of(const RoleSchedule& schedule);
std::string key_of_method(const nlohmann::json& method);

// What has happened to an item so far. `given_up` are keys of writes that Graph has refused for
// good; they are left out.
struct History {
  bool created = false;  // by this job
  std::set<std::string> given_up;
  std::set<std::string> done_once;  // "sessions", "pass"
};
inline constexpr const char* kSessions = "sessions";
inline constexpr const char* kPass = "pass";

Todo compare(const Goal& goal, const Live& live, const Targets& targets, const History& history);

// Whether a user who is created may sign in from then on. One who will hold an admin role, for good
// or a time, is created with sign-in blocked and gets it back last.
bool signs_in_at_once(const Sections& wanted);

// The todo in words, in the order of the writes.
std::vector<std::string> describe(const Todo& todo, const Targets& targets);

// The body of POST /users: all of the wanted object that one create can carry, without the
// password. Without `extensions` it has no directory extensions.
nlohmann::json create_body(const nlohmann::json& wanted_object, bool account_enabled,
                           const Targets* extensions);
// The body of PATCH /users/{id} for these changes.
nlohmann::json patch_body(const std::vector<directory::Change>& changes);

}  // namespace entrad::restore
