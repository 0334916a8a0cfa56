// The calls we make, as requests: every URL and body in one place, where a test can see that none
// of them is a wrong one (DELETE .../members/{id} without /$ref would delete the user itself).
// Source: Microsoft Graph v1.0 reference, the page of each call.
// Thread safety: pure functions.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/guid.h"
#include "graph/session.h"

namespace entrad::graph::calls {

using base::Guid;

Request organization();
Request domains();
Request subscribed_skus();
Request temporary_access_pass_policy();
Request count_users();                                                       // text/plain number
Request count_synced_users();                                                // the same
Request first_of(const std::string& collection, const std::string& select);  // one object of a list
Request list_users(const std::string& select);                               // pages of 999
Request list_deleted_users(const std::string& select);                       // pages
Request list_groups(const std::string& select);                              // pages of 999
Request list_group_members(const Guid& group);  // pages of 999, id only
Request list_administrative_units(const std::string& select);
Request list_administrative_unit_members(const Guid& unit);
Request list_role_definitions();
Request list_role_assignments();  // the whole tenant's
Request list_role_assignments_of(const Guid& principal);
Request first_role_eligibility();  // of the list of eligible assignments, one
Request count_groups();            // text/plain number
Request list_managers();           // users with $select=id and $expand=manager($select=id), pages

Request list_registration_details();  // when whose authentication methods were changed, pages
Request list_direct_reports(const Guid& manager);  // pages of 999, id only
Request get_user_with_manager(const Guid& id, const std::string& select);

// First requests of a delta query: Graph chooses the size of its pages, and takes nothing but these
// names; "members" and "manager" may be among them.
Request users_delta(const std::string& select);
Request groups_delta(const std::string& select);

Request get_user(const Guid& id, const std::string& select);
Request get_user_by_name(const std::string& user_principal_name, const std::string& select);
Request get_deleted_user(const Guid& id, const std::string& select);
Request find_users_by_name(
    const std::string& user_principal_name);  // $filter eq, id and createdDateTime
Request get_group(const Guid& id, const std::string& select);
Request get_administrative_unit(const Guid& id, const std::string& select);
Request get_manager(const Guid& user);
Request list_member_of(const Guid& user);  // pages; groups and administrative units
Request list_auth_methods(const Guid& user);

Request restore_deleted(const Guid& id);
Request create_user(const nlohmann::json& body);
Request patch_user(const Guid& id, const nlohmann::json& body);
Request set_manager(const Session& session, const Guid& user, const Guid& manager);
Request remove_manager(const Guid& user);
Request add_members(const Session& session, const Guid& group,
                    const std::vector<Guid>& users);  // <= 20
Request add_member(const Session& session, const Guid& group, const Guid& user);
Request remove_member(const Guid& group, const Guid& user);
Request add_unit_member(const Session& session, const Guid& unit, const Guid& user);
Request create_role_assignment(const Guid& principal, const std::string& role_definition_id,
                               const std::string& directory_scope_id);
Request add_phone_method(const Guid& user, const nlohmann::json& method);
Request update_phone_method(const Guid& user, const nlohmann::json& method);
Request add_email_method(const Guid& user, const nlohmann::json& method);
Request update_email_method(const Guid& user, const nlohmann::json& method);

}  // namespace entrad::graph::calls
