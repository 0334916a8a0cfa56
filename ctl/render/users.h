// Users as they were in a snapshot, and what they were linked to, as text for people.
// Thread safety: pure functions.
#pragma once

#include <string>
#include <vector>

#include "api/snapshots.h"
#include "ctl/render/table.h"

namespace entrad::ctl::render {

Table user_table();  // for pages of one list
void add_user(Table& table, const api::UserRow& user);
std::string user_details(const api::UserDetail& user, const View& view);
std::string version_table(const std::vector<api::VersionRow>& versions, const View& view);
std::string membership_table(const std::vector<api::Membership>& memberships, const View& view);
std::string role_table(const std::vector<api::RoleAssignment>& roles, const View& view);
std::string method_table(const nlohmann::json& methods, const View& view);

}  // namespace entrad::ctl::render
