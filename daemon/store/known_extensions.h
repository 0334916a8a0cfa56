// The names of directory extensions of users: attributes that a tenant's applications have added.
// Graph shows them only where they are named, so a backup that finds them remembers them here.
// Source: Microsoft Graph v1.0, "Add custom data to resources", directory extensions.
// Thread safety: these functions may be called from any thread.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace entrad::store {

class OwnState;

// Sorted. None of a tenant that was never asked, or when the store cannot be read.
std::vector<std::string> known_extensions(const OwnState& state, const std::string& tenant);
// In the place of what was known. Errors: store_full, store_damaged, shutting_down.
base::Result<void> remember_extensions(OwnState& state, const std::string& tenant,
                                       const std::vector<std::string>& names);

}  // namespace entrad::store
