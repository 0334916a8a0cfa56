// What hangs on users beside groups and roles: sponsors, photos, values of directory extensions,
// applications that they own, and admin roles by schedule. Generated ones are functions of seed and
// index; changed ones are stored.
// Thread safety: one thread. Owned by Tenant.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "users.h"

namespace graphsim {

/// A directory extension that an application of the tenant has defined on users.
struct Extension {
  std::string name;  ///< "extension_{appId without dashes}_costCode"
  bool multi_valued = false;
};

/// An assignment of an admin role by schedule (PIM).
struct RoleSchedule {
  std::string id, principal, role, scope;
  bool eligible = true;
  std::string assignment_type;  ///< "Assigned" or "Activated"; empty where eligible
  std::string member_type = "Direct";
  nlohmann::json schedule;  ///< scheduleInfo
};

/// Graph's requestSchedule; `end` only where `type` is afterDateTime.
nlohmann::json schedule_info(const std::string& type, const std::string& end);

class Extras {
 public:
  Extras(const Origins& origins, const Users& users) : origins_(origins), users_(users) {}

  /// Object ids of users and groups. Generated guests have one or two.
  std::vector<std::string> sponsors(UserIndex user) const;
  void set_sponsors(UserIndex user, std::vector<std::string> ids) {
    sponsors_[user] = std::move(ids);
  }

  /// The bytes of a JPEG; nullopt: has none. A third of the generated members have one.
  std::optional<std::string> photo(UserIndex user) const;
  void set_photo(UserIndex user, std::optional<std::string> bytes) {
    photos_[user] = std::move(bytes);
  }

  std::vector<Extension> extensions() const;
  /// Its application goes: nobody has the extension any more. `name` is the end of its name.
  void withdraw_extension(const std::string& name) { withdrawn_.insert(name); }
  /// Null where it is not set. Half of the generated members have a cost code.
  nlohmann::json extension(UserIndex user, std::string_view name) const;
  /// Whether it was set and is not any more, which a delta round shows as null.
  bool is_extension_cleared(UserIndex user, std::string_view name) const;
  void set_extension(UserIndex user, const std::string& name, nlohmann::json value) {
    values_[user][name] = std::move(value);
  }

  /// Owners of an application or of its service principal, by the object's id.
  std::vector<UserIndex> owners(const std::string& object) const;
  void set_owners(const std::string& object, std::vector<UserIndex> owners) {
    owners_[object] = std::move(owners);
  }
  void add_owner(const std::string& object, UserIndex owner) { owners_[object].push_back(owner); }
  void remove_owner(const std::string& object, UserIndex owner) {
    std::erase(owners_[object], owner);
  }

  std::vector<RoleSchedule>& schedules() { return schedules_; }
  const std::vector<RoleSchedule>& schedules() const { return schedules_; }

  /// A user is made; how many simulated seconds ago that was, for one that was there from the
  /// beginning a long time.
  void note_made(UserIndex user, double now) { made_[user] = now; }
  double age(UserIndex user, double now) const;

  void forget(UserIndex user);

 private:
  const Origins& origins_;
  const Users& users_;
  std::unordered_map<UserIndex, std::vector<std::string>> sponsors_;
  std::unordered_map<UserIndex, std::optional<std::string>> photos_;
  std::unordered_map<UserIndex, std::map<std::string, nlohmann::json, std::less<>>> values_;
  std::set<std::string> withdrawn_;
  std::map<std::string, std::vector<UserIndex>> owners_;
  std::vector<RoleSchedule> schedules_;
  std::unordered_map<UserIndex, double> made_;
};

}  // namespace graphsim
