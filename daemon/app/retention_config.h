// RetentionConfig: reads [daemon.retention] and [tenant.NAME.retention].
// Thread safety: pure function.
#pragma once

#include "api/retention.h"
#include "app/strict_table.h"

namespace entrad::app {

// Of the table "retention" in `table`, which is there. Throws Mistake.
api::Retention read_retention(const StrictTable& table);

}  // namespace entrad::app
