// Changes: what a restore has written, user by user, as its report tells it.
// Thread safety: plain values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/jobs.h"
#include "api/wire.h"

namespace entrad::api {

// One thing that a restore wrote for a user, was refused, left alone, or leaves to people.
struct ReportedChange {
  std::string section;  // "object", "memberships", ...; empty where it is about no single one
  // "created", "restored" (from the recycle bin), "deleted", "set" (an attribute), "added",
  // "removed", "changed" (links), "sessionsRevoked", "passIssued", "resetPassword", "register",
  // "notDone"
  std::string change;
  std::string what;                     // an attribute, or the name of what is linked to
  std::string id;                       // of what is linked to; of the user that was created
  std::string kind;                     // of that: an object kind; empty for what is no object
  std::string detail;                   // a role's scope, a group's type, a phone number, ...
  nlohmann::json from = nullptr;        // unset, or not known
  nlohmann::json to = nullptr;          // unset
  std::vector<nlohmann::json> added;    // elements of `to` that are not in `from`
  std::vector<nlohmann::json> removed;  // elements of `from` that are not in `to`
  std::optional<base::WallTime> at;     // when it was sent; none where nothing was
  // "written" (Graph accepted it), "confirmed" (no answer came, but it was read back), "unanswered"
  // (it may have happened), "refused" (by Graph), "notDone" (left alone), "toDo" (by people)
  std::string status;
  std::string reason;   // of what was refused or not done: the wire name of an error kind
  std::string message;  // the same in words
  std::string remedy;   // what to do instead, and with what

  template <typename F>
  void fields(F&& f) {
    f("section", section);
    f("change", change);
    f("what", what);
    f("id", id);
    f("kind", kind);
    f("detail", detail);
    f("from", from);
    f("to", to);
    f("added", added);
    f("removed", removed);
    f("at", at);
    f("status", status);
    f("reason", reason);
    f("message", message);
    f("remedy", remedy);
  }
};

struct ReportedUser {
  Item item;
  std::vector<ReportedChange> changes;

  template <typename F>
  void fields(F&& f) {
    f("item", item);
    f("changes", changes);
  }
};

// GET /v1/jobs/{id}/changes
struct ReportPage {
  std::vector<ReportedUser> users;    // in the order of their seq
  std::optional<std::uint64_t> next;  // the item to go on from; none at the end

  template <typename F>
  void fields(F&& f) {
    f("users", users);
    f("next", next);
  }
};

}  // namespace entrad::api
