// Directory audit rows, written by every change. Shape: Microsoft's "directoryAudit resource type".
// Keeps the newest rows only. Thread safety: one thread. Owned by Tenant.
#pragma once

#include <deque>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace graphsim {

/// Who did something: an app, or a user when `app_id` is empty.
struct Actor {
  std::string app_id, service_principal_id, user_id, user_principal_name, name;
};

struct AuditTarget {
  std::string id;
  std::string type;  ///< "User", "Group", "Role"
  std::string name;
  std::string user_principal_name;
};

struct AuditRow {
  std::uint64_t number = 0;
  std::string when;  ///< RFC 3339, seven decimals
  std::string activity, category, operation;
  Actor actor;
  std::vector<AuditTarget> targets;
  nlohmann::json changes;  ///< array of modifiedProperty of the first target
};

class AuditLog {
 public:
  explicit AuditLog(std::uint64_t seed) : seed_(seed) {}

  void write(std::string_view activity, const Actor& actor, std::vector<AuditTarget> targets,
             nlohmann::json changes = nlohmann::json::array());
  const std::deque<AuditRow>& rows() const { return rows_; }
  nlohmann::json render(const AuditRow& row) const;

 private:
  std::uint64_t seed_;
  std::uint64_t next_ = 1;
  std::deque<AuditRow> rows_;
};

/// modifiedProperties row; values are JSON texts, as Graph writes them.
nlohmann::json modified_property(std::string_view name, const nlohmann::json& before,
                                 const nlohmann::json& after);

}  // namespace graphsim
