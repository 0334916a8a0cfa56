#include "bench/index_people.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <random>

#include "bench/index_pages.h"

namespace entrad::bench {
namespace {

constexpr std::array kGiven{
    "Amalia", "Bengt",  "Carmen",  "Dagny",   "Emeka", "Fatima",  "Gustav", "Hanae",  "Ibrahim",
    "Jorunn", "Kofi",   "Ludmila", "Mehmet",  "Noor",  "Olivera", "Paavo",  "Quirin", "Rosario",
    "Svea",   "Tomasz", "Ulrike",  "Vasilis", "Wanda", "Xenia",   "Yusuf",  "Zofia"};
constexpr std::array kFamily{"Aalto",     "Bergstrand", "Castellano", "Dimitrova", "Eriksen",
                             "Fontaine",  "Grünwald",   "Haddad",     "Ivanova",   "Jankowski",
                             "Kowalczyk", "Lindqvist",  "Moreau",     "Nakagawa",  "Okonkwo",
                             "Papadakis", "Quintero",   "Rosenthal",  "Sørensen",  "Takahashi",
                             "Uzun",      "Virtanen",   "Wójcik",     "Yıldırım",  "Zimmermann"};
constexpr std::array kDepartments{"Finance",    "Research", "Sales",      "Logistics", "Legal",
                                  "Operations", "Support",  "Purchasing", "Marketing", "Quality"};
constexpr std::array kTitles{"Analyst",    "Engineer",  "Coordinator", "Director",
                             "Specialist", "Assistant", "Consultant",  "Architect"};
constexpr std::array kCities{"Tampere", "Gdańsk", "Porto", "Graz", "Bergen", "Lyon", "Izmir"};
constexpr std::array kSkus{"06ebc4ee-1bb5-47dd-8120-11324bc54e06",
                           "c7df2760-2c81-4ef7-b578-5b5392b571df",
                           "f30db892-07e9-47e9-837c-80727f46fd3d"};

// SplitMix64: small, and the same everywhere.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15ULL + 1) {}
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31U);
  }
  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(next() % limit); }
  template <std::size_t N>
  std::string of(const std::array<const char*, N>& words) {
    return words[below(static_cast<std::uint32_t>(N))];
  }
  base::Guid guid() {
    std::array<std::uint8_t, 16> bytes{};
    for (std::size_t i = 0; i < bytes.size(); i += 8) {
      const auto word = next();
      for (std::size_t j = 0; j < 8; ++j) bytes[i + j] = static_cast<std::uint8_t>(word >> (8 * j));
    }
    bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0FU) | 0x40U);
    bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3FU) | 0x80U);
    return base::Guid(bytes);
  }
  std::string digits(int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += static_cast<char>('0' + below(10));
    return text;
  }
  std::string time(int year) {
    const auto two = [this](std::uint32_t from, std::uint32_t count) {
      const auto number = from + below(count);
      return std::string(number < 10 ? "0" : "") + std::to_string(number);
    };
    return std::to_string(year) + "-" + two(1, 12) + "-" + two(1, 28) + "T" + two(0, 24) + ":" +
           two(0, 60) + ":" + two(0, 60) + "Z";
  }

 private:
  std::uint64_t state_;
};

std::string plain(const std::string& name) {
  std::string ascii;
  for (const char c : name)
    if (static_cast<unsigned char>(c) < 0x80) ascii += static_cast<char>(std::tolower(c));
  return ascii;
}

class Json {
 public:
  Json& text(const char* name, const std::string& value) { return raw(name, "\"" + value + "\""); }
  Json& none(const char* name) { return raw(name, "null"); }
  Json& raw(const char* name, const std::string& value) {
    out_ += out_.empty() ? "{\"" : ",\"";
    out_ += name;
    out_ += "\":";
    out_ += value;
    return *this;
  }
  std::string str() const { return out_ + "}"; }

 private:
  std::string out_;
};

std::string licence_states(Random& random, std::uint32_t count, const std::string& group) {
  std::string states = "[";
  for (std::uint32_t i = 0; i < count; ++i) {
    if (i > 0) states += ',';
    Json state;
    state.text("skuId", kSkus[i]);
    state.raw("disabledPlans", "[]");
    if (i == 1)
      state.text("assignedByGroup", group);
    else
      state.none("assignedByGroup");
    state.text("state", "Active").text("error", "None");
    state.text("lastUpdatedDateTime", random.time(2025));
    states += state.str();
  }
  return states + "]";
}

