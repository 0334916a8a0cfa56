// What changed in a tenant, in order: what delta queries read. A change costs a few bytes, whatever
// it is about, and no value is copied: a delta shows the values of the moment when it is asked for.
// Fresh changes become visible after a drawn delay, in order. Facts: Microsoft's page "Use delta
// query to track changes in Microsoft Graph data".
// Thread safety: one thread. Owned by Tenant.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "clock.h"
#include "random.h"
#include "user_properties.h"

namespace graphsim {

struct UserChange {
  double visible_from = 0;  ///< simulated seconds
  std::uint32_t user = 0;
  PropertyMask properties;
  bool life = false;  ///< created, deleted, restored or purged
  bool manager = false;
  std::optional<std::uint32_t> former_manager;
};

struct GroupChange {
  enum class What : std::uint8_t { kProperty, kUser, kGroup, kLife };
  double visible_from = 0;
  std::uint32_t group = 0;
  What what = What::kProperty;
  std::uint32_t which = 0;  ///< none of a created, deleted or restored one; user or group that is
                            ///< or was a member; position in kGroupTracked
};

/// The properties of a group that ever change here.
constexpr std::string_view kGroupTracked[] = {"displayName", "description", "mailNickname"};

class ChangeLog {
 public:
  /// `lag`: longest time in simulated seconds until a change is visible.
  ChangeLog(const Clock& clock, double lag, std::uint64_t seed)
      : clock_(clock), lag_(lag), stream_(seed) {}

  /// Until then nothing is written: what a new tenant is made of is no change.
  void begin() { begun_ = true; }

  void user_set(std::uint32_t user, const PropertyMask& properties);
  void user_life(std::uint32_t user);
  void user_manager(std::uint32_t user, std::optional<std::uint32_t> former);
  void group_life(std::uint32_t group);
  void group_property(std::uint32_t group, std::string_view name);
  void group_user(std::uint32_t group, std::uint32_t user);
  void group_group(std::uint32_t group, std::uint32_t member);

  const std::vector<UserChange>& of_users() const { return users_; }
  const std::vector<GroupChange>& of_groups() const { return groups_; }
  /// How many of them are visible by now.
  std::size_t visible_users() const;
  std::size_t visible_groups() const;

  /// Tokens given out until now are unknown from now on; `answer` says how they are refused: gone,
  /// goneWithoutLocation, syncStateNotFound, resyncRequired. Throws std::invalid_argument.
  void forget_tokens(const std::string& answer);
  bool knows_token_of(double issued) const { return issued > forgotten_; }
  const std::string& refusal() const { return refusal_; }

  Stream& stream() { return stream_; }

 private:
  double visible_after(double last);

  const Clock& clock_;
  double lag_;
  Stream stream_;
  bool begun_ = false;
  std::vector<UserChange> users_;
  std::vector<GroupChange> groups_;
  double forgotten_ = std::numeric_limits<double>::lowest();
  std::string refusal_ = "gone";
};

}  // namespace graphsim
