// What a client asks for: the bodies of requests on the control socket.
// Thread safety: plain values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/wire.h"

namespace entrad::api {

// Which users. Exactly one of the three ways is used; `empty()` selections are refused.
struct Selection {
  bool all = false;
  std::vector<std::string> users;  // object ids or userPrincipalNames, as they were in the snapshot
  std::string search;              // any part of a name, userPrincipalName, mail or id

  bool empty() const { return !all && users.empty() && search.empty(); }
  template <typename F>
  void fields(F&& f) {
    f("all", all);
    f("users", users);
    f("search", search);
  }
};

// POST /v1/jobs with kind "restore". `at` is a time (see base/time_text.h) or a snapshot number;
// empty means the newest snapshot. With `approved` the plan is carried out at once; without it the
// job stops in state `held` when its plan is ready, and POST /v1/jobs/{id}/approve lets it go on.
struct RestoreRequest {
  std::string tenant;
  Selection selection;
  std::string at;
  bool with_object = false;  // the object and its manager
  bool with_memberships = false;
  bool with_roles = false;
  bool with_auth_methods = false;
  bool block_sign_in = false;
  bool approved = false;

  template <typename F>
  void fields(F&& f) {
    f("tenant", tenant);
    f("selection", selection);
    f("at", at);
    f("withObject", with_object);
    f("withMemberships", with_memberships);
    f("withRoles", with_roles);
    f("withAuthMethods", with_auth_methods);
    f("blockSignIn", block_sign_in);
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
