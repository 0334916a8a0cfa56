// Authentication methods of users: generated ones plus changes, and the rules of each type.
// Facts: Microsoft's pages "authenticationMethod", "phoneAuthenticationMethod" and the Insertable
// annotations of the v1.0 CSDL. Thread safety: one thread. Owned by Tenant.
#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "clock.h"
#include "users.h"

namespace graphsim {

struct MethodType {
  std::string_view collection;  ///< "phoneMethods"
  std::string_view odata_type;  ///< "#microsoft.graph.phoneAuthenticationMethod"
  std::string_view permission;  ///< the X of UserAuthMethod-X.Read.All
  bool creatable;
  bool deletable;
};

inline constexpr std::string_view kPasswordMethodId = "28c10230-6103-485e-b985-444c60001490";

std::span<const MethodType> method_types();
const MethodType* method_type(std::string_view collection);
const MethodType& method_type_of(const nlohmann::json& method);
/// Fixed id of a phone method ("mobile", "alternateMobile", "office"); "" for another word.
std::string_view phone_method_id(std::string_view phone_type);

class Methods {
 public:
  Methods(const Origins& origins, const Users& users, const Clock& clock)
      : origins_(origins), users_(users), clock_(clock) {}

  /// Each with @odata.type and id; the password first.
  std::vector<nlohmann::json> of(UserIndex user) const;
  void set(UserIndex user, std::vector<nlohmann::json> methods);
  void forget(UserIndex user) { changed_.erase(user); }

  struct Version {
    double at = 0;        ///< simulated seconds
    std::string written;  ///< the same, as a time of day
    std::vector<nlohmann::json> methods;
  };
  /// As they were at that simulated time: what a report that lags knows.
  Version as_of(UserIndex user, double time) const;

 private:
  std::vector<nlohmann::json> at_first(UserIndex user) const;

  const Origins& origins_;
  const Users& users_;
  const Clock& clock_;
  std::unordered_map<UserIndex, std::vector<Version>> changed_;
};

}  // namespace graphsim
