// Handlers of the Graph surface, one function an operation, named after what it does. Each gets an
// authorised call and answers, or throws GraphError. The table in routes.cpp joins them to paths.
// Thread safety: one thread.
#pragma once

#include "call.h"

namespace graphsim {

// users_read.cpp
Response list_users(Call& call);
Response count_users(Call& call);
Response get_user(Call& call);
// users_write.cpp
Response create_user(Call& call);
Response update_user(Call& call);
Response delete_user(Call& call);
Response revoke_sessions(Call& call);
/// Soft-deletes a user on behalf of the call, with the checks of DELETE /users/{id}.
Response delete_user_object(Call& call, UserIndex user);
// bin.cpp
Response list_deleted_users(Call& call);
Response count_deleted_users(Call& call);
Response list_deleted_uncast(Call& call);
Response get_deleted(Call& call);
Response get_deleted_user(Call& call);
Response restore_deleted(Call& call);
Response purge_deleted(Call& call);
// groups_read.cpp
Response list_groups(Call& call);
Response count_groups(Call& call);
Response get_group(Call& call);
Response list_members(Call& call);
Response cast_members(Call& call);
Response count_members(Call& call);
Response list_transitive_members(Call& call);
Response list_owners(Call& call);
Response list_group_member_of(Call& call);
Response list_units(Call& call);
Response get_unit(Call& call);
Response list_unit_members(Call& call);
Response cast_unit_members(Call& call);
Response count_unit_members(Call& call);
// delta_users.cpp, delta_groups.cpp
Response delta_users(Call& call);
Response delta_groups(Call& call);
// groups_life.cpp
Response create_group(Call& call);
Response delete_group(Call& call);
Response list_deleted_groups(Call& call);
/// What the bin answers of a group: nullopt, where the call is about something else.
std::optional<Response> deleted_group_answer(Call& call);
std::optional<Response> restored_group_answer(Call& call);
// groups_write.cpp
Response add_member(Call& call);
Response remove_member(Call& call);
Response delete_member_object(Call& call);
Response update_group(Call& call);
/// A live user that every replica knows, as the owner of something; else 404 or 400.
UserIndex owner_of(Call& call, const std::string& id);
[[noreturn]] void already(const char* property);
/// The members and owners that a new group is given.
void bind_first_links(Call& call, ContainerIndex group, const Json& members, const Json& owners);
Response add_owner(Call& call);
Response remove_owner(Call& call);
Response add_unit_member(Call& call);
Response remove_unit_member(Call& call);
// role_handlers.cpp
Response list_role_definitions(Call& call);
Response get_role_definition(Call& call);
Response list_role_assignments(Call& call);
Response get_role_assignment(Call& call);
Response create_role_assignment(Call& call);
Response delete_role_assignment(Call& call);
Response list_directory_roles(Call& call);
Response get_directory_role(Call& call);
Response list_directory_role_members(Call& call);
// extra_handlers.cpp
Response list_sponsors(Call& call);
Response get_photo(Call& call);
Response get_photo_bytes(Call& call);
Response list_available_extensions(Call& call);
Response list_applications(Call& call);
Response get_application(Call& call);
Response list_application_owners(Call& call);
Response list_service_principal_owners(Call& call);
// schedule_handlers.cpp
Response list_schedules(Call& call);
Response create_role_eligibility_request(Call& call);
Response create_role_assignment_request(Call& call);
// owner_handlers.cpp
Response add_application_owner(Call& call);
Response remove_application_owner(Call& call);
Response add_service_principal_owner(Call& call);
Response remove_service_principal_owner(Call& call);
Response add_sponsor(Call& call);
Response remove_sponsor(Call& call);
// method_handlers.cpp
Response list_methods(Call& call);
Response get_method(Call& call);
Response list_typed_methods(Call& call);
Response get_typed_method(Call& call);
Response create_method(Call& call);
Response update_method(Call& call);
Response delete_method(Call& call);
Response switch_sms_sign_in(Call& call);
// license_handlers.cpp
Response assign_license(Call& call);
Response list_license_details(Call& call);
Response list_skus(Call& call);
Response get_sku(Call& call);
// app_role_handlers.cpp
Response list_app_roles(Call& call);
Response create_app_role(Call& call);
Response delete_app_role(Call& call);
Response list_service_principals(Call& call);
Response get_service_principal(Call& call);
Response list_assigned_to(Call& call);
// tenant_info.cpp
Response list_organization(Call& call);
Response get_organization(Call& call);
Response list_domains(Call& call);
Response get_domain(Call& call);
Response list_audits(Call& call);
Response get_audit(Call& call);
Response get_pass_policy(Call& call);
Response list_registration_details(Call& call);
// directory_objects.cpp
Response get_directory_object(Call& call);
Response delete_directory_object(Call& call);
Response get_by_ids(Call& call);

}  // namespace graphsim
