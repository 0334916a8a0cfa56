// Report: what a restore did, and what people still have to do.
// Thread safety: pure but for reading the store.
#pragma once

#include "api/jobs.h"
#include "base/ids.h"
#include "base/result.h"
#include "store/journal.h"
#include "store/store.h"

namespace entrad::restore {

// A job that there is a report of. Errors: not_found; failed_precondition when it is no restore.
base::Result<api::Job> reported_job(const store::Journal& journal, base::JobId job);

// Errors: as reported_job().
base::Result<api::Report> report(store::Store& store, base::JobId job);

// What was sealed for the users of `most` items from `from` on. Errors: not_found.
base::Result<api::SecretPage> secrets(const store::Journal& journal, base::JobId job,
                                      std::uint64_t from, std::size_t most);

}  // namespace entrad::restore
