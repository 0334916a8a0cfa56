#include "restore/plan/risks.h"

#include <algorithm>

#include "graph/calls.h"

namespace entrad::restore {

bool is_guarded(const Todo& todo) {
  const bool is_sensitive =
      std::any_of(todo.changes.begin(), todo.changes.end(), [](const directory::Change& one) {
        return one.restorable == directory::Restorable::sensitive;
      });
  return is_sensitive || todo.issue_pass || todo.delete_user || !todo.create_methods.empty() ||
         !todo.replace_methods.empty() || !todo.extra_methods.empty();
}

std::uint64_t admins_among(const Context& context, const std::vector<base::Guid>& users,
                           std::optional<RoleList>& roles, const graph::Call& call) {
  if (users.empty()) return 0;
  if (!roles) {
    auto read = RoleList::read(context, call);
    if (!read) return 0;
    roles = std::move(*read);
  }
  return static_cast<std::uint64_t>(std::count_if(
      users.begin(), users.end(), [&roles](const auto& user) { return roles->holds_any(user); }));
}

std::optional<std::uint64_t> room_for_objects(const Context& context, const graph::Call& call) {
  auto reply = context.session.send(graph::calls::directory_size(), call);
  if (!reply || !reply->done()) return std::nullopt;
  const auto rows = reply->body.value("value", nlohmann::json::array());
  if (rows.empty() || !rows[0].contains("directorySizeQuota")) return std::nullopt;
  const auto& quota = rows[0]["directorySizeQuota"];
  if (!quota.is_object()) return std::nullopt;
  const auto used = quota.value("used", std::uint64_t{0});
  const auto total = quota.value("total", std::uint64_t{0});
  return total > used ? total - used : 0;
}

}  // namespace entrad::restore
