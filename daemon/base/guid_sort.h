// Sorting and finding among many ids. Those of a directory are random, so that each can be put near
// its place at once, in a third of the time of std::sort; ids that are not random are sorted all
// the same. Thread safety: pure.
#pragma once

#include <cstddef>
#include <vector>

#include "base/guid.h"

namespace entrad::base {

// Ids by their first bits, in the order of ids: about as many drawers as there are ids.
class Drawers {
 public:
  explicit Drawers(std::size_t ids);
  std::size_t count() const { return std::size_t{1} << bits_; }
  std::size_t of(const Guid& id) const;
  // Where each drawer's ids begin once these are sorted, and the end. At most 4 billion ids.
  std::vector<std::uint32_t> begins(const std::vector<Guid>& ids) const;

 private:
  unsigned bits_;
};

void sort(std::vector<Guid>& ids);
// And each only once.
void sort_unique(std::vector<Guid>& ids);

}  // namespace entrad::base
