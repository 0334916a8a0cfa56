// Cloud: the `$select` lists of a tenant, less what its cloud does not know of them.
//
// What was refused is remembered in the store and not asked for again, for a week; then a backup
// tries the whole list once more, since clouds learn. A check of the tenant always does.
// Thread safety: the functions may be called from any thread.
#pragma once

#include <string>
#include <vector>

#include "api/tenant_check.h"
#include "base/clock.h"
#include "base/result.h"
#include "graph/session.h"
#include "store/store.h"

namespace entrad::backup {

// Names that a backup leaves out of the list of `collection` from the start.
std::vector<std::string> known_as_unknown(store::Store& store, const std::string& tenant,
                                          const std::string& collection, base::WallTime now);
// What the whole list was asked with, or more than was known. A failure to write only costs the
// next backup a refused request; it is logged.
void remember(store::Store& store, const std::string& tenant, const std::string& collection,
              std::vector<std::string> unknown, base::WallTime now);

// graph::check of a tenant; remembers which properties its cloud does not know.
// Errors: as graph::check.
base::Result<api::TenantCheck> check_tenant(store::Store& store, graph::Sessions& sessions,
                                            base::Clock& clock, const std::string& tenant,
                                            const graph::Call& call);

}  // namespace entrad::backup
