// What a client asks for: the bodies of requests on the control socket.
// Thread safety: plain values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/wire.h"
#include "base/ids.h"

namespace entrad::api {

// Which users of the snapshot. Exactly one of the ways is used; `empty()` selections are refused.
struct Selection {
  bool all = false;
  std::vector<std::string> users;  // object ids or userPrincipalNames, as they were in the snapshot
  std::string search;              // any part of a name, userPrincipalName, mail or id
  std::string filter;              // a condition as in Graph's $filter
  bool deleted = false;  // who is not in the directory now: in the recycle bin, or gone for good
  bool changed = false;  // whom the newest snapshot has otherwise, or not any more

  int ways() const {
    return (all ? 1 : 0) + (users.empty() ? 0 : 1) + (search.empty() ? 0 : 1) +
           (filter.empty() ? 0 : 1) + (deleted ? 1 : 0) + (changed ? 1 : 0);
  }
  bool empty() const { return ways() == 0; }
  template <typename F>
  void fields(F&& f) {
    f("all", all);
    f("users", users);
    f("search", search);
    f("filter", filter);
    f("deleted", deleted);
    f("changed", changed);
  }
};

// What something in the snapshot is called in the tenant that is restored to, where its own name
// does not say so. Each by its id or its name; an application also by its appId, a domain by its
// name.
struct Counterpart {
  CounterpartKind kind = CounterpartKind::group;
  std::string from;
  std::string to;

  template <typename F>
  void fields(F&& f) {
    f("kind", kind);
    f("from", from);
    f("to", to);
  }
};

// What a restore does otherwise with one user than with the others. What is not said is as in the
// rest of the request.
struct UserOptions {
  std::string user;  // as in a selection
  std::string name;  // the userPrincipalName it gets: where asNew or whenTaken would give one
  std::optional<bool> with_object;
  std::optional<bool> with_manager;
  std::optional<bool> with_memberships;
  std::optional<bool> with_roles;
  std::optional<bool> with_auth_methods;
  std::optional<bool> with_licenses;
  std::optional<bool> with_app_roles;
  std::optional<bool> with_owned_objects;
  std::optional<bool> exact;
  std::optional<bool> block_sign_in;
  std::optional<bool> revoke_sessions;
  std::optional<bool> temporary_access_pass;

  template <typename F>
  void fields(F&& f) {
    f("user", user);
    f("name", name);
    f("withObject", with_object);
    f("withManager", with_manager);
    f("withMemberships", with_memberships);
    f("withRoles", with_roles);
    f("withAuthMethods", with_auth_methods);
    f("withLicenses", with_licenses);
    f("withAppRoles", with_app_roles);
    f("withOwnedObjects", with_owned_objects);
    f("exact", exact);
    f("blockSignIn", block_sign_in);
    f("revokeSessions", revoke_sessions);
    f("temporaryAccessPass", temporary_access_pass);
  }
};

// POST /v1/jobs with kind "restore". `at` is a time (see base/time_text.h) or a snapshot number;
// empty means the newest snapshot. With `approved` the plan is carried out at once; without it the
// job stops in state `held` when its plan is ready, and POST /v1/jobs/{id}/approve lets it go on.
struct RestoreRequest {
  std::string tenant;
  Selection selection;
  std::string at;
  bool with_object = false;   // the object, its manager and its sponsors
  bool with_manager = false;  // the manager alone
  bool with_memberships = false;
  bool with_roles = false;
  bool with_auth_methods = false;
  bool with_licenses = false;       // those that a user holds itself
  bool with_app_roles = false;      // the same
  bool with_owned_objects = false;  // groups and applications that the user was an owner of
  // Also removes memberships, roles, licences and app roles that the snapshot does not have.
  bool exact = false;
  AttributeMode attribute_mode = AttributeMode::overwrite;
  std::vector<std::string> attributes;  // of a live user only these are set back; empty: all
  // A new user beside the old one: its userPrincipalName, in which {local} and {domain} stand for
  // the parts of the old one.
  std::string as_new;
  // The userPrincipalName of a user whose own one is another user's by now, in the words of as_new.
  // Empty: such a user cannot come back.
  std::string when_taken;
  // Addresses that are another user's by now are left out of what the recycle bin gives back.
  // Else such a user stays in it.
  bool drop_taken_addresses = false;
  std::vector<UserOptions> user_options;
  // The tenant that is restored to, if it is another one. Users are made there, or set back if
  // they were restored to it before.
  std::string to_tenant;
  std::string domain;  // of userPrincipalNames and addresses there; empty: its default domain
  std::vector<Counterpart> counterparts;
  bool create_missing_groups = false;  // there, as empty ones
  bool block_sign_in = false;
  bool revoke_sessions = false;        // who is signed in has to sign in again
  bool temporary_access_pass = false;  // a pass for each user, sealed
  std::uint64_t pass_minutes = 0;      // how long it can be used; 0: as the tenant's policy says
  // A certificate (PEM). Passes, and the first passwords of users who are created, are sealed to
  // its key and kept for GET /v1/jobs/{id}/secrets; without it nobody ever knows the passwords.
  std::string seal_to;
  bool approved = false;
  bool removals_approved = false;  // needed too where the plan removes something
  std::string approved_by;         // set by the daemon: who has approved the plan when it was seen

