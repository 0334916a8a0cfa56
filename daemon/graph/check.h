// `tenants check`: what will work with a tenant's credentials and what will not, said plainly.
// Thread safety: pure but for the requests it sends.
#pragma once

#include "api/status.h"
#include "base/result.h"
#include "graph/session.h"

namespace entrad::graph {

// Gets tokens, compares granted permissions with what each section and restore option needs, probes
// each section with a cheap GET, reads organization, verified domains and the number of users (and
// tells the governor the size class). Never fails for a finding: a refused credential is a line.
// Errors: not_found (no such tenant), cancelled.
base::Result<api::TenantCheck> check(Sessions& sessions, const std::string& tenant,
                                     const Call& call);

}  // namespace entrad::graph
