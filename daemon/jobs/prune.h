// Prune: removes a tenant's snapshots and merges what they leave behind into those that stay.
// Thread safety: belongs to the job's thread.
#pragma once

#include <stop_token>
#include <string>

#include "api/jobs.h"
#include "api/keeping.h"
#include "base/result.h"
#include "store/store.h"

namespace entrad::jobs {

// Removes the snapshots that `job` names and merges. Started again after a stop, it goes on. What
// was done so far is the job's document "result". Errors: cancelled (stopped), store_full,
// store_damaged.
base::Result<api::Pruned> prune(store::Store& store, const api::Job& job,
                                const std::stop_token& stop);

// "2 snapshots went, 1 stayed".
std::string words_of(const api::Pruned& pruned);

}  // namespace entrad::jobs
