// Run: one job from wherever it stands to its next resting state: final, held, queued again because
// the daemon stops, or waiting because the store's disk has no room. Its outcome is in the journal
// when this returns, unless there is no room even for that. Thread safety: belongs to the job's
// thread.
#pragma once

#include <chrono>
#include <stop_token>

#include "api/jobs.h"
#include "base/clock.h"
#include "graph/session.h"
#include "restore/limits.h"
#include "store/store.h"

namespace entrad::jobs {

// A job that waits for room is looked at again after this long.
constexpr std::chrono::seconds kLookForRoom{15};

constexpr std::string_view kDamageHint =
    "keep a copy of state_directory before anything else; a copy in its copies/ that is sound can "
    "take its place";

// The state in which the job rests now.
api::JobState run(store::Store& store, graph::Sessions& sessions, base::Clock& clock,
                  const restore::Limits& limits, const api::Job& job, const std::stop_token& stop);

}  // namespace entrad::jobs
