// Groups, admin roles, and who came and went, as text for people.
// Thread safety: pure functions.
#pragma once

#include <string>
#include <vector>

#include "api/history.h"
#include "ctl/render/table.h"

namespace entrad::ctl::render {

std::string group_table(const std::vector<api::GroupRow>& groups, const View& view);
std::string member_table(const std::vector<api::UserRow>& users, const View& view);
std::string role_holder_table(const std::vector<api::RoleHolder>& holders, const View& view);
// With the role where the events are of roles.
std::string event_table(const std::vector<api::LinkEvent>& events, bool of_roles, const View& view);

}  // namespace entrad::ctl::render
