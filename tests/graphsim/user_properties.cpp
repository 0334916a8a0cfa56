#include "user_properties.h"

#include <array>
#include <string>
#include <unordered_map>

#include "encoding.h"

namespace graphsim {
namespace {

using enum Kind;
using enum Origin;

constexpr UserProperty text(std::string_view name, std::uint16_t limit, bool in_default = false) {
  return {name, kText, in_default, false, limit, true, kDirectory};
}
constexpr UserProperty fixed(std::string_view name, Kind kind, bool filterable = false) {
  return {name, kind, false, true, 0, filterable, kDirectory};
}
constexpr UserProperty writable(std::string_view name, Kind kind, bool in_default = false,
                                bool filterable = true) {
  return {name, kind, in_default, false, 0, filterable, kDirectory};
}
constexpr UserProperty elsewhere(std::string_view name, Kind kind) {
  return {name, kind, false, false, 0, false, kSharePoint};
}
constexpr UserProperty guarded(std::string_view name, Kind kind) {
  return {name, kind, false, false, 0, false, kGuarded};
}

constexpr std::array<UserProperty, kUserPropertyCount> kProperties{{
    {"id", kText, true, true, 0, true, kDirectory},
    fixed("deletedDateTime", kDate),
    writable("accountEnabled", kBool),
    text("ageGroup", 0),
    fixed("assignedLicenses", kObjects, true),
    fixed("assignedPlans", kObjects),
    fixed("authorizationInfo", kObject),
    writable("businessPhones", kTexts, true),
    text("city", 128),
    text("companyName", 64),
    text("consentProvidedForMinor", 0),
    text("country", 128),
    fixed("createdDateTime", kDate, true),
    fixed("creationType", kText, true),
    text("department", 64),
    fixed("deviceEnrollmentLimit", kNumber),
    text("displayName", 256, true),
    writable("employeeHireDate", kDate),
    text("employeeId", 16),
    writable("employeeLeaveDateTime", kDate),
    writable("employeeOrgData", kObject),
    text("employeeType", 0),
    fixed("externalUserState", kText, true),
    fixed("externalUserStateChangeDateTime", kText, true),
    text("faxNumber", 64),
    text("givenName", 64, true),
    writable("identities", kObjects),
    fixed("identityParentId", kText),
    fixed("imAddresses", kTexts, true),
    fixed("isManagementRestricted", kBool),
    fixed("isResourceAccount", kBool),
    text("jobTitle", 128, true),
    fixed("lastPasswordChangeDateTime", kDate),
    fixed("legalAgeGroupClassification", kText),
    fixed("licenseAssignmentStates", kObjects),
    text("mail", 0, true),
    text("mailNickname", 64),
    text("mobilePhone", 64, true),
    text("officeLocation", 128, true),
    fixed("onPremisesDistinguishedName", kText),
    fixed("onPremisesDomainName", kText),
    writable("onPremisesExtensionAttributes", kObject),
    text("onPremisesImmutableId", 256),
    fixed("onPremisesLastSyncDateTime", kDate, true),
    fixed("onPremisesProvisioningErrors", kObjects),
    fixed("onPremisesSamAccountName", kText, true),
    fixed("onPremisesSecurityIdentifier", kText, true),
    fixed("onPremisesSyncEnabled", kBool, true),
    fixed("onPremisesUserPrincipalName", kText),
    writable("otherMails", kTexts),
    text("passwordPolicies", 0),
    writable("passwordProfile", kObject, false, false),
    text("postalCode", 40),
    text("preferredDataLocation", 0),
    text("preferredLanguage", 0, true),
    fixed("provisionedPlans", kObjects),
    fixed("proxyAddresses", kTexts, true),
    fixed("securityIdentifier", kText, true),
    fixed("serviceProvisioningErrors", kObjects),
    writable("showInAddressList", kBool),
    fixed("signInSessionsValidFromDateTime", kDate),
    text("state", 128),
    text("streetAddress", 1024),
    text("surname", 64, true),
    text("usageLocation", 2),
    text("userPrincipalName", 113, true),
    text("userType", 0),
    guarded("customSecurityAttributes", kObject),
    guarded("signInActivity", kObject),
    elsewhere("aboutMe", kText),
    elsewhere("birthday", kDate),
    elsewhere("hireDate", kDate),
    elsewhere("interests", kTexts),
    elsewhere("mySite", kText),
    elsewhere("preferredName", kText),
    elsewhere("skills", kTexts),
}};

PropertyMask mask_where(bool (*wanted)(const UserProperty&)) {
  PropertyMask mask;
  for (std::size_t i = 0; i < kProperties.size(); ++i) mask.set(i, wanted(kProperties[i]));
  return mask;
}

}  // namespace

std::span<const UserProperty, kUserPropertyCount> user_properties() { return kProperties; }

std::optional<std::size_t> user_property_index(std::string_view name) {
  static const auto* const kByName = [] {
    auto* map = new std::unordered_map<std::string, std::size_t>;
    for (std::size_t i = 0; i < kProperties.size(); ++i)
      map->emplace(lower(kProperties[i].name), i);
    return map;
  }();
  const auto it = kByName->find(lower(name));
  if (it == kByName->end()) return std::nullopt;
  return it->second;
}

const PropertyMask& default_user_properties() {
  static const PropertyMask kMask =
      mask_where([](const UserProperty& p) { return p.in_default_set; });
  return kMask;
}

const PropertyMask& directory_user_properties() {
  static const PropertyMask kMask =
      mask_where([](const UserProperty& p) { return p.origin == Origin::kDirectory; });
  return kMask;
}

}  // namespace graphsim
