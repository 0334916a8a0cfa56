#include "backup/people.h"

#include <algorithm>

namespace entrad::backup {
namespace {

constexpr std::size_t kBuckets = 1U << 16U;

std::size_t bucket_of(const base::Guid& id) {
  const auto bytes = id.bytes();
  return std::size_t{static_cast<unsigned char>(bytes[0])} << 8U |
         static_cast<unsigned char>(bytes[1]);
}

}  // namespace

void People::close() {
  std::sort(ids_.begin(), ids_.end());
  ids_.erase(std::unique(ids_.begin(), ids_.end()), ids_.end());
  ids_.shrink_to_fit();
  begins_.assign(kBuckets + 1, 0);
  for (const auto& id : ids_) ++begins_[bucket_of(id) + 1];
  for (std::size_t i = 0; i < kBuckets; ++i) begins_[i + 1] += begins_[i];
}

std::optional<People::Index> People::index(const base::Guid& id) const {
  if (begins_.empty()) return std::nullopt;
  const auto bucket = bucket_of(id);
  const auto end = ids_.begin() + begins_[bucket + 1];
  const auto found = std::lower_bound(ids_.begin() + begins_[bucket], end, id);
  if (found == end || *found != id) return std::nullopt;
  return static_cast<Index>(found - ids_.begin());
}

// A list of members is in no order, so that each look is at memory that no cache holds: the looks
// are begun for all before the first one is waited for.
std::vector<People::Index> People::indexes(std::span<const base::Guid> ids) const {
  std::vector<Index> found;
  if (begins_.empty()) return found;
  found.reserve(ids.size());
  for (const auto& id : ids) __builtin_prefetch(&begins_[bucket_of(id)]);
  for (const auto& id : ids) __builtin_prefetch(ids_.data() + begins_[bucket_of(id)]);
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
