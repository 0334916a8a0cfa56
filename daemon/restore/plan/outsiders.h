// Outsiders: users whom a restore does not touch, but who hung on somebody whom it makes anew.
// Thread safety: pure but for reading the store.
#pragma once

#include <unordered_set>

#include "base/guid.h"
#include "restore/restore.h"

namespace entrad::restore {

// Tells in the plan's risks how many users of the snapshot, other than `selected`, had one of
// `created` for a manager or a sponsor, and what to do. Graph drops the link with the old object
// id, and a new id does not bring it back. Costs a look at every user of the snapshot.
void note_outsiders(const Context& context, const std::unordered_set<base::Guid>& created,
                    const std::unordered_set<base::Guid>& selected, api::Plan& plan);

}  // namespace entrad::restore
