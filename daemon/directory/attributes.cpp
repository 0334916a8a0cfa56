// Parts: how a row is written; the table; looking up; select lists.
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
constexpr Attribute read_only(std::string_view name, Type type = Type::text) {
  return {name, Restorable::no, false, {}, false, false, type};
}
constexpr Attribute on_its_own(std::string_view name, Type type, std::string_view permission,
                               std::string_view note) {
  Attribute row = read_only(name, type);
  row.backup = Backup::on_its_own;
  row.permission = permission;
  row.note = note;
  return row;
}
constexpr Attribute left_out(std::string_view name, Type type, std::string_view why) {
  Attribute row = read_only(name, type);
  row.backup = Backup::never;
  row.note = why;
  return row;
}
constexpr Attribute never_null(Attribute row) {
  row.clearable = false;
  return row;
}
constexpr Attribute of(Type type, Attribute row) {
  row.type = type;
  return row;
}
constexpr Attribute at_most(int characters, Attribute row) {
  row.max_length = characters;
  return row;
}
constexpr Attribute values(int most, int characters, Attribute row) {
  row.type = Type::texts;
  row.max_values = most;
  row.max_length = characters;
  return row;
}
constexpr Attribute noting(std::string_view note, Attribute row) {
  row.note = note;
  return row;
}

constexpr std::string_view kOfSharePoint =
    "kept by SharePoint: a list of users that asks for it is refused (501)";
constexpr std::string_view kOfServices =
    "derived from the licences by each service, and changes by itself";

// Sorted by name, which find_user_attribute relies on. Restorability: "Update user" and the notes
// of each property in "user resource type"; `sensitive`: "Who can perform sensitive actions" there.
// What Active Directory masters: "Microsoft Entra Connect Sync: attributes synchronized".
// showInAddressList: Microsoft says not to use it in Graph, and that Exchange owns it.
// clang-format off
constexpr std::array kUserAttributes{
    left_out("aboutMe", Type::text, kOfSharePoint),
    never_null(of(Type::boolean, sensitive("accountEnabled", true))),
    noting("null, Minor, NotAdult or Adult", plain("ageGroup")),
    noting("those that the user holds itself are in the section licenses too",
           read_only("assignedLicenses", Type::complexes)),
    left_out("assignedPlans", Type::complexes, kOfServices),
    on_its_own("authorizationInfo", Type::complex, "User.Read.All|User.ReadWrite.All|Directory.Read.All",
               "certificateUserIds: what binds the user to certificates"),
    left_out("birthday", Type::date, kOfSharePoint),
    values(1, 64, sensitive("businessPhones", true)),
    at_most(128, from_ad("city")),
    at_most(64, from_ad("companyName")),
    noting("null, Granted, Denied or NotRequired", plain("consentProvidedForMinor")),
    at_most(128, from_ad("country")),
    read_only("createdDateTime", Type::date),
    read_only("creationType"),
    on_its_own("customSecurityAttributes", Type::complex, "CustomSecAttributeAssignment.Read.All|CustomSecAttributeAssignment.ReadWrite.All",
               "values by set and attribute, each with its type"),
    left_out("deletedDateTime", Type::date, "of users in the recycle bin: section deletion"),
    at_most(64, from_ad("department")),
    left_out("deviceEnrollmentLimit", Type::number, "kept by Intune, read one user at a time"),
    never_null(at_most(256, from_ad("displayName"))),
    of(Type::date, from_ad("employeeHireDate")),
    at_most(16, from_ad("employeeId")),
    on_its_own("employeeLeaveDateTime", Type::date,
               "User-LifeCycleInfo.Read.All|User-LifeCycleInfo.ReadWrite.All|LifeCycleInfo.Read.All|"
               "LifeCycleInfo.ReadWrite.All",
               "some tenants know the permission as LifeCycleInfo.Read.All"),
    noting("costCenter and division", of(Type::complex, from_ad("employeeOrgData"))),
    from_ad("employeeType"),
    read_only("externalUserState"),
    read_only("externalUserStateChangeDateTime"),
    from_ad("faxNumber"),
    at_most(64, from_ad("givenName")),
    left_out("hireDate", Type::date, kOfSharePoint),
    read_only("id"),
    of(Type::complexes, elsewhere("identities", "Microsoft Entra admin center", false)),
    left_out("identityParentId", Type::text, "of agents' users, which are not restored"),
    read_only("imAddresses", Type::texts),
    left_out("interests", Type::texts, kOfSharePoint),
    read_only("isManagementRestricted", Type::boolean),
    read_only("isResourceAccount", Type::boolean),
    at_most(128, from_ad("jobTitle")),
    read_only("lastPasswordChangeDateTime", Type::date),
    read_only("legalAgeGroupClassification"),
    noting("those that the user holds itself are in the section licenses too",
           read_only("licenseAssignmentStates", Type::complexes)),
    noting("a change writes the primary proxyAddress anew", from_ad("mail")),
    never_null(at_most(64, from_ad("mailNickname"))),
    left_out("mailboxSettings", Type::complex, "kept by Exchange, read one mailbox at a time"),
    at_most(64, sensitive("mobilePhone", true)),
    left_out("mySite", Type::text, kOfSharePoint),
    at_most(128, from_ad("officeLocation")),
    read_only("onPremisesDistinguishedName"),
    read_only("onPremisesDomainName"),
    noting("15 texts; Graph takes them for users who were never synced",
           of(Type::complex, at_most(1024, from_ad("onPremisesExtensionAttributes")))),
    noting("without $ and _", sensitive("onPremisesImmutableId", true)),
    left_out("onPremisesLastSyncDateTime", Type::date,
             "changes with every synchronisation: each night would be a version of every synced "
             "user"),
    read_only("onPremisesProvisioningErrors", Type::complexes),
    read_only("onPremisesSamAccountName"),
    read_only("onPremisesSecurityIdentifier"),
    read_only("onPremisesSyncEnabled", Type::boolean),
    read_only("onPremisesUserPrincipalName"),
    values(250, 250, sensitive("otherMails", false)),
    noting("DisablePasswordExpiration, DisableStrongPassword, or both", plain("passwordPolicies")),
    left_out("passwordProfile", Type::complex, "Graph never shows it: a user who is created anew "
             "gets a new password"),
    left_out("pastProjects", Type::texts, kOfSharePoint),
    at_most(40, from_ad("postalCode")),
    from_ad("preferredDataLocation"),
    from_ad("preferredLanguage"),
    left_out("preferredName", Type::text, kOfSharePoint),
    left_out("print", Type::complex, "kept by Universal Print"),
    left_out("provisionedPlans", Type::complexes, kOfServices),
    of(Type::texts, elsewhere("proxyAddresses", kExchange, true)),
    left_out("responsibilities", Type::texts, kOfSharePoint),
    left_out("schools", Type::texts, kOfSharePoint),
    read_only("securityIdentifier"),
    read_only("serviceProvisioningErrors", Type::complexes),
    of(Type::boolean, elsewhere("showInAddressList", kExchange, true)),
    left_out("signInActivity", Type::complex,
             "changes with every sign-in, needs AuditLog.Read.All and Entra ID P1, and slows the "
             "sweep to ten requests a minute"),
    read_only("signInSessionsValidFromDateTime", Type::date),
    left_out("skills", Type::texts, kOfSharePoint),
    at_most(128, from_ad("state")),
    at_most(1024, from_ad("streetAddress")),
    at_most(64, from_ad("surname")),
    noting("two letters, ISO 3166; must be there before any licence", at_most(2, plain("usageLocation"))),
    never_null(noting("the domain must be verified in the tenant",
                      sensitive("userPrincipalName", true))),
    noting("Member or Guest", plain("userType")),
};
// clang-format on

