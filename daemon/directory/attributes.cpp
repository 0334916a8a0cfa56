#include "directory/attributes.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace entrad::directory {
namespace {

constexpr std::string_view kExchange = "Exchange Online";

constexpr Attribute plain(std::string_view name) {
  return {name, Restorable::yes, true, {}, false, true};
}
constexpr Attribute from_ad(std::string_view name) {
  return {name, Restorable::yes, true, {}, true, true};
}
constexpr Attribute sensitive(std::string_view name, bool mastered_on_premises) {
  return {name, Restorable::sensitive, true, {}, mastered_on_premises, true};
}
constexpr Attribute elsewhere(std::string_view name, std::string_view tool, bool on_premises) {
  return {name, Restorable::elsewhere, true, tool, on_premises, true};
}
// Kept for people to see; nobody can bring it back, so that it is never a difference.
constexpr Attribute read_only(std::string_view name) {
  return {name, Restorable::no, false, {}, false, false};
}
constexpr Attribute never_null(Attribute attribute) {
  attribute.clearable = false;
  return attribute;
}

// Sorted by name, which find_user_attribute relies on. Restorability: "Update user" and the notes
// of each property in "user resource type"; `sensitive`: "Who can perform sensitive actions" there.
// What Active Directory masters: "Microsoft Entra Connect Sync: attributes synchronized".
// showInAddressList: Microsoft says not to use it in Graph, and that Exchange owns it.
constexpr std::array kUserAttributes{
    never_null(sensitive("accountEnabled", true)),
    plain("ageGroup"),
    read_only("assignedLicenses"),
    sensitive("businessPhones", true),
    from_ad("city"),
    from_ad("companyName"),
    plain("consentProvidedForMinor"),
    from_ad("country"),
    read_only("createdDateTime"),
    read_only("creationType"),
    from_ad("department"),
    never_null(from_ad("displayName")),
    from_ad("employeeHireDate"),
    from_ad("employeeId"),
    from_ad("employeeOrgData"),
    from_ad("employeeType"),
    read_only("externalUserState"),
    read_only("externalUserStateChangeDateTime"),
    from_ad("faxNumber"),
    from_ad("givenName"),
    read_only("id"),
    elsewhere("identities", "Microsoft Entra admin center", false),
    read_only("imAddresses"),
    read_only("isManagementRestricted"),
    read_only("isResourceAccount"),
    from_ad("jobTitle"),
    read_only("lastPasswordChangeDateTime"),
    read_only("legalAgeGroupClassification"),
    read_only("licenseAssignmentStates"),
    from_ad("mail"),
    never_null(from_ad("mailNickname")),
    sensitive("mobilePhone", true),
    from_ad("officeLocation"),
    read_only("onPremisesDistinguishedName"),
    read_only("onPremisesDomainName"),
    from_ad("onPremisesExtensionAttributes"),
    sensitive("onPremisesImmutableId", true),
    read_only("onPremisesLastSyncDateTime"),
    read_only("onPremisesProvisioningErrors"),
    read_only("onPremisesSamAccountName"),
    read_only("onPremisesSecurityIdentifier"),
    read_only("onPremisesSyncEnabled"),
    read_only("onPremisesUserPrincipalName"),
    sensitive("otherMails", false),
    plain("passwordPolicies"),
    from_ad("postalCode"),
    from_ad("preferredDataLocation"),
    from_ad("preferredLanguage"),
    elsewhere("proxyAddresses", kExchange, true),
    read_only("securityIdentifier"),
    read_only("serviceProvisioningErrors"),
    elsewhere("showInAddressList", kExchange, true),
    read_only("signInSessionsValidFromDateTime"),
    from_ad("state"),
    from_ad("streetAddress"),
    from_ad("surname"),
    plain("usageLocation"),
    never_null(sensitive("userPrincipalName", true)),
    plain("userType"),
};

constexpr bool by_name(const Attribute& a, const Attribute& b) { return a.name < b.name; }
static_assert(std::is_sorted(kUserAttributes.begin(), kUserAttributes.end(), by_name));

}  // namespace

std::span<const Attribute> user_attributes() { return kUserAttributes; }

const Attribute* find_user_attribute(std::string_view name) {
  const auto found =
      std::lower_bound(kUserAttributes.begin(), kUserAttributes.end(), name,
                       [](const Attribute& row, std::string_view key) { return row.name < key; });
  return found != kUserAttributes.end() && found->name == name ? &*found : nullptr;
}

std::string user_select() {
  std::string list = "id";
  for (const Attribute& attribute : kUserAttributes)
    if (attribute.name != "id") list.append(",").append(attribute.name);
  return list;
}

// What tells a group's kind ("group resource type", "Group types") and what people know it by.
std::string group_select() {
  return "id,classification,createdDateTime,description,displayName,groupTypes,isAssignableToRole,"
         "isManagementRestricted,mail,mailEnabled,mailNickname,membershipRule,"
         "membershipRuleProcessingState,onPremisesSecurityIdentifier,onPremisesSyncEnabled,"
         "proxyAddresses,securityEnabled,uniqueName,visibility";
}

std::string administrative_unit_select() {
  return "id,description,displayName,isMemberManagementRestricted,membershipRule,"
         "membershipRuleProcessingState,membershipType,visibility";
}

std::string select_without(const std::string& select, const std::vector<std::string>& properties) {
  std::string out;
  for (const std::string& name : base::split(select, ',')) {
    const bool left_out =
        name != "id" && std::find(properties.begin(), properties.end(), name) != properties.end();
    if (!left_out) out.append(out.empty() ? "" : ",").append(name);
  }
  return out;
}

}  // namespace entrad::directory
