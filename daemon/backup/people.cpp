#include "backup/people.h"

#include <algorithm>

namespace entrad::backup {

void People::close() {
  std::sort(ids_.begin(), ids_.end());
  ids_.erase(std::unique(ids_.begin(), ids_.end()), ids_.end());
  ids_.shrink_to_fit();
}

std::optional<People::Index> People::index(const base::Guid& id) const {
  const auto found = std::lower_bound(ids_.begin(), ids_.end(), id);
  if (found == ids_.end() || *found != id) return std::nullopt;
  return static_cast<Index>(found - ids_.begin());
}

}  // namespace entrad::backup
