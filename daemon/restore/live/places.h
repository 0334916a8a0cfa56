// Places: where in a list of ids an id is. 20 bytes an id.
// Thread safety: immutable once made.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/guid.h"

namespace entrad::restore {

class Places {
 public:
  struct Entry {
    base::Guid id;
    std::uint32_t place = 0;
  };

  // Nil ids are left out.
  explicit Places(const std::vector<base::Guid>& ids);

  // All of one id, usually one; empty: it is not in the list.
  std::span<const Entry> of(const base::Guid& id) const;

 private:
  std::vector<Entry> entries_;  // sorted by id
};

}  // namespace entrad::restore
