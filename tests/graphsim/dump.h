// A tenant's canonical state as text, for comparing a tenant before a disaster with the same tenant
// after a restore. Keys are sorted; references go by principal name, group nickname and role name.
// Thread safety: one thread.
#pragma once

#include <string>

#include "tenant.h"

namespace graphsim {

/// With `ids` false, everything that a restore of a re-created user cannot bring back is left out:
/// ids, licences, methods that Graph cannot create, memberships of groups that Graph cannot write,
/// managers of synced users, owners of groups.
std::string dump(const Tenant& tenant, bool ids);

}  // namespace graphsim
