#include "changes.h"

#include <algorithm>
#include <iterator>
#include <stdexcept>

namespace graphsim {
namespace {

constexpr std::string_view kRefusals[] = {"gone", "goneWithoutLocation", "syncStateNotFound",
                                          "resyncRequired"};

template <typename Change>
std::size_t visible(const std::vector<Change>& changes, double now) {
  const auto end = std::upper_bound(changes.begin(), changes.end(), now,
                                    [](double t, const Change& c) { return t < c.visible_from; });
  return static_cast<std::size_t>(end - changes.begin());
}

}  // namespace

double ChangeLog::visible_after(double last) {
  return std::max(last, clock_.now() + (lag_ <= 0 ? 0 : lag_ * stream_.fraction()));
}

void ChangeLog::user_set(std::uint32_t user, const PropertyMask& properties) {
  if (!begun_ || properties.none()) return;
  const double last = users_.empty() ? 0 : users_.back().visible_from;
  users_.push_back({visible_after(last), user, properties, false, false, {}});
}

void ChangeLog::user_life(std::uint32_t user) {
  if (!begun_) return;
  const double last = users_.empty() ? 0 : users_.back().visible_from;
  users_.push_back({visible_after(last), user, {}, true, false, {}});
}

void ChangeLog::user_manager(std::uint32_t user, std::optional<std::uint32_t> former) {
  if (!begun_) return;
  const double last = users_.empty() ? 0 : users_.back().visible_from;
  users_.push_back({visible_after(last), user, {}, false, true, former});
}

void ChangeLog::group_property(std::uint32_t group, std::string_view name) {
  const auto found = std::find(std::begin(kGroupTracked), std::end(kGroupTracked), name);
  if (!begun_ || found == std::end(kGroupTracked)) return;
  const double last = groups_.empty() ? 0 : groups_.back().visible_from;
  groups_.push_back({visible_after(last), group, GroupChange::What::kProperty,
                     static_cast<std::uint32_t>(found - std::begin(kGroupTracked))});
}

void ChangeLog::group_life(std::uint32_t group) {
  if (!begun_) return;
  const double last = groups_.empty() ? 0 : groups_.back().visible_from;
  groups_.push_back({visible_after(last), group, GroupChange::What::kLife, 0});
}

void ChangeLog::group_user(std::uint32_t group, std::uint32_t user) {
  if (!begun_) return;
  const double last = groups_.empty() ? 0 : groups_.back().visible_from;
  groups_.push_back({visible_after(last), group, GroupChange::What::kUser, user});
}

void ChangeLog::group_group(std::uint32_t group, std::uint32_t member) {
  if (!begun_) return;
  const double last = groups_.empty() ? 0 : groups_.back().visible_from;
  groups_.push_back({visible_after(last), group, GroupChange::What::kGroup, member});
}

std::size_t ChangeLog::visible_users() const { return visible(users_, clock_.now()); }
std::size_t ChangeLog::visible_groups() const { return visible(groups_, clock_.now()); }

void ChangeLog::forget_tokens(const std::string& answer) {
  if (std::find(std::begin(kRefusals), std::end(kRefusals), answer) == std::end(kRefusals))
    throw std::invalid_argument("unknown answer '" + answer + "'");
  forgotten_ = clock_.now();
  refusal_ = answer;
}

}  // namespace graphsim