  // Where users are restored to; `tenant` is where the snapshot is from.
  const std::string& home() const { return to_tenant.empty() ? tenant : to_tenant; }

  template <typename F>
  void fields(F&& f) {
    f("tenant", tenant);
    f("selection", selection);
    f("at", at);
    f("withObject", with_object);
    f("withManager", with_manager);
    f("withMemberships", with_memberships);
    f("withRoles", with_roles);
    f("withAuthMethods", with_auth_methods);
    f("withLicenses", with_licenses);
    f("withAppRoles", with_app_roles);
    f("withOwnedObjects", with_owned_objects);
    f("exact", exact);
    f("attributeMode", attribute_mode);
    f("attributes", attributes);
    f("asNew", as_new);
    f("whenTaken", when_taken);
    f("dropTakenAddresses", drop_taken_addresses);
    f("userOptions", user_options);
    f("toTenant", to_tenant);
    f("domain", domain);
    f("counterparts", counterparts);
    f("createMissingGroups", create_missing_groups);
    f("blockSignIn", block_sign_in);
    f("revokeSessions", revoke_sessions);
    f("temporaryAccessPass", temporary_access_pass);
    f("passMinutes", pass_minutes);
    f("sealTo", seal_to);
    f("approved", approved);
    f("removalsApproved", removals_approved);
    f("approvedBy", approved_by);
  }
};

// POST /v1/jobs/{id}/undo: takes back what that restore has written, as far as nobody has changed
// it again since. `approved` as in a restore; what an undo removes needs no approval by itself.
struct UndoRequest {
  base::JobId job;
  bool approved = false;
  std::string approved_by;  // as in a restore

  template <typename F>
  void fields(F&& f) {
    f("job", job);
    f("approved", approved);
    f("approvedBy", approved_by);
  }
};

// POST /v1/jobs/{id}/retry: a new restore, as that one was asked for, of the users whom it has not
// brought back wholly. Neither list: all of them.
struct RetryRequest {
  std::vector<std::string> outcomes;  // only users with one of these: failed, partial, ..
  std::vector<std::string> kinds;     // only users with a problem of one of these kinds
  bool approved = false;

  template <typename F>
  void fields(F&& f) {
    f("outcomes", outcomes);
    f("kinds", kinds);
    f("approved", approved);
  }
};

// POST /v1/jobs with kind "backup".
struct BackupRequest {
  std::string tenant;
  bool full = false;  // read everything anew, also where Graph could tell what has changed

  template <typename F>
  void fields(F&& f) {
    f("tenant", tenant);
    f("full", full);
  }
};

// POST /v1/jobs with kind "check": reads everything of one snapshot again and compares it with its
// digest. `at` as in a restore.
struct CheckRequest {
  std::string tenant;
  std::string at;

  template <typename F>
  void fields(F&& f) {
    f("tenant", tenant);
    f("at", at);
  }
};

}  // namespace entrad::api
