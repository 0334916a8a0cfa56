// Changes: the report of a restore, user by user, from the job's own journal. Neither its snapshot
// nor the directory is asked, but for names in steps that do not have them.
// Thread safety: any thread.
#pragma once

#include <cstdint>

#include "api/changes.h"
#include "base/ids.h"
#include "base/result.h"
#include "restore/report/step_index.h"
#include "store/store.h"

namespace entrad::restore {

struct ChangesWanted {
  std::uint64_t from = 0;
  std::size_t limit = 100;
  bool only_changed = false;  // only users for whom there is anything to tell
};

// Errors: as reported_job().
base::Result<api::ReportPage> changes(store::Store& store, StepIndexes& indexes, base::JobId job,
                                      const ChangesWanted& wanted);

}  // namespace entrad::restore
