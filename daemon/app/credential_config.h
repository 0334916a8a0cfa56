// The configuration of credentials: [tenant.NAME.backup] and [tenant.NAME.restore], or, of a pool
// of app registrations, several of [[tenant.NAME.backup]] and [[tenant.NAME.restore]]. Thread
// safety: pure, but for a look at $CREDENTIALS_DIRECTORY.
#pragma once

#include "app/strict_table.h"
#include "graph/tenant.h"

namespace entrad::app {

// Throws Mistake, unless exactly one kind of credential is given, with what belongs to it and
// nothing that belongs to another.
graph::Credential read_credential(const StrictTable& table);

// The one, or the pool, at `key`. Throws Mistake also where two are the same app registration.
std::vector<graph::Credential> read_credentials(const StrictTable& tenant, std::string_view key);

}  // namespace entrad::app
