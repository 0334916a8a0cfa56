// The users of a tenant: generated ones cost a byte each until somebody changes them, changed and
// created ones carry the properties that differ. Knows lives (live, in the recycle bin, gone), user
// principal names and addresses; knows nothing of links.
// Thread safety: one thread. Owned by Tenant.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "person.h"
#include "user_properties.h"

namespace graphsim {

using UserIndex = std::uint32_t;
class ChangeLog;

enum class Life : std::uint8_t { kLive, kDeleted, kGone };

class Users {
 public:
  Users(const Origins& origins, UserIndex generated, ChangeLog& changes);

  /// Called after a change of a department, with the former one: dynamic groups look at it.
  using OnDepartment = std::function<void(UserIndex, const std::string& former)>;
  void on_department(OnDepartment call) { on_department_ = std::move(call); }

  /// Number of indices ever used; every user is below it.
  UserIndex size() const { return static_cast<UserIndex>(life_.size()); }
  std::size_t live() const { return live_; }
  std::size_t deleted() const { return deleted_; }
  Life life(UserIndex user) const { return life_[user]; }
  bool is_generated(UserIndex user) const { return user < generated_; }
  UserIndex generated() const { return generated_; }

  /// By object id, in any life but gone.
  std::optional<UserIndex> find_id(std::string_view id) const;
  /// Live user by principal name, without regard to case.
  std::optional<UserIndex> find_name(std::string_view user_principal_name) const;
  /// Live user other than `except` that holds an SMTP address (primary or alias).
  std::optional<UserIndex> find_address(std::string_view address, UserIndex except) const;

  std::string id(UserIndex user) const;
  nlohmann::json value(UserIndex user, std::size_t property) const;
  nlohmann::json value(UserIndex user, std::string_view property) const;
  std::string text(UserIndex user, std::string_view property) const;  ///< "" where null
  bool flag(UserIndex user, std::string_view property) const;
  /// The wanted properties by name. A user in the bin shows Graph's form of its principal name,
  /// with the object id in front.
  nlohmann::json document(UserIndex user, const PropertyMask& wanted) const;
  nlohmann::json document(UserIndex user) const;  ///< everything the directory keeps

  void set(UserIndex user, const nlohmann::json& properties);
  UserIndex create(const nlohmann::json& properties);
  void move_to_bin(UserIndex user, const std::string& when);
  void bring_back(UserIndex user);
  void purge(UserIndex user);

 private:
  void index_names(UserIndex user, bool add);
  void tell(UserIndex user, const nlohmann::json& properties, const std::string& department);
  bool holds_address(UserIndex user, std::string_view address) const;
  const nlohmann::json* changed_value(UserIndex user, std::string_view name) const;

  const Origins& origins_;
  UserIndex generated_;
  ChangeLog& changes_log_;
  OnDepartment on_department_;
  std::size_t live_ = 0;
  std::size_t deleted_ = 0;
  std::vector<Life> life_;
  std::unordered_map<UserIndex, nlohmann::json> changes_;
  std::unordered_map<Guid, UserIndex, GuidHash> created_ids_;
  // Names and addresses of users whose own differ from the generated ones, lower case.
  std::unordered_multimap<std::string, UserIndex> names_, addresses_;
};

}  // namespace graphsim
