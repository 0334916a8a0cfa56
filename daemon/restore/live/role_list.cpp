#include "restore/live/role_list.h"

#include "base/json.h"
#include "graph/calls.h"

namespace entrad::restore {

using nlohmann::json;

base::Result<RoleList> RoleList::read(const Context& context, const graph::Call& call) {
  RoleList list;
  auto listed = context.session.collection(
      graph::calls::list_role_assignments(),
      [&list](std::string_view page) -> base::Result<void> {
        const json document = base::read_json(page);
        for (const json& row : document.value("value", json::array()))
          if (const auto id = base::Guid::parse(row.value("principalId", "")))
            list.held_[*id][{row.value("roleDefinitionId", ""),
                             row.value("directoryScopeId", "")}] = row.value("id", "");
        return {};
      },
      [&list] { list.held_.clear(); }, call);
  list.is_known_ = bool(listed);
  if (!listed && listed.error().kind != base::ErrorKind::permission_denied)
    return base::pass(listed);
  return list;
}

void RoleList::enter_into(Live& live) const {
  if (!is_known_ || live.where != Where::live) return;
  const auto held = held_.find(live.id);
  if (held != held_.end()) live.role_assignments = held->second;
  live.sections.roles.emplace();
  for (const auto& [role, assignment] : live.role_assignments) live.sections.roles->push_back(role);
}

}  // namespace entrad::restore
