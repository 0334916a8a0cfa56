// Live: one user as it is in the tenant right now, in the same form as a backup would store it.
//
// One batch of five reads. What the app registration may not read is left out with the reason, as
// in a snapshot; sections that a backup gathers from lists of the whole tenant are not asked for.
// Thread safety: may be called from any thread.
#pragma once

#include <string>

#include "base/guid.h"
#include "base/result.h"
#include "graph/session.h"
#include "store/past/history.h"
#include "store/store.h"

namespace entrad::backup {

// A user that was re-created after it had been deleted for good is looked for by its present id.
// One that is not in the directory (deleted, or never there) has no section `object`. Errors:
// cancelled, authentication_failed, graph_unavailable, permission_denied (users cannot be read).
base::Result<store::UserContents> read_live(store::Store& store, graph::Session& session,
                                            const base::Guid& user, const graph::Call& call);

}  // namespace entrad::backup
