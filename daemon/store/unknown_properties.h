// What a tenant's cloud does not know of the properties that a backup asks for. Whoever was refused
// one remembers it here, so that the next one does not ask for it.
// Thread safety: these functions may be called from any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace entrad::store {

class OwnState;

struct UnknownProperties {
  std::vector<std::string> names;
  base::WallTime found_at{};
};

// `collection`: "users", "groups", "administrativeUnits". Nothing is known of a tenant that was
// never asked, or when the store cannot be read.
std::optional<UnknownProperties> unknown_properties(const OwnState& state,
                                                    const std::string& tenant,
                                                    const std::string& collection);
// In the place of what was known. Errors: store_full, store_damaged, shutting_down.
base::Result<void> remember_unknown_properties(OwnState& state, const std::string& tenant,
                                               const std::string& collection,
                                               const UnknownProperties& found);

}  // namespace entrad::store
