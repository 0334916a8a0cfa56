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
  const char* name;  // of its note: never another step's
  base::Result<void> (*in_full)(Sweep&);
  base::Result<void> (*in_delta)(Sweep&);
};
constexpr Step kSteps[] = {
    {"cursors", take_cursors, nullptr},  // its rounds bring the next cursors
    {"users", sweep_users, delta_users},
    {"memberships", sweep_memberships, delta_memberships},
    {"roles", sweep_roles, sweep_roles},    // no delta, but few requests: the whole list again
    {"managers", sweep_managers, nullptr},  // come with the changes of users
    {"authMethods", sweep_auth_methods, delta_auth_methods},
};

json note_of(Sweep& sweep) {
  const Changes& changes = sweep.changes();
  return {{"outcome", sweep.writer().take_outcome()},
          {"changed", json_of(changes.changed)},
          {"arrived", json_of(changes.arrived)},
          {"gone", json_of(changes.gone)}};
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
  if (sweep.people().size() > 0) return;
  kind == SnapshotKind::full ? recall_swept_people(sweep) : recall_people(sweep);
}

base::Result<void> run_step(Sweep& sweep, const Step& step, SnapshotKind kind) {
  const auto body = kind == SnapshotKind::full ? step.in_full : step.in_delta;
  if (body == nullptr) return {};
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
