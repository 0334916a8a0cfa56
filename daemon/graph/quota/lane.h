// Lane: how urgent a call is. A higher lane goes first wherever calls wait for Graph's quota, and
// only the highest may use what the others leave free for it.
// Thread safety: constant data.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace entrad::graph {

enum class Lane {
  background,  // backups
  normal,      // restores
  break_glass  // restores of a few users, for whom somebody waits
};

constexpr std::array<std::string_view, 3> kLaneNames{"background", "normal", "breakGlass"};
constexpr std::string_view name(Lane lane) { return kLaneNames[static_cast<std::size_t>(lane)]; }

// A restore of so few users is urgent.
constexpr std::size_t kFewUsers = 20;
constexpr Lane restore_lane(std::size_t users) {
  return users <= kFewUsers ? Lane::break_glass : Lane::normal;
}

}  // namespace entrad::graph
