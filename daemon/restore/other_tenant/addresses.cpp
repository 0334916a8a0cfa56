#include "restore/other_tenant/addresses.h"

#include <algorithm>

#include "base/text.h"

namespace entrad::restore {
namespace {

using nlohmann::json;

constexpr std::string_view kInitialDomains = ".onmicrosoft.";

std::string with_domain(const std::string& address, const std::string& domain) {
  return address.substr(0, address.find('@') + 1) + domain;
}

bool is_text(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string();
}

// "SMTP:anna@aurora.example". Other kinds (X500, SIP) name servers of the old tenant, and the
// address in its initial domain is one that each tenant makes by itself.
json aliases_elsewhere(const json& aliases, const DomainRules& rules) {
  json kept = json::array();
  for (const json& alias : aliases) {
    if (!alias.is_string()) continue;
    const std::string text = alias;
    const bool is_mail = base::ascii_lower(text).starts_with("smtp:");
    if (!is_mail || domain_of(text).find(kInitialDomains) != std::string::npos) continue;
    json moved = address_elsewhere(text, rules);
    if (std::find(kept.begin(), kept.end(), moved) == kept.end()) kept.push_back(std::move(moved));
  }
  return kept;
}

bool has_other_sign_in_names(const json& object) {
  const json identities = object.value("identities", json());
  return identities.is_array() &&
         std::any_of(identities.begin(), identities.end(), [](const json& one) {
           return one.is_object() && one.value("signInType", "") != "userPrincipalName";
         });
}

std::string take_extensions(json& object) {
  std::string names;
  for (auto it = object.begin(); it != object.end();) {
    if (!it.key().starts_with("extension_")) {
      ++it;
      continue;
    }
    if (!it.value().is_null()) names += (names.empty() ? "" : ", ") + it.key();
    it = object.erase(it);
  }
  return names;
}

}  // namespace

std::string domain_of(const std::string& address) {
  const auto at = address.rfind('@');
  return at == std::string::npos ? "" : base::ascii_lower(address.substr(at + 1));
}

std::string name_elsewhere(const std::string& user_principal_name, const DomainRules& rules) {
  const auto named = rules.named.find(domain_of(user_principal_name));
  return with_domain(user_principal_name,
                     named != rules.named.end() ? named->second : rules.standard);
}

std::string address_elsewhere(const std::string& address, const DomainRules& rules) {
  const std::string domain = domain_of(address);
  const auto named = rules.named.find(domain);
  if (named != rules.named.end()) return with_domain(address, named->second);
  return rules.own.contains(domain) ? with_domain(address, rules.standard) : address;
}

json object_elsewhere(json object, const DomainRules& rules, std::vector<api::Failure>& problems) {
  if (!object.is_object()) return object;
  DomainRules all = rules;
  if (is_text(object, "userPrincipalName")) {
    const std::string name = object["userPrincipalName"];
    all.own.insert(domain_of(name));
    object["userPrincipalName"] = name_elsewhere(name, rules);
  }
  if (is_text(object, "mail")) object["mail"] = address_elsewhere(object["mail"], all);
  const auto aliases = object.find("proxyAddresses");
  if (aliases != object.end() && aliases->is_array()) *aliases = aliases_elsewhere(*aliases, all);
  if (has_other_sign_in_names(object) && object.value("userType", json()) != "Guest")
    problems.push_back({"graphRefused",
                        "sign-in names beside the userPrincipalName (identities) stay behind: they "
                        "are bound to the old tenant",
                        "add them in the Microsoft Entra admin center"});
  if (const std::string names = take_extensions(object); !names.empty())
    problems.push_back({"graphRefused",
                        "directory extensions stay behind, since they belong to an application of "
                        "the old tenant: " +
                            names,
                        "register them in the other tenant, then set them with Update-MgUser"});
  for (const char* key : {"identities", "onPremisesImmutableId", "preferredDataLocation"})
    object.erase(key);
  return object;
}

}  // namespace entrad::restore
