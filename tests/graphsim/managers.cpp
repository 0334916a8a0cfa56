#include "managers.h"

#include <algorithm>

#include "changes.h"

namespace graphsim {
namespace {
constexpr UserIndex kSpan = 6;  // reports of one manager in the generated tree
}

std::optional<UserIndex> Managers::drawn(UserIndex user) const {
  if (user == 0 || user >= generated_) return std::nullopt;
  if (draw(origins_.seed, user, 0x3a6) % 100 < 6) return std::nullopt;
  return (user - 1) / kSpan;
}

std::optional<UserIndex> Managers::of(UserIndex user) const {
  const auto it = changed_.find(user);
  return it == changed_.end() ? drawn(user) : it->second;
}

std::vector<UserIndex> Managers::reports(UserIndex manager) const {
  std::vector<UserIndex> out;
  for (UserIndex i = 1; i <= kSpan; ++i) {
    const UserIndex child = manager * kSpan + i;
    if (manager < generated_ && child < generated_ && !changed_.contains(child) &&
        drawn(child) == manager)
      out.push_back(child);
  }
  const auto [begin, end] = changed_reports_.equal_range(manager);
  for (auto it = begin; it != end; ++it) out.push_back(it->second);
  std::sort(out.begin(), out.end());
  return out;
}

void Managers::set(UserIndex user, std::optional<UserIndex> manager) {
  if (const auto former = of(user); former != manager) changes_.user_manager(user, former);
  if (const auto old = changed_.find(user); old != changed_.end() && old->second) {
    const auto [begin, end] = changed_reports_.equal_range(*old->second);
    for (auto it = begin; it != end; ++it) {
      if (it->second != user) continue;
      changed_reports_.erase(it);
      break;
    }
  }
  changed_[user] = manager;
  if (manager) changed_reports_.emplace(*manager, user);
}

void Managers::forget(UserIndex user) {
  for (const UserIndex report : reports(user)) set(report, std::nullopt);
  set(user, std::nullopt);
}

}  // namespace graphsim