std::string extension_attributes(Random& random) {
  Json all;
  for (int i = 1; i <= 15; ++i) {
    const std::string name = "extensionAttribute" + std::to_string(i);
    if (i <= 2)
      all.text(name.c_str(), "CC-" + random.digits(6));
    else
      all.none(name.c_str());
  }
  return all.str();
}

}  // namespace

base::Guid person_id(std::uint32_t number) { return Random(number).guid(); }
base::Guid group_id(std::uint32_t number) { return Random(0xABCDEF0000ULL + number).guid(); }
std::uint32_t groups_for(std::uint32_t people) { return std::max(50U, people / 50); }

std::string person_json(std::uint32_t number, std::uint32_t revision) {
  Random random(number);
  Random news(number * 1'000ULL + revision + (1ULL << 40U));
  const std::string id = random.guid().str();
  const std::string given = random.of(kGiven);
  const std::string family = random.of(kFamily);
  const std::string alias = plain(given) + "." + plain(family) + std::to_string(number);
  const std::string upn = alias + "@aurora-industries.example";
  const std::string city = random.of(kCities);
  const std::string sid = "S-1-12-1-" + random.digits(10) + "-" + random.digits(10) + "-" +
                          random.digits(10) + "-" + random.digits(10);
  const std::uint32_t licences = 1 + random.below(3);
  const std::string group = random.guid().str();
  std::string licence_list = "[";
  for (std::uint32_t i = 0; i < licences; ++i)
    licence_list +=
        std::string(i > 0 ? "," : "") + R"({"disabledPlans":[],"skuId":")" + kSkus[i] + "\"}";
  licence_list += "]";
  Json json;
  json.text("id", id).raw("accountEnabled", random.below(20) == 0 ? "false" : "true");
  json.none("ageGroup").raw("assignedLicenses", licence_list);
  json.raw("businessPhones", "[\"+49 30 " + random.digits(7) + "\"]").text("city", city);
  json.text("companyName", "Aurora Industries").none("consentProvidedForMinor");
  json.text("country", "Finland").text("createdDateTime", random.time(2019)).none("creationType");
  json.text("department", random.of(kDepartments)).text("displayName", given + " " + family);
  json.text("employeeHireDate", random.time(2019)).text("employeeId", random.digits(8));
  json.raw("employeeOrgData", R"({"division":"Division )" + random.digits(1) +
                                  R"(","costCenter":")" + random.digits(5) + "\"}");
  json.text("employeeType", "Employee").none("externalUserState");
  json.none("externalUserStateChangeDateTime").none("faxNumber").text("givenName", given);
  json.raw("identities", R"([{"signInType":"userPrincipalName","issuer":)"
                         R"("aurora-industries.example","issuerAssignedId":")" +
                             upn + "\"}]");
  json.raw("imAddresses", "[\"" + upn + "\"]").none("isManagementRestricted");
  json.none("isResourceAccount").text("jobTitle", news.of(kTitles) + " " + news.digits(3));
  json.text("lastPasswordChangeDateTime", news.time(2026)).none("legalAgeGroupClassification");
  json.raw("licenseAssignmentStates", licence_states(random, licences, group));
  json.text("mail", upn)
      .text("mailNickname", alias)
      .text("mobilePhone", "+358 40 " + news.digits(7));
  json.text("officeLocation", "Building " + random.digits(1) + ", room " + random.digits(3));
  const bool synced = random.below(2) == 0;
  if (synced) {
    json.text("onPremisesDistinguishedName", "CN=" + given + " " + family + ",OU=" + city +
                                                 ",OU=People,DC=corp,DC=aurora,DC=example");
    json.text("onPremisesDomainName", "corp.aurora.example");
    json.text("onPremisesImmutableId", random.guid().str());
  } else {
    json.none("onPremisesDistinguishedName").none("onPremisesDomainName");
    json.none("onPremisesImmutableId");
  }
  json.raw("onPremisesExtensionAttributes", extension_attributes(random));
  json.raw("onPremisesProvisioningErrors", "[]");
  if (synced) {
    json.text("onPremisesSamAccountName", alias)
        .text("onPremisesSecurityIdentifier", "S-1-5-21-" + random.digits(27));
    json.raw("onPremisesSyncEnabled", "true").text("onPremisesUserPrincipalName", upn);
  } else {
    json.none("onPremisesSamAccountName").none("onPremisesSecurityIdentifier");
    json.none("onPremisesSyncEnabled").none("onPremisesUserPrincipalName");
  }
  json.raw("otherMails", "[]").none("passwordPolicies").text("postalCode", random.digits(5));
  json.none("preferredDataLocation").text("preferredLanguage", "fi-FI");
  json.raw("proxyAddresses", "[\"SMTP:" + upn + "\",\"smtp:" + alias +
                                 "@aurora.example\",\"smtp:" + plain(given) +
                                 std::to_string(number) + "@aurora.onmicrosoft.example\"]");
  json.text("securityIdentifier", sid).raw("serviceProvisioningErrors", "[]");
  json.none("showInAddressList").text("signInSessionsValidFromDateTime", random.time(2025));
  json.none("state").text("streetAddress", "Factory Road " + random.digits(2));
  json.text("surname", family).text("usageLocation", "FI").text("userPrincipalName", upn);
  json.text("userType", "Member");
  return json.str();
}

