#include "restore/live/places.h"

#include <algorithm>

namespace entrad::restore {
namespace {

struct ById {
  bool operator()(const Places::Entry& a, const base::Guid& b) const { return a.id < b; }
  bool operator()(const base::Guid& a, const Places::Entry& b) const { return a < b.id; }
};

}  // namespace

Places::Places(const std::vector<base::Guid>& ids) {
  entries_.reserve(ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i)
    if (!ids[i].is_nil()) entries_.push_back({ids[i], static_cast<std::uint32_t>(i)});
  std::stable_sort(entries_.begin(), entries_.end(),
                   [](const Entry& a, const Entry& b) { return a.id < b.id; });
}

std::span<const Places::Entry> Places::of(const base::Guid& id) const {
  const auto [first, last] = std::equal_range(entries_.begin(), entries_.end(), id, ById());
  return {first, last};
}

}  // namespace entrad::restore
