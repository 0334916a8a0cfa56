#include "restore/live/reading.h"

#include <algorithm>

namespace entrad::restore {
namespace {

constexpr std::uint64_t kInBatch = 20;
constexpr std::uint64_t kOnPage = 999;
// A tenant has about ten times as many links as users, seldom more.
constexpr std::uint64_t kLinksOfUser = 10;

std::uint64_t parts(std::uint64_t all, std::uint64_t size) { return (all + size - 1) / size; }

}  // namespace

Extent extent_of(const Context& context, std::uint64_t wanted, bool only_names) {
  const auto users = context.snapshot.counts.find(std::string(api::name(api::ObjectKind::user)));
  const bool is_known = users != context.snapshot.counts.end();
  return {wanted, only_names, is_known ? std::max(wanted, users->second) : wanted};
}

std::uint64_t asked_one_by_one(const Extent& extent, const Depth& depth) {
  const bool more = depth.manager || depth.memberships || depth.app_roles;
  return parts(extent.wanted * (more && !extent.only_names ? 2 : 1), kInBatch);
}

// Nobody knows how many are in the bin: whoever could be.
std::uint64_t asked_by_lists(const Extent& extent) {
  return parts(extent.users, kOnPage) * (extent.only_names ? 1 : 2);
}

bool is_cheaper_by_lists(const Extent& extent, const Depth& depth) {
  return asked_by_lists(extent) < asked_one_by_one(extent, depth);
}

bool reads_by_lists(const Context& context, const Extent& extent) {
  return context.by_lists.value_or(is_cheaper_by_lists(extent, depth_of(context.request)));
}

bool are_links_cheaper_by_lists(std::uint64_t live, std::uint64_t others, std::uint64_t users) {
  constexpr std::uint64_t kUnitsOfPage = 2;
  const std::uint64_t further_pages = users * kLinksOfUser / kOnPage;
  const std::uint64_t led_to = std::min(others, live * kLinksOfUser);  // and asked about
  return parts(others, kOnPage) + kUnitsOfPage * (others + further_pages) < live + led_to;
}

}  // namespace entrad::restore
