#include "backup/people.h"

#include <endian.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <numeric>

namespace entrad::backup {
namespace {

constexpr unsigned kMostBits = 22;

}  // namespace

std::size_t People::drawer_of(const base::Guid& id) const {
  std::uint32_t first = 0;
  std::memcpy(&first, id.bytes().data(), sizeof first);
  return be32toh(first) >> (32U - bits_);
}

void People::close() {
  std::sort(ids_.begin(), ids_.end());
  ids_.erase(std::unique(ids_.begin(), ids_.end()), ids_.end());
  ids_.shrink_to_fit();
  bits_ = std::clamp(static_cast<unsigned>(std::bit_width(ids_.size())), 1U, kMostBits);
  begins_.assign((std::size_t{1} << bits_) + 1, 0);
  for (const auto& id : ids_) ++begins_[drawer_of(id) + 1];
  std::partial_sum(begins_.begin(), begins_.end(), begins_.begin());
}

std::optional<People::Index> People::index(const base::Guid& id) const {
  if (begins_.empty()) return std::nullopt;
  const auto drawer = drawer_of(id);
  const auto end = ids_.begin() + begins_[drawer + 1];
  const auto found = std::lower_bound(ids_.begin() + begins_[drawer], end, id);
  if (found == end || *found != id) return std::nullopt;
  return static_cast<Index>(found - ids_.begin());
}

// A list of members is in no order, so that each look is at memory that no cache holds: the looks
// are begun for all before the first one is waited for.
std::vector<People::Index> People::indexes(std::span<const base::Guid> ids) const {
  std::vector<Index> found;
  if (begins_.empty()) return found;
  found.reserve(ids.size());
  for (const auto& id : ids) __builtin_prefetch(&begins_[drawer_of(id)]);
  for (const auto& id : ids) __builtin_prefetch(ids_.data() + begins_[drawer_of(id)]);
  for (const auto& id : ids)
    if (const auto number = index(id)) found.push_back(*number);
  return found;
}

std::vector<UserLink> sorted_by_user(const std::vector<UserLink>& links, std::size_t users) {
  std::vector<std::size_t> next(users + 1, 0);
  for (const auto& link : links) ++next[link.first + 1];
  for (std::size_t i = 0; i < users; ++i) next[i + 1] += next[i];
  std::vector<UserLink> sorted(links.size());
  for (const auto& link : links) sorted[next[link.first]++] = link;
  return sorted;
}

}  // namespace entrad::backup
