// LimitsConfig: reads [tenant.NAME.limits].
// Thread safety: pure function.
#pragma once

#include "app/strict_table.h"
#include "restore/limits.h"

namespace entrad::app {

// Of the table "limits" in `table`, which is there. Throws Mistake.
restore::Limits read_limits(const StrictTable& table);

}  // namespace entrad::app
