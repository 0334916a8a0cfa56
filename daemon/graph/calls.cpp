#include "graph/calls.h"

#include <stdexcept>

#include "base/text.h"

namespace entrad::graph::calls {
namespace {

using nlohmann::json;

constexpr std::size_t kMostLinks = 20;
constexpr std::string_view kPageSize = "$top=999";

Request get(std::string path) {
  Request request;
  request.path = std::move(path);
  return request;
}

Request write(std::string method, std::string path, json body = nullptr) {
  return {std::move(method), std::move(path), std::move(body), false};
}

// `select` is a list of property names, which need no encoding but in extension names.
std::string selecting(const std::string& select) {
  return select.empty() ? "" : "$select=" + select;
}

std::string with_query(std::string path, const std::string& query) {
  return query.empty() ? path : path + "?" + query;
}

std::string page_query(const std::string& select) {
  const std::string properties = selecting(select);
  return properties.empty() ? std::string(kPageSize) : properties + "&" + std::string(kPageSize);
}

std::string user_path(const Guid& user) { return "/users/" + user.str(); }

std::string filter_equals(const std::string& property, const std::string& value) {
  return "$filter=" + property + "%20eq%20" + base::url_encode(base::odata_literal(value));
}

json reference(const Session& session, const Guid& object) {
  return {{"@odata.id", session.url_of("/directoryObjects/" + object.str())}};
}

// What Graph gives with a stored method but does not take back.
json writable(json method) {
  for (const char* name :
       {"id", "@odata.type", "@odata.context", "createdDateTime", "smsSignInState"})
    method.erase(name);
  return method;
}

// Phone and email methods have the same ids in every tenant (Graph's reference, the pages
// "phoneAuthenticationMethod" and "emailAuthenticationMethod").
constexpr std::string_view kEmailId = "3ddfcfc8-9383-446f-83cc-3ab9be4be18f";

std::string phone_id(const json& method) {
  const std::string type = method.value("phoneType", "");
  if (type == "mobile") return "3179e48a-750b-4051-897c-87b9720928f7";
  if (type == "alternateMobile") return "b6332ec1-7057-4abe-9331-3d72feddfe41";
  if (type == "office") return "e37fc753-ff3b-4958-9484-eaa9425c82bc";
  throw std::logic_error("a phone method without a phone type");
}

}  // namespace

Request directory_size() { return get("/organization?$select=id,directorySizeQuota"); }

Request organization() { return get("/organization?$select=id,displayName,verifiedDomains"); }

Request domains() { return get("/domains"); }

Request subscribed_skus() { return get("/subscribedSkus"); }

Request temporary_access_pass_policy() {
  return get(
      "/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/"
      "temporaryAccessPass");
}

Request count_users() {
  Request request = get("/users/$count");
  request.eventual = true;
  return request;
}

Request count_synced_users() {
  Request request = get("/users/$count?$filter=onPremisesSyncEnabled%20eq%20true");
  request.eventual = true;
  return request;
}

Request count_groups() {
  Request request = get("/groups/$count");
  request.eventual = true;
  return request;
}

Request first_of(const std::string& collection, const std::string& select) {
  return get(collection + "?" + selecting(select) + "&$top=1");
}

Request list_users(const std::string& select) {
  return get(with_query("/users", page_query(select)));
}

Request list_deleted_users(const std::string& select) {
  return get(with_query("/directory/deletedItems/microsoft.graph.user", page_query(select)));
}

Request list_groups(const std::string& select) {
  return get(with_query("/groups", page_query(select)));
}

Request list_group_members(const Guid& group) {
  return get(with_query("/groups/" + group.str() + "/members", page_query("id")));
}

Request list_administrative_units(const std::string& select) {
  return get(with_query("/directory/administrativeUnits", page_query(select)));
}

Request list_administrative_unit_members(const Guid& unit) {
  return get(
      with_query("/directory/administrativeUnits/" + unit.str() + "/members", page_query("id")));
}

Request list_role_definitions() { return get("/roleManagement/directory/roleDefinitions"); }

Request list_role_assignments() { return get("/roleManagement/directory/roleAssignments"); }

Request list_role_assignments_of(const Guid& principal) {
  return get(with_query("/roleManagement/directory/roleAssignments",
                        filter_equals("principalId", principal.str())));
}

Request first_role_eligibility() {
  return get("/roleManagement/directory/roleEligibilitySchedules?$top=1");
}

Request list_role_eligibility_schedules() {
  return get("/roleManagement/directory/roleEligibilitySchedules");
}

Request list_role_assignment_schedules() {
  return get("/roleManagement/directory/roleAssignmentSchedules");
}

Request list_role_assignable_groups() {
  return get("/groups?$filter=isAssignableToRole%20eq%20true&" + page_query("id"));
}

Request list_managers() { return list_users_with_managers("id"); }

Request list_users_with_managers(const std::string& select) {
  return get("/users?" + selecting(select) + "&$expand=manager($select=id)&" +
             std::string(kPageSize));
}

Request list_registration_details() {
  return get("/reports/authenticationMethods/userRegistrationDetails");
}

Request list_direct_reports(const Guid& manager) {
  return get(with_query(user_path(manager) + "/directReports", page_query("id")));
}

Request get_user_with_manager(const Guid& id, const std::string& select) {
  return get(user_path(id) + "?" + selecting(select) + "&$expand=manager($select=id)");
}

Request list_sponsors() {
  return get("/users?$select=id&$expand=sponsors($select=id)&" + std::string(kPageSize));
}

Request list_sponsors_of(const Guid& user) { return get(user_path(user) + "/sponsors?$select=id"); }

Request list_owners(const std::string& collection, const std::string& select) {
  return get(collection + "?" + selecting(select) + "&$expand=owners($select=id)&" +
             std::string(kPageSize));
}

Request list_owners_of(const std::string& collection, const Guid& object) {
  return get(with_query(collection + "/" + object.str() + "/owners", page_query("id")));
}

Request list_service_principals(const std::string& select) {
  return get(with_query("/servicePrincipals", page_query(select)));
}

Request list_applications(const std::string& select) {
  return get(with_query("/applications", page_query(select)));
}

Request list_app_role_assigned_to(const Guid& service_principal) {
  return get(with_query("/servicePrincipals/" + service_principal.str() + "/appRoleAssignedTo",
                        std::string(kPageSize)));
}

Request list_app_roles_of(const Guid& user) {
  return get(with_query(user_path(user) + "/appRoleAssignments", std::string(kPageSize)));
}

Request available_extension_properties() {
  return write("POST", "/directoryObjects/getAvailableExtensionProperties", json::object());
}

Request list_directory_audits(const std::string& from, const std::string& to) {
  std::string filter = "$filter=activityDateTime%20ge%20" + base::url_encode(from);
  if (!to.empty()) filter += "%20and%20activityDateTime%20le%20" + base::url_encode(to);
  return get(with_query("/auditLogs/directoryAudits",
                        filter + "&$orderby=activityDateTime&" + std::string(kPageSize)));
}

Request get_photo(const Guid& user) { return get(user_path(user) + "/photo"); }

Request get_photo_bytes(const Guid& user) { return get(user_path(user) + "/photo/$value"); }

Request count_deleted_users() {
  Request request = get("/directory/deletedItems/microsoft.graph.user/$count");
  request.eventual = true;
  return request;
}

Request users_delta(const std::string& select) {
  return get(with_query("/users/delta", selecting(select)));
}

Request groups_delta(const std::string& select) {
  return get(with_query("/groups/delta", selecting(select)));
}

Request get_user(const Guid& id, const std::string& select) {
  return get(with_query(user_path(id), selecting(select)));
}

Request get_user_by_name(const std::string& user_principal_name, const std::string& select) {
  return get(with_query("/users/" + base::url_encode(user_principal_name), selecting(select)));
}

Request get_deleted_user(const Guid& id, const std::string& select) {
  return get(with_query("/directory/deletedItems/" + id.str() + "/microsoft.graph.user",
                        selecting(select)));
}

Request find_users_by_name(const std::string& user_principal_name) {
  return get(with_query("/users", filter_equals("userPrincipalName", user_principal_name) + "&" +
                                      selecting("id,userPrincipalName,createdDateTime")));
}

Request get_group(const Guid& id, const std::string& select) {
  return get(with_query("/groups/" + id.str(), selecting(select)));
}

Request get_service_principal(const Guid& id, const std::string& select) {
  return get(with_query("/servicePrincipals/" + id.str(), selecting(select)));
}

Request get_application(const Guid& id, const std::string& select) {
  return get(with_query("/applications/" + id.str(), selecting(select)));
}

Request get_administrative_unit(const Guid& id, const std::string& select) {
  return get(with_query("/directory/administrativeUnits/" + id.str(), selecting(select)));
}

Request get_manager(const Guid& user) { return get(user_path(user) + "/manager?$select=id"); }

Request list_member_of(const Guid& user) {
  return get(with_query(user_path(user) + "/memberOf", page_query("id")));
}

Request list_owned_by(const Guid& user) {
  return get(with_query(user_path(user) + "/ownedObjects", page_query("id")));
}

Request list_auth_methods(const Guid& user) {
  return get(user_path(user) + "/authentication/methods");
}

Request restore_deleted(const Guid& id, const json& options) {
  const std::string path = "/directory/deletedItems/" + id.str() + "/restore";
  return options.empty() ? write("POST", path) : write("POST", path, options);
}

Request create_user(const json& body) { return write("POST", "/users", body); }

Request create_group(const json& body) { return write("POST", "/groups", body); }

Request delete_user(const Guid& id) { return write("DELETE", user_path(id)); }

Request patch_user(const Guid& id, const json& body) { return write("PATCH", user_path(id), body); }

Request set_manager(const Session& session, const Guid& user, const Guid& manager) {
  return write("PUT", user_path(user) + "/manager/$ref",
               {{"@odata.id", session.url_of(user_path(manager))}});
}

Request remove_manager(const Guid& user) {
  return write("DELETE", user_path(user) + "/manager/$ref");
}

Request add_members(const Session& session, const Guid& group, const std::vector<Guid>& users) {
  if (users.empty() || users.size() > kMostLinks)
    throw std::logic_error("a write to a group takes 1 to 20 members");
  json links = json::array();
  for (const Guid& user : users) links.push_back(session.url_of("/directoryObjects/" + user.str()));
  return write("PATCH", "/groups/" + group.str(), {{"members@odata.bind", std::move(links)}});
}

Request add_member(const Session& session, const Guid& group, const Guid& user) {
  return write("POST", "/groups/" + group.str() + "/members/$ref", reference(session, user));
}

Request remove_member(const Guid& group, const Guid& user) {
  return write("DELETE", "/groups/" + group.str() + "/members/" + user.str() + "/$ref");
}

Request add_unit_member(const Session& session, const Guid& unit, const Guid& user) {
  return write("POST", "/directory/administrativeUnits/" + unit.str() + "/members/$ref",
               reference(session, user));
}

Request add_owner(const Session& session, const std::string& collection, const Guid& object,
                  const Guid& user) {
  return write("POST", collection + "/" + object.str() + "/owners/$ref", reference(session, user));
}

Request remove_owner(const std::string& collection, const Guid& object, const Guid& user) {
  return write("DELETE", collection + "/" + object.str() + "/owners/" + user.str() + "/$ref");
}

Request add_user_sponsor(const Session& session, const Guid& user, const Guid& sponsor) {
  return write("POST", user_path(user) + "/sponsors/$ref",
               {{"@odata.id", session.url_of(user_path(sponsor))}});
}

Request add_group_sponsor(const Session& session, const Guid& user, const Guid& group) {
  return write("POST", user_path(user) + "/sponsors/$ref",
               {{"@odata.id", session.url_of("/groups/" + group.str())}});
}

Request remove_sponsor(const Guid& user, const Guid& sponsor) {
  return write("DELETE", user_path(user) + "/sponsors/" + sponsor.str() + "/$ref");
}

Request create_role_assignment(const Guid& principal, const std::string& role_definition_id,
                               const std::string& directory_scope_id) {
  return write("POST", "/roleManagement/directory/roleAssignments",
               {{"principalId", principal.str()},
                {"roleDefinitionId", role_definition_id},
                {"directoryScopeId", directory_scope_id}});
}

Request remove_unit_member(const Guid& unit, const Guid& user) {
  return write("DELETE",
               "/directory/administrativeUnits/" + unit.str() + "/members/" + user.str() + "/$ref");
}

Request delete_role_assignment(const std::string& id) {
  return write("DELETE", "/roleManagement/directory/roleAssignments/" + base::url_encode(id));
}

Request request_role_schedule(const RoleScheduleRequest& wanted) {
  json body{{"principalId", wanted.principal.str()},
            {"roleDefinitionId", wanted.role_definition_id},
            {"directoryScopeId", wanted.directory_scope_id},
            {"justification", wanted.justification}};
  if (wanted.action == ScheduleAction::remove) {
    body["action"] = "adminRemove";
  } else {
    body["action"] = wanted.action == ScheduleAction::assign ? "adminAssign" : "adminUpdate";
    json expiration{{"type", wanted.end.empty() ? "noExpiration" : "afterDateTime"}};
    if (!wanted.end.empty()) expiration["endDateTime"] = wanted.end;
    body["scheduleInfo"] = {{"startDateTime", wanted.start}, {"expiration", expiration}};
  }
  return write("POST",
               wanted.eligible ? "/roleManagement/directory/roleEligibilityScheduleRequests"
                               : "/roleManagement/directory/roleAssignmentScheduleRequests",
               std::move(body));
}

Request assign_licenses(const Guid& user, const json& to_assign,
                        const std::vector<std::string>& sku_ids_to_remove) {
  return write("POST", user_path(user) + "/assignLicense",
               {{"addLicenses", to_assign}, {"removeLicenses", sku_ids_to_remove}});
}

Request create_app_role_assignment(const Guid& user, const Guid& service_principal,
                                   const Guid& role) {
  return write("POST", "/servicePrincipals/" + service_principal.str() + "/appRoleAssignedTo",
               {{"principalId", user.str()},
                {"resourceId", service_principal.str()},
                {"appRoleId", role.str()}});
}

Request delete_app_role_assignment(const Guid& user, const std::string& id) {
  return write("DELETE", user_path(user) + "/appRoleAssignments/" + base::url_encode(id));
}

Request add_phone_method(const Guid& user, const json& method) {
  return write("POST", user_path(user) + "/authentication/phoneMethods", writable(method));
}

Request update_phone_method(const Guid& user, const json& method) {
  return write("PATCH", user_path(user) + "/authentication/phoneMethods/" + phone_id(method),
               writable(method));
}

Request add_email_method(const Guid& user, const json& method) {
  return write("POST", user_path(user) + "/authentication/emailMethods", writable(method));
}

Request update_email_method(const Guid& user, const json& method) {
  return write("PATCH", user_path(user) + "/authentication/emailMethods/" + std::string(kEmailId),
               writable(method));
}

Request revoke_sessions(const Guid& user) {
  return write("POST", user_path(user) + "/revokeSignInSessions");
}

Request issue_temporary_access_pass(const Guid& user, std::uint64_t minutes) {
  json body = json::object();
  if (minutes > 0) body["lifetimeInMinutes"] = minutes;
  return write("POST", user_path(user) + "/authentication/temporaryAccessPassMethods", body);
}

Request remove_phone_method(const Guid& user, const json& method) {
  return write("DELETE", user_path(user) + "/authentication/phoneMethods/" + phone_id(method));
}

Request remove_email_method(const Guid& user) {
  return write("DELETE", user_path(user) + "/authentication/emailMethods/" + std::string(kEmailId));
}

}  // namespace entrad::graph::calls