constexpr bool by_name(const Attribute& a, const Attribute& b) { return a.name < b.name; }
static_assert(std::is_sorted(kUserAttributes.begin(), kUserAttributes.end(), by_name));

}  // namespace

std::string_view name(Type type) {
  constexpr std::array<std::string_view, 7> kNames{"string",
                                                   "boolean",
                                                   "dateTime",
                                                   "number",
                                                   "collection(string)",
                                                   "complex",
                                                   "collection(complex)"};
  return kNames.at(static_cast<std::size_t>(type));
}

std::span<const Attribute> user_attributes() { return kUserAttributes; }

const Attribute* find_user_attribute(std::string_view name) {
  const auto found =
      std::lower_bound(kUserAttributes.begin(), kUserAttributes.end(), name,
                       [](const Attribute& row, std::string_view key) { return row.name < key; });
  return found != kUserAttributes.end() && found->name == name ? &*found : nullptr;
}

bool is_extension(std::string_view name) {
  return name.starts_with("extension_") && name.find('@') == std::string_view::npos;
}

std::string user_select() {
  std::string list = "id";
  for (const Attribute& attribute : kUserAttributes)
    if (attribute.backup == Backup::with_all && attribute.name != "id")
      list.append(",").append(attribute.name);
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

SelectWith user_select_with(const std::vector<std::string>& extensions) {
  // Servers in between refuse longer addresses than about 8,000 characters.
  constexpr std::size_t kLongest = 7'000;
  SelectWith with{user_select()};
  for (const std::string& name : extensions) {
    const bool fits = with.select.size() + 1 + name.size() <= kLongest;
    if (fits) with.select += "," + name;
    with.left_out += fits ? 0 : 1;
  }
  return with;
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
