// Sponsors, and owned objects: the groups, applications and service principals that a user owns.
// Few users have any, so nobody is asked for them of whom they do not matter, and no list of the
// whole tenant is read.
// Thread safety: belongs to the job's thread.
#pragma once

#include <vector>

#include "restore/goal.h"

namespace entrad::restore {

struct Seen {
  base::Guid user;  // as in the snapshot
  Goal* goal;
  Live* live;
};

// Reads them of those who are live and whose goal speaks of them, unless they are known. Then makes
// the goals of an undo, which hang on what users are, and counts the owners of what somebody shall
// not own any more, since a last one stays. What may not be read stays unknown. Errors: as
// Session::batch.
base::Result<void> read_sponsors_and_owned(const Context& context, const Goals& goals,
                                           const std::vector<Seen>& users, const graph::Call& call);

// "/groups", "/applications" or "/servicePrincipals".
std::string collection_of(api::ObjectKind owned);

}  // namespace entrad::restore
