// The `$select` lists of a backup, less what a backup or a check found that the tenant's cloud does
// not know: what a restore asks for. Thread safety: these functions may be called from any thread.
#pragma once

#include <string>

#include "restore/restore.h"

namespace entrad::restore {

std::string user_select(const Context& context);
std::string group_select(const Context& context);
std::string administrative_unit_select(const Context& context);

}  // namespace entrad::restore
