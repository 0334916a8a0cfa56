// The configuration of one credential: [tenant.NAME.backup] and [tenant.NAME.restore].
// Thread safety: pure, but for a look at $CREDENTIALS_DIRECTORY.
#pragma once

#include "app/strict_table.h"
#include "graph/tenant.h"

namespace entrad::app {

// Throws Mistake, unless exactly one kind of credential is given, with what belongs to it and
// nothing that belongs to another.
graph::Credential read_credential(const StrictTable& table);

}  // namespace entrad::app
