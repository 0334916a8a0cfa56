// Parts: drawing a person; addresses; one small function a property; the table that joins them.
#include "person.h"

#include <array>
#include <charconv>

#include "encoding.h"
#include "licenses.h"
#include "random.h"

namespace graphsim {
namespace {

using Json = nlohmann::json;

enum Purpose : std::uint64_t {
  kScript = 100,
  kFirst,
  kLast,
  kPlace,
  kDepartment,
  kGuest,
  kSynced,
  kEnabled,
  kDomain,
  kCreated,
  kPhone,
  kTitle,
  kOffice,
  kHire,
  kEmployee,
  kMails,
  kPassword,
  kSid,
  kExtension,
  kFax,
  kCompany,
  kAge,
  kPolicy,
  kBits
};

bool chance(const Person& p, std::uint64_t purpose, unsigned percent) {
  return p.roll(purpose) % 100 < percent;
}

Json maybe(bool present, std::string_view value) {
  return present ? Json(std::string(value)) : Json(nullptr);
}

std::string digits(std::uint64_t bits, int count) {
  std::string out;
  for (int i = 0; i < count; ++i, bits /= 10) out += static_cast<char>('0' + bits % 10);
  return out;
}

std::string phone(const Person& p, std::uint64_t purpose) {
  return "+" + std::string(p.place->dial_code) + " 555" + digits(p.roll(purpose), 7);
}

std::string net_domain(const Person& p) { return "corp." + p.origins.custom_domain; }
std::string sid(const Person& p, std::string_view prefix) {
  return std::string(prefix) + std::to_string(p.roll(kSid) % 4000000000ULL) + "-" +
         std::to_string(p.roll(kSid + 50) % 4000000000ULL) + "-" + std::to_string(1000 + p.index);
}

Json identities(const Person& p) {
  Json out = Json::array();
  if (p.guest) {
    out.push_back({{"signInType", "federated"},
                   {"issuer", "ExternalAzureAD"},
                   {"issuerAssignedId", nullptr}});
  }
  out.push_back({{"signInType", "userPrincipalName"},
                 {"issuer", p.origins.initial_domain},
                 {"issuerAssignedId", p.user_principal_name}});
  return out;
}

Json proxies(const Person& p) {
  if (p.guest) return Json::array({"SMTP:" + p.mail()});
  Json out = Json::array({"SMTP:" + p.mail()});
  out.push_back("smtp:" + p.local + "@" +
                (p.mail().ends_with(p.origins.custom_domain) ? p.origins.initial_domain
                                                             : p.origins.custom_domain));
  if (chance(p, kMails, 20))
    out.push_back("smtp:" + std::string(p.first->ascii) + std::to_string(p.index) + "@" +
                  p.origins.custom_domain);
  return out;
}

Json other_mails(const Person& p) {
  Json out = Json::array();
  if (p.guest || chance(p, kMails + 50, 30))
    out.push_back(std::string(p.first->ascii) + "." + std::to_string(p.index) + "@mail.example");
  if (chance(p, kMails + 51, 5)) out.push_back("home+" + std::to_string(p.index) + "@mail.example");
  return out;
}

Json extension_attributes(const Person& p) {
  Json out = Json::object();
  for (int i = 1; i <= 15; ++i) out["extensionAttribute" + std::to_string(i)] = nullptr;
  if (chance(p, kExtension, 25)) out["extensionAttribute1"] = "CC-" + digits(p.roll(kExtension), 4);
  if (chance(p, kExtension + 50, 10)) out["extensionAttribute7"] = "site=České Budějovice;floor=3";
  return out;
}

Json org_data(const Person& p) {
  if (!chance(p, kEmployee + 50, 60)) return nullptr;
  return {{"costCenter", digits(p.roll(kEmployee + 50), 5)},
          {"division", "Division " + std::string(p.department)}};
}

Json policies(const Person& p) {
  if (p.synced) return "DisablePasswordExpiration";
  return maybe(chance(p, kPolicy, 10), "DisablePasswordExpiration, DisableStrongPassword");
}

Json immutable_id(const Person& p) {
  return p.synced ? Json(base64(derived_guid(p.origins.seed, p.index, kSid).digits().substr(0, 16)))
                  : Json(nullptr);
}

Json distinguished_name(const Person& p) {
  if (!p.synced) return nullptr;
  return "CN=" + p.display_name() + ",OU=" + std::string(p.department) +
         ",OU=People,DC=corp,DC=" + p.origins.name + ",DC=example";
}

Json plans(const Person& p) { return assigned_plans(generated_licenses(p)); }

using Maker = Json (*)(const Person&);
struct Row {
  std::string_view name;
  Maker make;
};

constexpr auto kNull = [](const Person&) -> Json { return nullptr; };
constexpr auto kEmpty = [](const Person&) -> Json { return Json::array(); };

constexpr Row kRows[] = {
    {"id", [](const Person& p) -> Json { return p.object_id(); }},
    {"accountEnabled", [](const Person& p) -> Json { return p.enabled; }},
    {"ageGroup", [](const Person& p) { return maybe(chance(p, kAge, 4), "Adult"); }},
    {"assignedLicenses", [](const Person& p) { return assigned_licenses(generated_licenses(p)); }},
    {"assignedPlans", plans},
    {"businessPhones",
     [](const Person& p) -> Json {
       return chance(p, kPhone, 70) ? Json::array({phone(p, kPhone)}) : Json::array();
     }},
    {"city", [](const Person& p) { return maybe(!p.guest, p.place->city); }},
    {"companyName",
     [](const Person& p) {
       return maybe(chance(p, kCompany, 80), p.guest ? "Partner, s.r.o." : "Aurora & Sons");
     }},
    {"country", [](const Person& p) { return maybe(!p.guest, p.place->country); }},
    {"createdDateTime", [](const Person& p) -> Json { return past_moment(p.roll(kCreated)); }},
    {"creationType", [](const Person& p) { return maybe(p.guest, "Invitation"); }},
    {"department", [](const Person& p) { return maybe(!p.guest, p.department); }},
    {"deviceEnrollmentLimit", [](const Person&) -> Json { return 5; }},
    {"displayName", [](const Person& p) -> Json { return p.display_name(); }},
    {"employeeHireDate",
     [](const Person& p) -> Json {
       return chance(p, kHire, 70) ? Json(past_moment(p.roll(kHire)).substr(0, 10) + "T00:00:00Z")
                                   : Json(nullptr);
     }},
    {"employeeId",
     [](const Person& p) {
       return maybe(chance(p, kEmployee, 85), "E" + std::to_string(100000 + p.index));
     }},
    {"employeeOrgData", org_data},
    {"employeeType",
     [](const Person& p) {
       return maybe(!p.guest, chance(p, kEmployee + 51, 80) ? "Employee" : "Contractor");
     }},
    {"externalUserState", [](const Person& p) { return maybe(p.guest, "Accepted"); }},
    {"externalUserStateChangeDateTime",
     [](const Person& p) { return maybe(p.guest, past_moment(p.roll(kCreated))); }},
    {"faxNumber", [](const Person& p) { return maybe(chance(p, kFax, 8), phone(p, kFax)); }},
    {"givenName", [](const Person& p) -> Json { return std::string(p.first->native); }},
    {"identities", identities},
    {"imAddresses",
     [](const Person& p) -> Json {
       return p.guest ? Json::array() : Json::array({p.user_principal_name});
     }},
    {"jobTitle",
     [](const Person& p) {
       return maybe(!p.guest, job_titles()[p.roll(kTitle) % job_titles().size()]);
     }},
    {"lastPasswordChangeDateTime",
     [](const Person& p) -> Json { return past_moment(p.roll(kPassword)); }},
    {"licenseAssignmentStates",
     [](const Person& p) {
       return license_states(generated_licenses(p), past_moment(p.roll(kHire)));
     }},
    {"mail", [](const Person& p) -> Json { return p.mail(); }},
    {"mailNickname",
     [](const Person& p) -> Json {
       return p.guest ? p.user_principal_name.substr(0, p.user_principal_name.find('@')) : p.local;
     }},
    {"mobilePhone",
     [](const Person& p) { return maybe(chance(p, kPhone + 50, 55), phone(p, kPhone + 50)); }},
    {"officeLocation",
     [](const Person& p) {
       return maybe(!p.guest,
                    std::to_string(p.roll(kOffice) % 40) + "/" + digits(p.roll(kOffice), 4));
     }},
    {"onPremisesDistinguishedName", distinguished_name},
    {"onPremisesDomainName", [](const Person& p) { return maybe(p.synced, net_domain(p)); }},
    {"onPremisesExtensionAttributes", extension_attributes},
    {"onPremisesImmutableId", immutable_id},
    {"onPremisesLastSyncDateTime",
     [](const Person& p) { return maybe(p.synced, past_moment(p.roll(kSid))); }},
    {"onPremisesSamAccountName",
     [](const Person& p) { return maybe(p.synced, p.local.substr(0, 20)); }},
    {"onPremisesSecurityIdentifier",
     [](const Person& p) { return maybe(p.synced, sid(p, "S-1-5-21-")); }},
    {"onPremisesSyncEnabled",
     [](const Person& p) { return p.synced ? Json(true) : Json(nullptr); }},
    {"onPremisesUserPrincipalName",
     [](const Person& p) { return maybe(p.synced, p.local + "@" + net_domain(p)); }},
    {"otherMails", other_mails},
    {"passwordPolicies", policies},
    {"postalCode", [](const Person& p) { return maybe(!p.guest, p.place->postal_code); }},
    {"preferredLanguage",
     [](const Person& p) { return maybe(chance(p, kBits, 60), p.script->language); }},
    {"provisionedPlans", kEmpty},
    {"proxyAddresses", proxies},
    {"securityIdentifier", [](const Person& p) -> Json { return sid(p, "S-1-12-1-"); }},
    {"showInAddressList", kNull},
    {"signInSessionsValidFromDateTime",
     [](const Person& p) -> Json { return past_moment(p.roll(kPassword)); }},
    {"state", [](const Person& p) { return maybe(!p.guest, p.place->state); }},
    {"streetAddress",
     [](const Person& p) { return maybe(!p.guest && chance(p, kBits + 50, 80), p.place->street); }},
    {"surname", [](const Person& p) -> Json { return std::string(p.last->native); }},
    {"usageLocation", [](const Person& p) { return maybe(!p.guest, p.place->usage_location); }},
    {"userPrincipalName", [](const Person& p) -> Json { return p.user_principal_name; }},
    {"userType", [](const Person& p) -> Json { return p.guest ? "Guest" : "Member"; }},
};

const std::array<Maker, kUserPropertyCount>& makers() {
  static const auto kMakers = [] {
    std::array<Maker, kUserPropertyCount> table{};
    for (const Row& row : kRows) table.at(user_property_index(row.name).value()) = row.make;
    return table;
  }();
  return kMakers;
}

}  // namespace

Person::Person(const Origins& o, std::uint32_t i) : origins(o), index(i) {
  script = &scripts()[pick_script(roll(kScript))];
  first = &script->first[roll(kFirst) % script->first.size()];
  last = &script->last[roll(kLast) % script->last.size()];
  place = &places()[roll(kPlace) % places().size()];
  department = departments()[roll(kDepartment) % departments().size()];
  admin = i % 100 == 0 || i == 1;
  guest = !admin && roll(kGuest) % 100 < 3;
  synced = !admin && !guest && roll(kSynced) % 100 < 8;
  enabled = admin || roll(kEnabled) % 100 >= 5;
  local = std::string(first->ascii) + "." + std::string(last->ascii) + std::to_string(i);
  if (guest) {
    user_principal_name = local + "_partner.example#EXT#@" + o.initial_domain;
  } else {
    const bool initial = admin || roll(kDomain) % 100 < 5;
    user_principal_name = local + "@" + (initial ? o.initial_domain : o.custom_domain);
  }
}

std::uint64_t Person::roll(std::uint64_t purpose) const {
  return draw(origins.seed, index, purpose);
}

std::string Person::display_name() const {
  const Name& a = script->family_first ? *last : *first;
  const Name& b = script->family_first ? *first : *last;
  return std::string(a.native) + (script->family_first ? "" : " ") + std::string(b.native);
}

std::string Person::object_id() const { return indexed_guid(origins.seed, index).text(); }

std::string Person::mail() const {
  return guest ? local + "@partner.example" : user_principal_name;
}

std::optional<std::uint32_t> index_in_address(std::string_view address) {
  std::string_view name = address.substr(0, address.find('@'));
  if (const auto at = name.find("_partner."); at != std::string_view::npos)
    name = name.substr(0, at);
  std::size_t begin = name.size();
  while (begin > 0 && name[begin - 1] >= '0' && name[begin - 1] <= '9') --begin;
  std::uint32_t value = 0;
  const auto parsed = std::from_chars(name.data() + begin, name.data() + name.size(), value);
  if (begin == name.size() || parsed.ec != std::errc()) return std::nullopt;
  return value;
}

Json generated_value(const Person& person, std::size_t property) {
  const Maker make = makers().at(property);
  return make == nullptr ? unset_value(property) : make(person);
}

Json unset_value(std::size_t property) {
  const UserProperty& p = user_properties()[property];
  if (p.kind == Kind::kTexts || p.kind == Kind::kObjects) return Json::array();
  if (p.kind == Kind::kNumber) return 5;
  if (p.origin == Origin::kSharePoint && p.kind == Kind::kDate) return "0001-01-01T08:00:00Z";
  if (p.name != "onPremisesExtensionAttributes") return nullptr;
  Json out = Json::object();
  for (int i = 1; i <= 15; ++i) out["extensionAttribute" + std::to_string(i)] = nullptr;
  return out;
}

std::string past_moment(std::uint64_t bits) {
  constexpr std::int64_t kFrom = 1514764800;  // 2018-01-01
  constexpr std::int64_t kSpan = 8LL * 365 * 86400;
  return iso_time(kFrom + static_cast<std::int64_t>(bits % kSpan));
}

}  // namespace graphsim
