// The recipe: decide what kind of backup it is, run its steps, seal it.
// Parts: the steps; one attempt; the whole.
#include "backup/backup.h"

#include <spdlog/spdlog.h>

#include "backup/cursors.h"
#include "backup/ids.h"
#include "backup/kind.h"
#include "backup/sweep.h"
#include "base/json.h"

namespace entrad::backup {
namespace {

using api::SnapshotKind;
using nlohmann::json;

// What a full backup runs, and a delta backup. A section that no step of a delta backup marks stays
// as the parent has it.
struct Step {
  const char* name;  // of its note: never another step's; nullptr: it is run again, it puts nothing
  base::Result<void> (*in_full)(Sweep&);
  base::Result<void> (*in_delta)(Sweep&);
};

// The log tells who deleted whom, which is not noted but by the deletions that it leads to.
base::Result<void> sweep_log(Sweep& sweep) {
  if (auto log = sweep_audit_log(sweep); !log) return log;
  return sweep_deletions(sweep);
}

constexpr Step kSteps[] = {
    {"cursors", take_cursors, nullptr},  // its rounds bring the next cursors
    {"users", sweep_users, delta_users},
    {"licenses", sweep_licenses, sweep_licenses},
    {"memberships", sweep_memberships, delta_memberships},
    {"roles", sweep_roles, sweep_roles},
    {"managers", sweep_managers, nullptr},  // come with the changes of users
    {"sponsors", sweep_sponsors, sweep_sponsors},
    {"authMethods", sweep_auth_methods, delta_auth_methods},
    {nullptr, sweep_service_principals, sweep_service_principals},
    {"ownedObjects", sweep_owned_objects, sweep_owned_objects},
    {"appRoles", sweep_app_roles, delta_app_roles},
    {"targets", sweep_targets, sweep_targets},
    {"restrictedAttributes", sweep_restricted_attributes, sweep_restricted_attributes},
    {"photos", sweep_photos, delta_photos},
    {"auditLog", sweep_log, sweep_log},
};

json note_of(Sweep& sweep) {
  const Changes& changes = sweep.changes();
  const Found& found = sweep.found();
  return {{"outcome", sweep.writer().take_outcome()},
          {"changed", json_of(changes.changed)},
          {"arrived", json_of(changes.arrived)},
          {"gone", json_of(changes.gone)},
          {"linked", json_of(found.linked_service_principals)},
          {"someLinksUnread", found.some_links_unread},
          {"usersComplete", found.users_complete}};
}

std::set<base::Guid> set_of(const json& list) {
  const auto ids = ids_of(list);
  return {ids.begin(), ids.end()};
}

// Takes up where an interrupted backup was, in the place of a step that it had finished.
void recall(Sweep& sweep, const json& note, SnapshotKind kind) {
  sweep.writer().repeat(note.at("outcome"));
  (void)sweep.writer().take_outcome();
  sweep.changes() = {set_of(note.at("changed")), set_of(note.at("arrived")),
                     set_of(note.at("gone"))};
  Found& found = sweep.found();
  found.linked_service_principals = set_of(note.at("linked"));
  found.some_links_unread = note.at("someLinksUnread").get<bool>();
  found.users_complete = note.at("usersComplete").get<bool>();
  if (sweep.people().size() > 0) return;
  kind == SnapshotKind::full ? recall_swept_people(sweep) : recall_people(sweep);
}

base::Result<void> run_step(Sweep& sweep, const Step& step, SnapshotKind kind) {
  const auto body = kind == SnapshotKind::full ? step.in_full : step.in_delta;
  if (body == nullptr) return {};
  if (step.name == nullptr) return body(sweep);
  const std::string name = std::string("done/") + step.name;
  if (const auto note = sweep.writer().checkpoint(name)) {
    recall(sweep, base::read_json(*note), kind);
    return {};
  }
  if (auto done = body(sweep); !done) return done;
  if (auto going = sweep.stopped(); !going) return going;
  if (sweep.gap()) return {};
  sweep.writer().checkpoint(name, base::json_text(note_of(sweep)));
  return sweep.writer().flush();
}

class Attempt {
 public:
  Attempt(const Context& context, const Decision& decision, std::string permissions,
          std::stop_token stop)
      : context_(context),
        decision_(decision),
        permissions_(std::move(permissions)),
        stop_(std::move(stop)) {}

  // nullopt: the changes cannot be known, gap() says why.
  base::Result<std::optional<api::Snapshot>> run() {
    auto& snapshots = context_.store.snapshots();
    const std::string& tenant = context_.session.tenant().name;
    std::optional<api::Snapshot> parent;
    if (decision_.kind == SnapshotKind::delta) {
      auto newest = snapshots.newest(tenant);
      if (!newest) return base::pass(newest);
      parent = std::move(*newest);
    }
    auto writer =
        snapshots.begin(tenant, decision_.kind, context_.clock.wall(), context_.job.str());
    if (!writer) return base::pass(writer);
    Sweep sweep(context_, std::move(*writer), std::move(parent), stop_);
    if (sweep.writer().is_resumed())
      spdlog::info("{}: going on with snapshot {}", tenant, sweep.writer().number().value);
    sweep.begin();
    for (const Step& step : kSteps) {
      if (auto done = run_step(sweep, step, decision_.kind); !done) return base::pass(done);
      if (sweep.gap()) {
        gap_ = *sweep.gap();
        return std::optional<api::Snapshot>();
      }
    }
    return seal(sweep);
  }

  const std::string& gap() const { return gap_; }

 private:
  base::Result<std::optional<api::Snapshot>> seal(Sweep& sweep) {
    sweep.progress().begin("sealing", 0);
    Ground ground{sweep.begun(), permissions_};
    if (decision_.kind == SnapshotKind::delta)
      if (const auto before = read_ground(sweep.cursor(cursors::kBackup)))
        ground.full_at = before->full_at;
    sweep.writer().keep_cursor(cursors::kBackup, to_text(ground));
    auto sealed = sweep.writer().seal(context_.clock.wall());
    if (!sealed) return base::pass(sealed);
    spdlog::info("{}: snapshot {} sealed, {} changed, {} removed", sealed->tenant,
                 sealed->number.value, sealed->changed, sealed->removed);
    return std::optional(std::move(*sealed));
  }

  const Context& context_;
  const Decision& decision_;
  std::string permissions_;
  std::stop_token stop_;
  std::string gap_;
};

}  // namespace

base::Result<Made> run(const Context& context, std::stop_token stop) {
  const std::string permissions =
      permissions_of(context.session, {stop, nullptr, graph::Lane::background});
  Decision decision = decide(context, permissions);
  while (true) {
    if (auto kept = remember(context, decision); !kept) return base::pass(kept);
    spdlog::info("{}: {}", context.session.tenant().name, words_of(decision));
    Attempt attempt(context, decision, permissions, stop);
    auto made = attempt.run();
    if (!made) return base::pass(made);
    if (*made) return Made{std::move(**made), words_of(decision)};
    decision = {SnapshotKind::full, attempt.gap()};
  }
}

}  // namespace entrad::backup
