// Selection: which users a restore is for, from the command line, a file or standard input.
// Thread safety: pure but for reading the named file.
#pragma once

#include "api/requests.h"
#include "base/result.h"
#include "ctl/context.h"

namespace entrad::ctl {

// The request that the options ask for, without its tenant. Refuses a restore of nothing and
// selections made in no way or in more than one. Errors: invalid_argument (usage, and lines of a
// file that are no user; names the line), not_found (no such file).
base::Result<api::RestoreRequest> restore_request(Context& context);

// Whether the options name something to restore.
bool asks_for_anything(const Options& options);

}  // namespace entrad::ctl