std::vector<std::uint32_t> groups_of(std::uint32_t number, std::uint32_t people) {
  const auto groups = groups_for(people);
  Random random(number + (1ULL << 41U));
  std::vector<std::uint32_t> mine;
  while (mine.size() < kMemberships) {
    // Some groups are large and most are small.
    const double share = static_cast<double>(random.below(1U << 30U)) / (1U << 30U);
    const auto group = static_cast<std::uint32_t>(std::pow(share, 2.0) * groups);
    if (std::find(mine.begin(), mine.end(), group) == mine.end()) mine.push_back(group);
  }
  return mine;
}

std::vector<std::uint32_t> changed_on(std::uint32_t day, std::uint32_t people) {
  Random random(day + (1ULL << 42U));
  std::vector<std::uint32_t> changed;
  for (std::uint32_t i = 0; i < people / 100; ++i) changed.push_back(random.below(people));
  std::sort(changed.begin(), changed.end());
  changed.erase(std::unique(changed.begin(), changed.end()), changed.end());
  return changed;
}

Pages write_pages(const std::filesystem::path& folder, std::uint32_t people,
                  const std::vector<std::uint32_t>& revisions) {
  constexpr std::uint32_t kPage = 999;
  std::filesystem::create_directories(folder);
  const Pages pages{folder / "users.pages", folder / "members.pages"};
  std::ofstream users(pages.users, std::ios::binary);
  for (std::uint32_t from = 0; from < people; from += kPage) {
    std::string page =
        R"({"@odata.context":"https://graph.example/v1.0/$metadata#users","value":[)";
    for (auto i = from; i < std::min(people, from + kPage); ++i)
      page += (i == from ? "" : ",") + person_json(i, revisions[i]);
    write_page(users, 0, page + "]}");
  }
  std::vector<std::vector<std::uint32_t>> members(groups_for(people));
  for (std::uint32_t i = 0; i < people; ++i)
    for (const auto group : groups_of(i, people)) members[group].push_back(i);
  std::ofstream out(pages.members, std::ios::binary);
  for (std::uint32_t group = 0; group < members.size(); ++group)
    for (std::size_t from = 0; from < members[group].size(); from += kPage) {
      std::string page = R"({"@odata.context":"x","value":[)";
      for (auto i = from; i < std::min<std::size_t>(members[group].size(), from + kPage); ++i)
        page += std::string(i == from ? "" : ",") +
                R"({"@odata.type":"#microsoft.graph.user","id":")" +
                person_id(members[group][i]).str() + "\"}";
      write_page(out, group, page + "]}");
    }
  return pages;
}

std::string file_of(std::uint32_t number, std::uint32_t people) {
  const std::string id = person_id(number).str();
  return id.substr(0, people > 200'000 ? 3 : 2) + "/" + id + ".json";
}

void write_file(const std::filesystem::path& tree, std::uint32_t number, std::uint32_t revision,
                std::uint32_t people) {
  std::string json = person_json(number, revision);
  json.back() = ',';
  json += "\"memberOf\":[";
  for (const auto group : groups_of(number, people))
    json += (json.back() == '[' ? "\"" : ",\"") + group_id(group).str() + "\"";
  const auto path = tree / file_of(number, people);
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << json << "]}\n";
}

}  // namespace entrad::bench
