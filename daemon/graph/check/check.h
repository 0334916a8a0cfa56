// `tenants check`: what will work with a tenant's credentials and what will not, said plainly.
// Thread safety: pure but for the requests it sends.
#pragma once

#include "api/tenant_check.h"
#include "base/result.h"
#include "graph/session.h"

namespace entrad::graph {

// Gets tokens, compares granted permissions with what each section and restore option needs, probes
// each section with a cheap GET, and asks for every property that a backup asks for. Reads what
// bears on a restore: organization, domains, number of users (and tells the governor the size
// class), licences, eligible roles, the policy for temporary access passes, admin roles of the app.
// Writes nothing. Never fails for a finding: a refused credential is a line.
// Source: the Graph v1.0 reference, the page of each call.
// Errors: not_found (no such tenant), cancelled.
base::Result<api::TenantCheck> check(Sessions& sessions, const std::string& tenant,
                                     const Call& call);

}  // namespace entrad::graph
