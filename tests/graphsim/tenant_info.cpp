// What describes the tenant as a whole: organization, domains, audit log, registration report.
#include <algorithm>

#include "handlers.h"
#include "listing.h"
#include "objects.h"

namespace graphsim {
namespace {

Json domain_json(const std::string& name, bool initial, bool federated) {
  return {{"id", name},
          {"authenticationType", federated ? "Federated" : "Managed"},
          {"availabilityStatus", nullptr},
          {"isAdminManaged", true},
          {"isDefault", !initial},
          {"isInitial", initial},
          {"isRoot", true},
          {"isVerified", true},
          {"supportedServices", Json::array({"Email", "OfficeCommunicationsOnline"})},
          {"passwordValidityPeriodInDays", 2147483647},
          {"passwordNotificationWindowInDays", 14},
          {"state", nullptr}};
}

std::vector<Json> domains(const Tenant& t) {
  return {domain_json(t.origins.initial_domain, true, false),
          domain_json(t.origins.custom_domain, false, t.settings.federated)};
}

Json verified(const std::string& name, bool initial, bool federated) {
  return {{"capabilities", "Email, OfficeCommunicationsOnline"},
          {"isDefault", !initial},
          {"isInitial", initial},
          {"name", name},
          {"type", federated ? "Federated" : "Managed"}};
}

Json organization_json(const Tenant& t) {
  return {{"id", t.id()},
          {"deletedDateTime", nullptr},
          {"displayName", t.options.name},
          {"countryLetterCode", "CZ"},
          {"createdDateTime", "2018-01-01T00:00:00Z"},
          {"businessPhones", Json::array()},
          {"city", nullptr},
          {"country", nullptr},
          {"onPremisesSyncEnabled", true},
          {"preferredLanguage", "en"},
          {"tenantType", "AAD"},
          {"technicalNotificationMails", Json::array({"it@" + t.origins.custom_domain})},
          {"marketingNotificationEmails", Json::array()},
          {"securityComplianceNotificationMails", Json::array()},
          {"securityComplianceNotificationPhones", Json::array()},
          {"provisionedPlans", Json::array()},
          {"assignedPlans", Json::array()},
          {"directorySizeQuota", {{"used", t.objects()}, {"total", t.settings.most_objects}}},
          {"verifiedDomains",
           Json::array({verified(t.origins.initial_domain, true, false),
                        verified(t.origins.custom_domain, false, t.settings.federated)})}};
}

void require_premium(const Call& call) {
  if (!call.tenant.settings.premium)
    throw GraphError(403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant",
                     "Neither tenant is B2C or tenant doesn't have premium license");
}

// Microsoft's page "List directoryAudits"; a path begins with the first of its names.
constexpr std::string_view kAuditFilters[] = {"activityDateTime", "activityDisplayName",
                                              "correlationId",    "initiatedBy",
                                              "loggedByService",  "targetResources"};

Json registration(const Tenant& t, UserIndex user, const Methods::Version& known) {
  Json methods = Json::array();
  for (const Json& m : known.methods) {
    const std::string_view collection = method_type_of(m).collection;
    if (collection == "phoneMethods")
      methods.push_back(m["phoneType"] == "mobile" ? "mobilePhone" : "alternateMobilePhone");
    else if (collection == "emailMethods")
      methods.push_back("email");
    else if (collection == "microsoftAuthenticatorMethods")
      methods.push_back("microsoftAuthenticatorPush");
    else if (collection == "softwareOathMethods")
      methods.push_back("softwareOneTimePasscode");
    else if (collection == "windowsHelloForBusinessMethods")
      methods.push_back("windowsHelloForBusiness");
    else if (collection == "fido2Methods")
      methods.push_back("passKeyDeviceBound");
  }
  const bool registered = !methods.empty();
  return {{"id", t.users.id(user)},
          {"userPrincipalName", t.users.text(user, "userPrincipalName")},
          {"userDisplayName", t.users.text(user, "displayName")},
          {"userType", t.users.text(user, "userType") == "Guest" ? "guest" : "member"},
          {"isAdmin", t.is_admin(user)},
          {"isSsprRegistered", registered},
          {"isSsprEnabled", true},
          {"isSsprCapable", registered},
          {"isMfaRegistered", registered},
          {"isMfaCapable", registered},
          {"isPasswordlessCapable", false},
          {"methodsRegistered", methods},
          {"isSystemPreferredAuthenticationMethodEnabled", true},
          {"systemPreferredAuthenticationMethods", Json::array()},
          {"userPreferredMethodForSecondaryAuthentication", "none"},
          {"lastUpdatedDateTime", known.written}};
}

}  // namespace

Response list_organization(Call& call) {
  return list_answer(call, "organization", {organization_json(call.tenant)}, kOrganizationShape);
}

Response get_organization(Call& call) {
  if (!same_text(call.args.at(0), call.tenant.id())) not_found(call.args.at(0));
  return entity_answer(call, "organization", organization_json(call.tenant), kOrganizationShape);
}

Response list_domains(Call& call) {
  return list_answer(call, "domains", domains(call.tenant), kDomainShape);
}

Response get_domain(Call& call) {
  for (const Json& d : domains(call.tenant))
    if (same_text(d["id"].get<std::string>(), call.args.at(0)))
      return entity_answer(call, "domains", d, kDomainShape);
  not_found(call.args.at(0));
}

Response list_audits(Call& call) {
  require_premium(call);
  if (call.query.filter())
    for (const std::string& name : call.query.filter()->properties())
      if (std::find(std::begin(kAuditFilters), std::end(kAuditFilters), name) ==
          std::end(kAuditFilters))
        bad_request("Property '" + name + "' cannot be used in a filter here.");
  std::vector<Json> out;
  const auto& rows = call.tenant.audit.rows();
  for (auto it = rows.rbegin(); it != rows.rend(); ++it)
    out.push_back(call.tenant.audit.render(*it));  // newest first
  return list_answer(call, "auditLogs/directoryAudits", out, kAuditShape, {1000, 1000});
}

Response get_audit(Call& call) {
  require_premium(call);
  for (const AuditRow& row : call.tenant.audit.rows()) {
    const Json json = call.tenant.audit.render(row);
    if (json["id"] == call.args.at(0))
      return entity_answer(call, "auditLogs/directoryAudits", json, kAuditShape);
  }
  not_found(call.args.at(0));
}

Response get_pass_policy(Call& call) {
  if (!call.tenant.settings.has_method_policies)
    throw GraphError(400, "BadRequest",
                     "Resource not found for the segment 'authenticationMethodsPolicy'.");
  Json policy = pass_policy_json(call.tenant.settings.passes);
  policy["@odata.context"] = call.context("authenticationMethodConfigurations/$entity");
  return json_answer(std::move(policy));
}

// Lists only users who registered something, and as it was some time ago, as the real report does.
Response list_registration_details(Call& call) {
  require_premium(call);
  check_page_age(call);
  if (call.query.filter() || call.query.has("$orderby"))
    unsupported_query("The report is paged through as a whole here.");
  const Tenant& t = call.tenant;
  const double until = t.clock.now() - t.settings.report_lag;
  const std::uint32_t size = call.query.page_size(1000, 1000);
  const std::uint64_t position = call.query.page() ? call.query.page()->position : 0;
  Json body{{"@odata.context", call.context("userRegistrationDetails")}, {"value", Json::array()}};
  for (auto user = static_cast<UserIndex>(position); user < t.users.size(); ++user) {
    if (t.users.life(user) != Life::kLive) continue;
    const auto known = t.methods.as_of(user, until);
    if (known.methods.size() < 2) continue;
    if (body["value"].size() == size) {
      body["@odata.nextLink"] =
          call.query.next_link(call.request, {user, call.query.advanced(), t.clock.now()});
      break;
    }
    body["value"].push_back(registration(t, user, known));
  }
  return json_answer(std::move(body));
}

}  // namespace graphsim
