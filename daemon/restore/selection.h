// Selection: from what a person asked for to object ids, as they were in the snapshot.
// Thread safety: belongs to the job's thread.
#pragma once

#include <string>
#include <vector>

#include "base/guid.h"
#include "base/result.h"
#include "restore/restore.h"

namespace entrad::restore {

// Each user once, in the order given (or of ids). Errors: not_found for an id or name that the
// snapshot does not have, saying where it was last seen; invalid_argument for a selection of
// nobody; those of Graph, which is asked for the ids of all its users where the deleted ones are
// selected.
base::Result<std::vector<base::Guid>> select(const Context& context, const graph::Call& call);

}  // namespace entrad::restore
