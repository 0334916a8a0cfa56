// Run: one job from wherever it stands to its next resting state (final, held, or queued again
// because the daemon stops). Its outcome is in the journal when this returns. Thread safety:
// belongs to the job's thread.
#pragma once

#include <stop_token>

#include "api/jobs.h"
#include "base/clock.h"
#include "graph/session.h"
#include "store/store.h"

namespace entrad::jobs {

void run(store::Store& store, graph::Sessions& sessions, base::Clock& clock, const api::Job& job,
         const std::stop_token& stop);

}  // namespace entrad::jobs
