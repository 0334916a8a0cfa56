// Selection: from what a person asked for to object ids, as they were in the snapshot.
// Thread safety: pure but for reading the store.
#pragma once

#include <string>
#include <vector>

#include "api/requests.h"
#include "base/guid.h"
#include "base/result.h"
#include "store/snapshots.h"

namespace entrad::restore {

// Each user once, in the order given (or of ids). Errors: not_found for an id or name that the
// snapshot does not have, saying where it was last seen; invalid_argument for a selection of
// nobody.
base::Result<std::vector<base::Guid>> select(const store::Snapshots& snapshots,
                                             const std::string& tenant,
                                             const api::Snapshot& snapshot,
                                             const api::Selection& selection);

}  // namespace entrad::restore
