#include "jobs/run.h"

#include <malloc.h>
#include <spdlog/spdlog.h>

#include "api/error_table.h"
#include "backup/backup.h"
#include "jobs/prune.h"
#include "jobs/store_check.h"
#include "restore/restore.h"
#include "store/journal.h"
#include "store/snapshots.h"

namespace entrad::jobs {
namespace {

using api::Job;
using api::JobState;
using base::Error;
using base::ErrorKind;

struct Ending {
  JobState state = JobState::succeeded;
  std::string reason;
  std::optional<Error> error;
};

class Run {
 public:
  Run(store::Store& store, graph::Sessions& sessions, base::Clock& clock,
      const restore::Limits& limits, const Job& job, const std::stop_token& stop)
      : store_(store),
        sessions_(sessions),
        clock_(clock),
        limits_(limits),
        job_(job),
        stop_(stop) {}

  JobState run();

 private:
  Ending carry_out();
  Ending backup();
  Ending restore();
  Ending undo();
  Ending write(const restore::Context& context);
  Ending check();
  Ending prune();
  Ending cancel_restore(const restore::Context& context);
  Ending failed(Error error) const;
  bool cancel_requested() const;
  JobState damaged(const std::string& what);
  void begin();
  void end(const Ending& ending);

  store::Store& store_;
  graph::Sessions& sessions_;
  base::Clock& clock_;
  const restore::Limits& limits_;
  const Job& job_;
  const std::stop_token& stop_;
};

JobState Run::run() {
  begin();
  Ending ending;
  try {
    ending = carry_out();
  } catch (const std::exception& broken) {
    if (job_.kind == api::JobKind::check) return damaged(broken.what());
    spdlog::critical("job={} stopped by a broken invariant: {}", job_.id.value, broken.what());
    ending = failed({ErrorKind::internal, broken.what(),
                     "this is a mistake in entrad: please report it with the log", nullptr});
  }
  end(ending);
  return ending.state;
}

// A check reads everything: what it cannot make sense of is no mistake in entrad.
JobState Run::damaged(const std::string& what) {
  end(failed({ErrorKind::store_damaged, "the store cannot be read to its end: " + what,
              std::string(kDamageHint), nullptr}));
  return JobState::failed;
}

void Run::begin() {
  spdlog::info("job={} kind={} tenant={} starts", job_.id.value, api::name(job_.kind), job_.tenant);
  const auto now = clock_.wall();
  (void)store_.journal().update(job_.id, [&](Job& row) {
    row.state = JobState::running;
    row.reason.clear();
    if (!row.started_at) row.started_at = now;
    return true;
  });
}

void Run::end(const Ending& ending) {
  const auto now = clock_.wall();
  auto stored = store_.journal().update(job_.id, [&](Job& row) {
    row.state = ending.state;
    row.reason = ending.reason;
    row.until.reset();
    if (ending.state == JobState::waiting) row.until = now + kLookForRoom;
    if (ending.error)
      row.failure = api::Failure{std::string(api::error_row(ending.error->kind).wire),
                                 ending.error->message, ending.error->hint};
    if (api::is_final(ending.state)) row.ended_at = now;
    return true;
  });
  spdlog::info("job={} state={} {}", job_.id.value, api::name(ending.state),
               ending.error ? ending.error->message : ending.reason);
  if (!stored)
    spdlog::error("job={} its end could not be stored: {}", job_.id.value, stored.error().message);
}

Ending Run::carry_out() {
  switch (job_.kind) {
    case api::JobKind::backup:
      return backup();
    case api::JobKind::restore:
      return restore();
    case api::JobKind::check:
      return check();
    case api::JobKind::prune:
      return prune();
    case api::JobKind::undo:
      return undo();
    case api::JobKind::verify:
      break;
  }
  return failed({ErrorKind::failed_precondition,
                 "this entrad does not know jobs of kind " + std::string(api::name(job_.kind)),
                 "the store was used by a newer entrad: install that one again", nullptr});
}

bool Run::cancel_requested() const {
  auto row = store_.journal().job(job_.id);
  return row && row->cancel_requested;
}

// An interruption that nobody asked for by name is the daemon's own stop: the job stays open.
Ending Run::failed(Error error) const {
  if (error.kind == ErrorKind::cancelled || stop_.stop_requested()) {
    const auto row = store_.journal().job(job_.id);
    if (row && row->cancel_requested)
      return {JobState::cancelled, "cancelled by request", std::nullopt};
    if (row && row->pause_requested) return {JobState::paused, row->reason, std::nullopt};
    return {JobState::queued, "goes on when the daemon starts again", std::nullopt};
  }
  if (error.kind == ErrorKind::store_full)
    return {JobState::waiting, error.message + "; it goes on by itself when there is room",
            std::nullopt};
  return {JobState::failed, "", std::move(error)};
}

Ending Run::backup() {
  if (cancel_requested()) return {JobState::cancelled, "cancelled by request", std::nullopt};
  auto session = sessions_.session(job_.tenant, graph::Purpose::backup);
  if (!session) return failed(std::move(session).error());
  const bool full = job_.request.get<api::BackupRequest>().full;
  auto made = backup::run({store_, **session, clock_, job_.id, full}, stop_);
  if (!made) return failed(std::move(made).error());
  const api::Snapshot& snapshot = made->snapshot;
  (void)store_.journal().update(job_.id, [&](Job& row) {
    row.snapshot = snapshot.number;
    return true;
  });
  std::string incomplete;
  for (const api::Section section : api::kExpectedSections) {
    const auto found = snapshot.sections.find(std::string(api::name(section)));
    const auto state = found == snapshot.sections.end() ? api::SectionState{} : found->second;
    if (state.completeness == api::Completeness::complete) continue;
    incomplete +=
        (incomplete.empty() ? "" : "; ") + std::string(api::name(section)) + ": " +
        (state.reason.empty() ? std::string(api::name(state.completeness)) : state.reason);
  }
  if (incomplete.empty()) return {JobState::succeeded, made->words, std::nullopt};
  return {JobState::partial, incomplete, std::nullopt};
}

Ending Run::restore() {
  auto request = job_.request.get<api::RestoreRequest>();
  auto session = sessions_.session(job_.tenant, graph::Purpose::restore);
  if (!session) return failed(std::move(session).error());
  auto snapshot =
      store_.snapshots().find(request.tenant, job_.snapshot.value_or(base::SnapshotNumber{}));
  if (!snapshot) return failed(std::move(snapshot).error());
  return write({store_, **session, sessions_.governor().quotas(), clock_, job_.id,
                std::move(request), std::move(*snapshot), limits_, std::nullopt});
}

// The snapshot gives names only: the newest one will do where the job's own was removed.
Ending Run::undo() {
  const auto asked = job_.request.get<api::UndoRequest>();
  auto request = restore::request_to_undo(store_.journal(), asked.job);
  if (!request) return failed(std::move(request).error());
  request->approved = asked.approved;
  request->approved_by = asked.approved_by;
  request->removals_approved = true;
  auto session = sessions_.session(job_.tenant, graph::Purpose::restore);
  if (!session) return failed(std::move(session).error());
  auto snapshot =
      store_.snapshots().find(request->tenant, job_.snapshot.value_or(base::SnapshotNumber{}));
  if (!snapshot) snapshot = store_.snapshots().named(request->tenant, "", clock_.wall());
  if (!snapshot) return failed(std::move(snapshot).error());
  return write({store_, **session, sessions_.governor().quotas(), clock_, job_.id,
                std::move(*request), std::move(*snapshot), limits_, asked.job});
}

Ending Run::write(const restore::Context& context) {
  if (cancel_requested()) return cancel_restore(context);
  if (!store_.journal().document(job_.id, "plan")) {
    auto plan = restore::plan(context, stop_);
    if (!plan && cancel_requested()) return cancel_restore(context);
    if (!plan) return failed(std::move(plan).error());
  }
  if (auto what = restore::awaits_approval(store_.journal(), job_.id, context.request))
    return {JobState::held, std::move(*what), std::nullopt};
  auto applied = restore::apply(context, stop_);
  if (!applied && cancel_requested()) return cancel_restore(context);
  if (!applied) return failed(std::move(applied).error());
  auto row = store_.journal().job(job_.id);
  if (!row) return failed(std::move(row).error());
  return {restore::final_state(*row), "", std::nullopt};
}

// A check is started again from its beginning after a restart: it has written nothing.
Ending Run::check() {
  if (cancel_requested()) return {JobState::cancelled, "cancelled by request", std::nullopt};
  const auto number = job_.snapshot.value_or(base::SnapshotNumber{});
  if (job_.request.get<api::StoreCheckRequest>().store) {
    auto sound = check_store(store_, clock_, job_.id, stop_);
    if (!sound) return failed(std::move(sound).error());
    return {};
  }
  auto sections = store_.snapshots().check(job_.tenant, number, stop_);
  if (!sections) return failed(std::move(sections).error());
  return {JobState::succeeded,
          "snapshot " + number.str() + " is as it was sealed: " + std::to_string(*sections) +
              " sections were read again, and agree with its digest and with its list of users",
          std::nullopt};
}

Ending Run::prune() {
  if (cancel_requested()) return {JobState::cancelled, "cancelled by request", std::nullopt};
  auto pruned = jobs::prune(store_, job_, stop_);
  if (!pruned) return failed(std::move(pruned).error());
  const auto state = pruned->kept.empty() ? JobState::succeeded : JobState::partial;
  return {state, words_of(*pruned), std::nullopt};
}

Ending Run::cancel_restore(const restore::Context& context) {
  const std::stop_source not_again;
  auto closed = restore::close_cancelled(context, not_again.get_token());
  if (!closed) return {JobState::failed, "", std::move(closed).error()};
  return {JobState::cancelled, "cancelled by request", std::nullopt};
}

}  // namespace

JobState run(store::Store& store, graph::Sessions& sessions, base::Clock& clock,
             const restore::Limits& limits, const Job& job, const std::stop_token& stop) {
  const JobState state = Run(store, sessions, clock, limits, job, stop).run();
  // glibc keeps the holes that a job leaves between what lives on (tests/e2e/soak_test.py).
  malloc_trim(0);
  return state;
}

}  // namespace entrad::jobs
