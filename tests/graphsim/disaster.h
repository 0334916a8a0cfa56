// Damage to a tenant, for tests of a restore: users deleted and purged, attributes scrambled,
// memberships and roles removed. Seeded; writes audit rows in the name of a user.
// Thread safety: one thread.
#pragma once

#include "exchange.h"
#include "tenant.h"

namespace graphsim {

/// {"seed","delete","purge","scramble","removeMemberships","removeRoles"} -> what was done.
Json strike(Tenant& tenant, const Json& request);
/// Deletes or purges the named users ("ids": object ids or principal names).
Json remove_users(Tenant& tenant, const Json& request, bool permanently);
/// Takes the named groups ("ids") for good, out of the bin too.
Json purge_groups(Tenant& tenant, const Json& request);
/// Sets any attributes, read-only ones too.
void patch_user(Tenant& tenant, const std::string& key, const Json& attributes);

}  // namespace graphsim
