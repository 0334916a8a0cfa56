#include "backup/people.h"

#include <algorithm>
#include <numeric>

namespace entrad::backup {
namespace {

// As many ids are compared faster one after the other than by halves.
constexpr People::Index kMostInOrder = 8;

}  // namespace

void People::close() {
  base::sort_unique(ids_);
  ids_.shrink_to_fit();
  drawers_ = base::Drawers(ids_.size());
  begins_ = drawers_.begins(ids_);
}

std::optional<People::Index> People::index(const base::Guid& id) const {
  if (begins_.empty()) return std::nullopt;
  const auto drawer = drawers_.of(id);
  Index at = begins_[drawer];
  Index end = begins_[drawer + 1];
  if (end - at > kMostInOrder) {
    const auto place = std::lower_bound(ids_.begin() + at, ids_.begin() + end, id);
    at = static_cast<Index>(place - ids_.begin());
    end = std::min(end, at + 1);
  }
  const base::Guid* const ids = ids_.data();
  while (at < end && ids[at] != id) ++at;
  return at < end ? std::optional(at) : std::nullopt;
}

// A list of members is in no order, so that each look is at memory that no cache holds: the looks
// are begun for all before the first one is waited for.
std::vector<People::Index> People::indexes(std::span<const base::Guid> ids) const {
  std::vector<Index> found;
  if (begins_.empty()) return found;
  found.reserve(ids.size());
  for (const auto& id : ids) __builtin_prefetch(&begins_[drawers_.of(id)]);
  for (const auto& id : ids) __builtin_prefetch(ids_.data() + begins_[drawers_.of(id)]);
  for (const auto& id : ids)
    if (const auto number = index(id)) found.push_back(*number);
  return found;
}

LinksByUser::LinksByUser(std::span<const UserLink> links, std::size_t users)
    : begins_(users + 1, 0), others_(links.size()) {
  for (const auto& link : links) ++begins_[link.first + 1];
  std::partial_sum(begins_.begin(), begins_.end(), begins_.begin());
  auto next = begins_;
  for (const auto& [user, other] : links) others_[next[user]++] = other;
}

std::span<const std::uint32_t> LinksByUser::of(People::Index user) const {
  return std::span(others_).subspan(begins_[user], begins_[user + 1] - begins_[user]);
}

}  // namespace entrad::backup
