#include "listing.h"

#include <algorithm>

namespace graphsim {

const Shape kGroupShape{
    "microsoft.graph.group",
    "id deletedDateTime classification createdDateTime creationOptions description displayName "
    "expirationDateTime groupTypes isAssignableToRole mail mailEnabled mailNickname membershipRule "
    "membershipRuleProcessingState onPremisesDomainName onPremisesLastSyncDateTime "
    "onPremisesNetBiosName onPremisesProvisioningErrors onPremisesSamAccountName "
    "onPremisesSecurityIdentifier onPremisesSyncEnabled preferredDataLocation preferredLanguage "
    "proxyAddresses renewedDateTime resourceBehaviorOptions resourceProvisioningOptions "
    "securityEnabled securityIdentifier theme uniqueName visibility",
    "assignedLabels assignedLicenses isManagementRestricted serviceProvisioningErrors"};
const Shape kUnitShape{"microsoft.graph.administrativeUnit",
                       "id deletedDateTime displayName description visibility membershipType "
                       "membershipRule membershipRuleProcessingState isMemberManagementRestricted",
                       ""};
const Shape kDirectoryRoleShape{"microsoft.graph.directoryRole",
                                "id deletedDateTime description displayName roleTemplateId", ""};
const Shape kRoleDefinitionShape{
    "microsoft.graph.unifiedRoleDefinition",
    "id description displayName isBuiltIn isEnabled resourceScopes templateId version "
    "rolePermissions",
    ""};
const Shape kRoleAssignmentShape{"microsoft.graph.unifiedRoleAssignment",
                                 "id principalId directoryScopeId roleDefinitionId",
                                 "appScopeId condition principalOrganizationId"};
const Shape kServicePrincipalShape{
    "microsoft.graph.servicePrincipal",
    "id deletedDateTime accountEnabled appDisplayName appId displayName servicePrincipalType "
    "servicePrincipalNames appRoleAssignmentRequired appRoles tags signInAudience alternativeNames",
    "appOwnerOrganizationId"};
const Shape kAuditShape{"microsoft.graph.directoryAudit", "", ""};
const Shape kOrganizationShape{"microsoft.graph.organization", "", ""};
const Shape kDomainShape{"microsoft.graph.domain", "", ""};
const Shape kSkuShape{"microsoft.graph.subscribedSku", "", ""};
const Shape kLicenseDetailShape{"microsoft.graph.licenseDetails", "", ""};
const Shape kAppRoleAssignmentShape{"microsoft.graph.appRoleAssignment", "", ""};

namespace {

constexpr double kPageTokenLife = 4 * 3600;  // simulated seconds

bool names(std::string_view list, std::string_view wanted) {
  for (const std::string& one : split(list, ' '))
    if (same_text(one, wanted)) return true;
  return false;
}

std::string sort_key(const Json& object, const std::string& path) {
  const Json value = value_at(object, path);
  return value.is_string() ? lower(value.get<std::string>()) : value.dump();
}

std::vector<const Json*> ordered(const Call& call, std::vector<const Json*> items) {
  const std::string path = call.query.order_by();
  if (path.empty()) return items;
  std::vector<std::pair<std::string, const Json*>> keyed;
  for (const Json* item : items) keyed.emplace_back(sort_key(*item, path), item);
  const bool descending = call.query.descending();
  std::stable_sort(keyed.begin(), keyed.end(), [&](const auto& a, const auto& b) {
    return descending ? b.first < a.first : a.first < b.first;
  });
  for (std::size_t i = 0; i < items.size(); ++i) items[i] = keyed[i].second;
  return items;
}

}  // namespace

void check_select(const Call& call, const Shape& shape) {
  check_select(call, call.query.select(), shape);
}

void check_select(const Call& call, const std::vector<std::string>& select, const Shape& shape) {
  if (shape.usual.empty()) return;
  for (const std::string& name : select) {
    const bool has = name == "*" || names(shape.usual, name) || names(shape.on_demand, name);
    if (has && call.tenant.settings.knows(shape.type, name)) continue;
    if (name.starts_with("extension_")) continue;
    throw GraphError(400, "BadRequest",
                     "Parsing OData Select and Expand failed: Could not find a property named '" +
                         name + "' on type '" + std::string(shape.type) + "'.");
  }
}

Json projected(const Json& object, const std::vector<std::string>& select, const Shape& shape) {
  Json out = Json::object();
  const bool everything = select.empty() || select.front() == "*";
  for (const auto& [name, value] : object.items()) {
    const bool annotation = name.find('@') != std::string::npos;
    const bool wanted =
        everything
            ? shape.usual.empty() || names(shape.usual, name)
            : std::any_of(select.begin(), select.end(),
                          [&, &key = name](const std::string& s) { return same_text(s, key); });
    if (annotation || wanted) out[name] = value;
  }
  return out;
}

Response entity_answer(const Call& call, const std::string& set, const Json& object,
                       const Shape& shape, unsigned status) {
  check_select(call, shape);
  Json body = projected(object, call.query.select(), shape);
  body["@odata.context"] = call.context(with_select(call, set) + "/$entity");
  return json_answer(std::move(body), status);
}

std::string with_select(const Call& call, const std::string& set) {
  const auto& select = call.query.select();
  if (select.empty()) return set;
  std::string out = set + "(";
  for (std::size_t i = 0; i < select.size(); ++i) out += (i == 0 ? "" : ",") + select[i];
  return out + ")";
}

void check_page_age(const Call& call) {
  if (!call.query.page()) return;
  if (call.tenant.clock.now() - call.query.page()->issued <= kPageTokenLife) return;
  throw GraphError(400, "Directory_ExpiredPageToken",
                   "The specified page token value has expired and can no longer be included in "
                   "your request.");
}

namespace {

Response page_answer(const Call& call, const std::string& set, std::size_t count,
                     const std::function<Json(std::size_t)>& shown, PageRules rules) {
  const std::uint32_t size = call.query.page_size(rules.usual, rules.maximum);
  const std::size_t begin = call.query.page() ? call.query.page()->position : 0;
  const std::size_t end = std::min<std::size_t>(count, begin + size);
  Json body{{"@odata.context", call.context(with_select(call, set))}, {"value", Json::array()}};
  if (call.query.count() && !call.query.page()) body["@odata.count"] = count;
  for (std::size_t i = begin; i < end; ++i) body["value"].push_back(shown(i));
  if (end < count)
    body["@odata.nextLink"] =
        call.query.next_link(call.request, {end, call.query.advanced(), call.tenant.clock.now()});
  return json_answer(std::move(body));
}

}  // namespace

Response list_answer(const Call& call, const std::string& set, const std::vector<const Json*>& all,
                     const std::function<Json(const Json&)>& project, PageRules rules) {
  check_page_age(call);
  std::vector<const Json*> items;
  for (const Json* item : all)
    if (!call.query.filter() || call.query.filter()->matches(*item)) items.push_back(item);
  items = ordered(call, std::move(items));
  return page_answer(
      call, set, items.size(), [&](std::size_t i) { return project(*items[i]); }, rules);
}

Response list_answer(const Call& call, const std::string& set, std::size_t count,
                     const std::function<Json(std::size_t)>& at,
                     const std::function<Json(const Json&)>& project, PageRules rules) {
  if (!call.query.filter() && call.query.order_by().empty()) {
    check_page_age(call);
    return page_answer(
        call, set, count, [&](std::size_t i) { return project(at(i)); }, rules);
  }
  std::vector<Json> all;
  for (std::size_t i = 0; i < count; ++i) all.push_back(at(i));
  std::vector<const Json*> items;
  for (const Json& one : all) items.push_back(&one);
  return list_answer(call, set, items, project, rules);
}

Response list_answer(const Call& call, const std::string& set, const std::vector<Json>& items,
                     const Shape& shape, PageRules rules) {
  check_select(call, shape);
  std::vector<const Json*> pointers;
  for (const Json& item : items) pointers.push_back(&item);
  return list_answer(
      call, set, pointers,
      [&](const Json& item) { return projected(item, call.query.select(), shape); }, rules);
}

Response count_answer(const Call& call, std::size_t count) {
  if (!call.query.eventual())
    throw GraphError(400, "Request_BadRequest", "$count is not currently supported.");
  Response out;
  out.text = std::to_string(count);
  out.headers["Content-Type"] = "text/plain";
  return out;
}

}  // namespace graphsim
