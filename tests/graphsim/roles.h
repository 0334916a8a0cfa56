// Role definitions and role assignments of a tenant (unified role management), with an index by
// principal. Template ids of built-in roles are the same in every tenant.
// Thread safety: one thread. Owned by Tenant.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace graphsim {

struct RoleDefinition {
  std::string id;  ///< equals the template id for built-in roles
  std::string name;
  std::string description;
  bool built_in = true;
  bool weak = false;  ///< holding it does not make a user an admin whose account is protected
  std::string directory_role_id;  ///< id of the activated directoryRole object
};

struct RoleAssignment {
  std::string id;
  std::string role;       ///< role definition id
  std::string principal;  ///< object id of a user, group or service principal
  std::string scope;      ///< "/" or "/administrativeUnits/{id}"
};

inline constexpr std::string_view kGlobalAdministrator = "62e90394-69f5-4237-9190-012177145e10";
inline constexpr std::string_view kPrivilegedAuthenticationAdministrator =
    "7be44c8a-adaf-4e2a-84d6-ab2649e08a13";
inline constexpr std::string_view kUserAdministrator = "fe930be7-5e62-47db-91af-98c3a49a38b1";

class Roles {
 public:
  explicit Roles(std::uint64_t seed);

  const std::vector<RoleDefinition>& definitions() const { return definitions_; }
  const RoleDefinition* definition(std::string_view id_or_name) const;
  const RoleDefinition* by_directory_role(std::string_view id) const;

  const std::map<std::uint64_t, RoleAssignment>& assignments() const { return assignments_; }
  std::vector<const RoleAssignment*> of(const std::string& principal) const;
  const RoleAssignment* find(const std::string& id) const;
  bool exists(const std::string& role, const std::string& principal,
              const std::string& scope) const;
  const RoleAssignment& assign(const std::string& role, const std::string& principal,
                               const std::string& scope);
  bool remove(const std::string& id);
  void forget(const std::string& principal);

 private:
  std::uint64_t seed_;
  std::uint64_t next_ = 1;
  std::vector<RoleDefinition> definitions_;
  std::map<std::uint64_t, RoleAssignment> assignments_;
  std::unordered_map<std::string, std::uint64_t> by_id_;
  std::unordered_multimap<std::string, std::uint64_t> by_principal_;
};

}  // namespace graphsim
