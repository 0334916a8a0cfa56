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
Request directory_size();
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
// Of all the tenant's: who may activate a role, and who holds one by a schedule (PIM).
Request list_role_eligibility_schedules();
Request list_role_assignment_schedules();
Request list_role_assignable_groups();  // id only
Request list_managers();  // users with $select=id and $expand=manager($select=id), pages
// Users with `select` and each one's manager expanded, pages of 999.
Request list_users_with_managers(const std::string& select);

// The same for links of which an object may have many: Graph expands 20 at most.
constexpr std::size_t kMostExpanded = 20;
Request list_sponsors();                     // users with $expand=sponsors($select=id), pages
Request list_sponsors_of(const Guid& user);  // pages
// Groups, applications or service principals ("/groups", ...) with their owners expanded.
Request list_owners(const std::string& collection, const std::string& select);
Request list_owners_of(const std::string& collection, const Guid& object);  // pages
Request list_service_principals(const std::string& select);                 // pages of 999
Request list_applications(const std::string& select);                       // the same
Request list_app_role_assigned_to(const Guid& service_principal);           // pages
Request list_app_roles_of(const Guid& user);  // pages; those through groups too
Request available_extension_properties();     // a POST that changes nothing
// Rows from `from` on (RFC 3339), up to `to`; empty: no end. Oldest first, pages.
Request list_directory_audits(const std::string& from, const std::string& to);
Request get_photo(const Guid& user);        // what is known of it, without the picture
Request get_photo_bytes(const Guid& user);  // answered by base64 in a JSON string
Request count_groups();                     // text/plain number
Request count_deleted_users();              // the same

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
Request get_service_principal(const Guid& id, const std::string& select);
Request get_application(const Guid& id, const std::string& select);
Request get_manager(const Guid& user);
Request list_member_of(const Guid& user);  // pages; groups and administrative units
Request list_owned_by(const Guid& user);   // pages; groups, applications, service principals, ..
Request list_auth_methods(const Guid& user);

// `options`: newUserPrincipalName, autoReconcileProxyConflict; empty: none.
Request restore_deleted(const Guid& id, const nlohmann::json& options);
Request create_user(const nlohmann::json& body);
Request create_group(const nlohmann::json& body);
Request delete_user(const Guid& id);  // into the recycle bin
Request patch_user(const Guid& id, const nlohmann::json& body);
Request set_manager(const Session& session, const Guid& user, const Guid& manager);
Request remove_manager(const Guid& user);
Request add_members(const Session& session, const Guid& group,
                    const std::vector<Guid>& users);  // <= 20
Request add_member(const Session& session, const Guid& group, const Guid& user);
Request remove_member(const Guid& group, const Guid& user);
Request add_unit_member(const Session& session, const Guid& unit, const Guid& user);
Request remove_unit_member(const Guid& unit, const Guid& user);
// `collection` as in list_owners_of().
Request add_owner(const Session& session, const std::string& collection, const Guid& object,
                  const Guid& user);
Request remove_owner(const std::string& collection, const Guid& object, const Guid& user);
Request add_user_sponsor(const Session& session, const Guid& user, const Guid& sponsor);
Request add_group_sponsor(const Session& session, const Guid& user, const Guid& group);
Request remove_sponsor(const Guid& user, const Guid& sponsor);
Request create_role_assignment(const Guid& principal, const std::string& role_definition_id,
                               const std::string& directory_scope_id);
Request delete_role_assignment(const std::string& id);
// An admin role by schedule (PIM): times are RFC 3339 in UTC; no end: for good.
enum class ScheduleAction { assign, update, remove };
struct RoleScheduleRequest {
  ScheduleAction action = ScheduleAction::assign;
  bool eligible = false;  // else active
  Guid principal;
  std::string role_definition_id;
  std::string directory_scope_id;
  std::string start;
  std::string end;
  std::string justification;
};
Request request_role_schedule(const RoleScheduleRequest& wanted);
// All licences of a user in one call, since two calls at once meet. Each of `to_assign` is
// {"skuId","disabledPlans"}.
Request assign_licenses(const Guid& user, const nlohmann::json& to_assign,
                        const std::vector<std::string>& sku_ids_to_remove);
Request create_app_role_assignment(const Guid& user, const Guid& service_principal,
                                   const Guid& role);
Request delete_app_role_assignment(const Guid& user, const std::string& id);
Request add_phone_method(const Guid& user, const nlohmann::json& method);
Request update_phone_method(const Guid& user, const nlohmann::json& method);
Request add_email_method(const Guid& user, const nlohmann::json& method);
Request update_email_method(const Guid& user, const nlohmann::json& method);
Request revoke_sessions(const Guid& user);
// Answered by the pass, this once. `minutes` 0: as the tenant's policy says.
Request issue_temporary_access_pass(const Guid& user, std::uint64_t minutes);
Request remove_phone_method(const Guid& user, const nlohmann::json& method);
Request remove_email_method(const Guid& user);

}  // namespace entrad::graph::calls
