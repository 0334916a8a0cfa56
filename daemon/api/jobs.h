// Jobs and their items, as the store keeps them, the socket answers them and the client shows them.
// Thread safety: plain values.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/wire.h"
#include "base/ids.h"

namespace entrad::api {

// How far a job is. `done` of `total` counts what the phase counts (users, mostly).
struct Progress {
  std::string phase;  // "users", "planning", "applying", "verifying", ... for people
  std::uint64_t done = 0;
  std::uint64_t total = 0;
  std::uint64_t writes = 0;          // writes that Graph accepted
  std::uint64_t writes_planned = 0;  // 0 until the plan is known
  std::uint64_t throttled = 0;       // 429 answers
  std::optional<std::uint64_t> eta_seconds;
  std::map<std::string, std::uint64_t> quota;  // quota bucket -> units that the writes took

  template <typename F>
  void fields(F&& f) {
    f("phase", phase);
    f("done", done);
    f("total", total);
    f("writes", writes);
    f("writesPlanned", writes_planned);
    f("throttled", throttled);
    f("etaSeconds", eta_seconds);
    f("quota", quota);
  }
};

struct Failure {
  std::string kind;  // the wire name of an error kind
  std::string message;
  std::string hint;

  template <typename F>
  void fields(F&& f) {
    f("kind", kind);
    f("message", message);
    f("hint", hint);
  }
};

struct Job {
  base::JobId id;
  std::string tenant;
  JobKind kind = JobKind::backup;
  JobState state = JobState::queued;
  std::string reason;                   // why it waits, is held or paused
  std::optional<base::WallTime> until;  // when a waiting job goes on
  base::WallTime created_at{};
  std::optional<base::WallTime> started_at;
  std::optional<base::WallTime> ended_at;
  std::string requested_by;                      // the user name of the peer that submitted it
  nlohmann::json request = nullptr;              // Restore-, Backup- or CheckRequest
  std::optional<base::SnapshotNumber> snapshot;  // made by a backup, else read
  std::optional<std::string> snapshot_tenant;    // whose it is, if that is another one
  Progress progress;
  std::map<std::string, std::uint64_t> outcomes;  // outcome -> number of items
  std::optional<Failure> failure;
  bool cancel_requested = false;
  bool pause_requested = false;

  template <typename F>
  void fields(F&& f) {
    f("id", id);
    f("tenant", tenant);
    f("kind", kind);
    f("state", state);
    f("reason", reason);
    f("until", until);
    f("createdAt", created_at);
    f("startedAt", started_at);
    f("endedAt", ended_at);
    f("requestedBy", requested_by);
    f("request", request);
    f("snapshot", snapshot);
    f("snapshotTenant", snapshot_tenant);
    f("progress", progress);
    f("outcomes", outcomes);
    f("failure", failure);
    f("cancelRequested", cancel_requested);
    f("pauseRequested", pause_requested);
  }
};

// One user in a restore.
struct Item {
  std::uint64_t seq = 0;  // from 0 in its job
  std::string user_id;    // as it was in the snapshot
  std::string user_principal_name;
  std::string display_name;
  std::string found;  // "live", "inRecycleBin", "gone"; "asNew" where nobody is looked for
  Outcome outcome = Outcome::pending;
  std::vector<std::string> planned;  // what will be done, in words, in order
  std::uint64_t writes_planned = 0;  // this item's own writes; coalesced links are shared
  std::vector<std::string> done;     // what was done, in words, in order
  std::vector<Failure> problems;     // everything that could not be done, and what to do instead
  std::optional<std::string> new_user_id;  // when the user had to be re-created
  std::optional<std::string> new_name;     // the userPrincipalName it gets, if its own was taken
  bool needs_password_reset = false;
  std::vector<std::string> methods_to_register;  // authentication methods that only the user can
                                                 // set up again
  bool verified = false;

