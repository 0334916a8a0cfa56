// Directory extensions: attributes that the tenant's applications have added to users. Graph shows
// them only where they are named. Thread safety: may be called from any thread.
#pragma once

#include <string>

#include "store/store.h"

namespace entrad::backup {

// The `$select` of users with the extensions that the last backup found.
std::string select_with_known_extensions(store::Store& store, const std::string& tenant);

}  // namespace entrad::backup
