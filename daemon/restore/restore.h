// Restore: brings users back to what a snapshot says.
//
//   select -> resolve -> compare -> plan -> (approve) -> apply -> verify -> report
//
// Here is what is wanted: of whom (selection), and what each user shall be (goal). live/ reads what
// they are, of this or of another tenant (other_tenant/); compare/ says what differs and may be
// written; plan/ is the first half of the recipe, apply/ the second, report/ what is told of it.
//
// The apply is level-triggered: each pass reads the live state, compares it with the snapshot and
// writes what still differs, until five reads in a row are equal. So a crash, a lost answer, a
// refused write and a slow replica are all met by the same means: look again. Only creating a user
// is not repeatable; its intent is in the journal before it is sent, and an intent without an
// outcome is looked up by userPrincipalName, which is unique. Thread safety: each function belongs
// to the thread of its job.
#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "api/jobs.h"
#include "api/requests.h"
#include "api/snapshots.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "graph/session.h"
#include "restore/limits.h"
#include "store/journal.h"
#include "store/store.h"

namespace entrad::restore {

struct Context {
  store::Store& store;
  graph::Session& session;
  const graph::Quotas& quotas;
  base::Clock& clock;
  base::JobId job;
  api::RestoreRequest request;
  api::Snapshot snapshot;
  Limits limits;
  std::optional<base::JobId> undoes;  // goals come from that job's journal, not from the snapshot
  // Whether lists of the whole tenant are read or each user by itself; nullopt: what takes fewer
  // requests.
  std::optional<bool> by_lists = std::nullopt;
};

// Refuses what makes no sense before anything is queued. Errors: invalid_argument with the remedy.
base::Result<void> check_request(const api::RestoreRequest& request);

// Reads, compares, prices; stores the items and, last, the plan as the job's document "plan".
// Writes nothing to Graph. Errors: not_found (a user that no snapshot knows), cancelled, those of
// Graph and the store.
base::Result<api::Plan> plan(const Context& context, std::stop_token stop);

// Carries the stored plan out and verifies it; goes on where an earlier process left off. Every
// item ends with an outcome. Errors: cancelled (stop: call it again; nothing is lost), those of
// Graph that concern the whole tenant, and of the store.
base::Result<void> apply(const Context& context, std::stop_token stop);

// After a cancel: finds out what became of writes without an answer, and gives every open item an
// outcome.
base::Result<void> close_cancelled(const Context& context, std::stop_token stop);

// The request with which the writes of a job are taken back. Errors: not_found, failed_precondition
// (no restore, or still under way).
base::Result<api::RestoreRequest> request_to_undo(const store::Journal& journal, base::JobId job);

// The request for the users whom a restore has not brought back wholly. Errors: not_found,
// failed_precondition (no restore, still under way, or there are none), invalid_argument (an
// outcome that is none).
base::Result<api::RestoreRequest> request_to_retry(const store::Journal& journal, base::JobId job,
                                                   const api::RetryRequest& which);

// Whether the job may go on to apply its plan; else what it waits for. Requires a plan.
std::optional<std::string> awaits_approval(const store::Journal& journal, base::JobId job,
                                           const api::RestoreRequest& request);

// The state that the outcomes of all items add up to.
api::JobState final_state(const api::Job& job);

}  // namespace entrad::restore