  template <typename F>
  void fields(F&& f) {
    f("seq", seq);
    f("userId", user_id);
    f("userPrincipalName", user_principal_name);
    f("displayName", display_name);
    f("found", found);
    f("outcome", outcome);
    f("planned", planned);
    f("writesPlanned", writes_planned);
    f("done", done);
    f("problems", problems);
    f("newUserId", new_user_id);
    f("newName", new_name);
    f("needsPasswordReset", needs_password_reset);
    f("methodsToRegister", methods_to_register);
    f("verified", verified);
  }
};

// GET /v1/jobs/{id}/plan: what a restore will do, priced.
struct Plan {
  base::JobId job;
  base::SnapshotNumber snapshot;
  base::WallTime snapshot_time{};
  base::WallTime made_at{};
  std::uint64_t users = 0;
  std::uint64_t live = 0;
  std::uint64_t in_recycle_bin = 0;
  std::uint64_t gone = 0;
  std::uint64_t already_right = 0;
  std::uint64_t impossible = 0;
  std::uint64_t as_new = 0;
  std::string to_tenant;  // another one than the snapshot's; else empty
  std::string domain;     // that users get there
  // What stands for what there, where names differ: "group Release" -> "Project (by mailNickname)".
  std::map<std::string, std::string> counterparts;
  // Why something is left out, since it has no counterpart there -> how many users.
  std::map<std::string, std::uint64_t> left_out;
  std::vector<std::string> groups_to_create;     // there, by name
  std::uint64_t blocked = 0;                     // users whose sign-in will be blocked
  std::map<std::string, std::uint64_t> actions;  // words for a kind of write -> how many
  // What an exact restore removes, in the singular ("group membership") -> how many.
  std::map<std::string, std::uint64_t> removals;
  std::map<std::string, std::uint64_t> writes;  // quota bucket -> writes
  std::uint64_t eta_seconds = 0;
  std::map<std::string, std::uint64_t> risks;  // words -> how many users

  template <typename F>
  void fields(F&& f) {
    f("job", job);
    f("snapshot", snapshot);
    f("snapshotTime", snapshot_time);
    f("madeAt", made_at);
    f("users", users);
    f("live", live);
    f("inRecycleBin", in_recycle_bin);
    f("gone", gone);
    f("alreadyRight", already_right);
    f("impossible", impossible);
    f("asNew", as_new);
    f("toTenant", to_tenant);
    f("domain", domain);
    f("counterparts", counterparts);
    f("leftOut", left_out);
    f("groupsToCreate", groups_to_create);
    f("blocked", blocked);
    f("actions", actions);
    f("removals", removals);
    f("writes", writes);
    f("etaSeconds", eta_seconds);
    f("risks", risks);
  }
};

// POST /v1/jobs/{id}/approve. What a plan removes has to be approved in so many words.
struct Approval {
  bool removals = false;

  template <typename F>
  void fields(F&& f) {
    f("removals", removals);
  }
};

// GET /v1/jobs/{id}/report: what a restore did. Lists hold only the users concerned, and of those
// the first kMostListed; GET /v1/jobs/{id}/changes tells of everybody.
struct Report {
  static constexpr std::size_t kMostListed = 1000;

  Job job;
  std::uint64_t verified = 0;  // users read back from Graph: all that Graph can write is equal
  std::uint64_t verified_in_part = 0;           // of them, those that are not wholly restored
  std::map<std::string, std::uint64_t> listed;  // a list's name -> how many users belong in it
  std::vector<Item> needs_password_reset;
  std::vector<Item> needs_registration;
  std::vector<Item> id_changed;
  std::vector<Item> renamed;       // their own userPrincipalName was taken
  std::vector<Item> not_restored;  // partial, impossible, failed

  template <typename F>
  void fields(F&& f) {
    f("job", job);
    f("verified", verified);
    f("verifiedInPart", verified_in_part);
    f("listed", listed);
    f("needsPasswordReset", needs_password_reset);
    f("needsRegistration", needs_registration);
    f("idChanged", id_changed);
    f("renamed", renamed);
    f("notRestored", not_restored);
  }
};

// GET /v1/jobs/{id}/secrets: what was sealed to the certificate of a restore. Of a user whose
// creation had to be tried more than once there are several passwords, one of which is right.
struct SealedSecret {
  std::uint64_t item = 0;
  std::string user_principal_name;
  std::string kind;    // "password", "temporaryAccessPass"
  std::string sealed;  // CMS (PEM)

  template <typename F>
  void fields(F&& f) {
    f("item", item);
    f("userPrincipalName", user_principal_name);
    f("kind", kind);
    f("sealed", sealed);
  }
};

struct SecretPage {
  std::vector<SealedSecret> secrets;
  std::optional<std::uint64_t> next;  // the item to go on from; none at the end

  template <typename F>
  void fields(F&& f) {
    f("secrets", secrets);
    f("next", next);
  }
};

// One change of a job, as GET /v1/events streams it.
struct Event {
  base::EventNumber number;
  base::WallTime time{};
  Job job;

  template <typename F>
  void fields(F&& f) {
    f("number", number);
    f("time", time);
    f("job", job);
  }
};

}  // namespace entrad::api
