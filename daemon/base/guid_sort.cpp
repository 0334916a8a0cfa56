#include "base/guid_sort.h"

#include <endian.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <numeric>

namespace entrad::base {
namespace {

constexpr std::size_t kFew = 1'000;
constexpr unsigned kMostBits = 22;

}  // namespace

Drawers::Drawers(std::size_t ids)
    : bits_(std::clamp(static_cast<unsigned>(std::bit_width(ids)), 1U, kMostBits)) {}

std::size_t Drawers::of(const Guid& id) const {
  std::uint32_t first = 0;
  std::memcpy(&first, id.bytes().data(), sizeof first);
  return be32toh(first) >> (32U - bits_);
}

std::vector<std::uint32_t> Drawers::begins(const std::vector<Guid>& ids) const {
  std::vector<std::uint32_t> begins(count() + 1, 0);
  for (const Guid& id : ids) ++begins[of(id) + 1];
  std::partial_sum(begins.begin(), begins.end(), begins.begin());
  return begins;
}

void sort(std::vector<Guid>& ids) {
  if (ids.size() < kFew) return std::sort(ids.begin(), ids.end());
  const Drawers drawers(ids.size());
  const auto begins = drawers.begins(ids);
  std::vector<Guid> sorted(ids.size());
  auto next = begins;
  for (const Guid& id : ids) sorted[next[drawers.of(id)]++] = id;
  const auto at = [&](std::size_t index) {
    return sorted.begin() + static_cast<std::ptrdiff_t>(index);
  };
  for (std::size_t i = 0; i < drawers.count(); ++i)
    if (begins[i + 1] - begins[i] > 1) std::sort(at(begins[i]), at(begins[i + 1]));
  ids = std::move(sorted);
}

void sort_unique(std::vector<Guid>& ids) {
  sort(ids);
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
}

}  // namespace entrad::base
