// StoreCheck: reads the whole store again, as a job.
// Thread safety: belongs to the job's thread.
#pragma once

#include <stop_token>

#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "store/store.h"

namespace entrad::jobs {

// What it found is the job's document "result". Errors: store_damaged (something is wrong, with the
// first finding in words), cancelled (stopped; a check has written nothing and starts anew).
base::Result<void> check_store(store::Store& store, base::Clock& clock, base::JobId id,
                               const std::stop_token& stop);

}  // namespace entrad::jobs
