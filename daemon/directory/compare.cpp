// Parts: values (what counts as equal), proxy addresses, identities, one attribute, the object;
// links, roles, licences.
#include "directory/compare.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "directory/canonical.h"

namespace entrad::directory {
namespace {

using nlohmann::json;

constexpr std::string_view kActiveDirectory = "on-premises Active Directory";

bool is_true(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_boolean() && found->get<bool>();
}

// Wrapped, so that the canonical form knows which arrays are sets.
bool equal(std::string_view name, const json& a, const json& b) {
  if (a == b) return true;
  const std::string key(name);
  return canonical(json{{key, a}}) == canonical(json{{key, b}});
}

// A PATCH of an object replaces only what it names: what the backup does not have is named as null.
json whole_object(const json& live, const json& wanted) {
  json out = wanted.is_object() ? wanted : json::object();
  if (live.is_object())
    for (const auto& [name, value] : live.items())
      if (!out.contains(name)) out[name] = nullptr;
  return out;
}

// An object whose members are all unset and an unset object are the same to Graph.
bool all_unset(const json& value) {
  return value.is_null() ||
         (value.is_object() && std::all_of(value.begin(), value.end(),
                                           [](const json& member) { return member.is_null(); }));
}

std::string address_of(const std::string& proxy) {
  const auto colon = proxy.find(':');
  return base::ascii_lower(colon == std::string::npos ? proxy : proxy.substr(colon + 1));
}

bool is_smtp(const std::string& proxy) { return base::ascii_lower(proxy.substr(0, 5)) == "smtp:"; }

std::set<std::string> names_of(const json& object) {
  std::set<std::string> names;
  for (const char* name : {"mail", "userPrincipalName"})
    if (const auto found = object.find(name); found != object.end() && found->is_string())
      names.insert(base::ascii_lower(found->get_ref<const std::string&>()));
  return names;
}

// Graph keeps the SMTP addresses that `mail` and userPrincipalName imply, and turns an earlier
// primary address into an alias, by itself: they follow from those two attributes.
std::set<std::string> own_proxies(const json& object, const std::set<std::string>& implied) {
  std::set<std::string> out;
  for (const json& entry : object.at("proxyAddresses")) {
    if (!entry.is_string()) continue;
    const auto& proxy = entry.get_ref<const std::string&>();
    if (!is_smtp(proxy)) {
      out.insert(proxy);
    } else if (const auto address = address_of(proxy); !implied.contains(address)) {
      out.insert((proxy.starts_with("SMTP:") ? "SMTP:" : "smtp:") + address);
    }
  }
  return out;
}

bool same_proxies(const json& live, const json& wanted) {
  std::set<std::string> implied = names_of(live);
  implied.merge(names_of(wanted));
  return own_proxies(live, implied) == own_proxies(wanted, implied);
}

// Entries of sign-in type userPrincipalName are kept by the service.
json own_identities(const json& identities) {
  json out = json::array();
  for (const json& entry : identities)
    if (entry.is_object() && entry.value("signInType", json()) != "userPrincipalName")
      out.push_back(entry);
  return out;
}

bool same(const Attribute& attribute, const json& live, const json& wanted) {
  const std::string name(attribute.name);
  const json& from = live.at(name);
  const json& to = wanted.at(name);
  if (name == "identities") return equal(name, own_identities(from), own_identities(to));
  if (name == "proxyAddresses") return same_proxies(live, wanted);
  if (from.is_object() || to.is_object())
    return (all_unset(from) && all_unset(to)) ||
           equal(name, whole_object(to, from), whole_object(from, to));
  return equal(name, from, to);
}

Change change_of(const Attribute& attribute, const json& live, const json& wanted) {
  const std::string name(attribute.name);
  Change change{name, live.at(name), wanted.at(name), attribute.restorable,
                std::string(attribute.tool)};
  if (change.from.is_object() || change.to.is_object())
    change.to = whole_object(change.from, change.to);
  if (attribute.mastered_on_premises && is_true(live, "onPremisesSyncEnabled")) {
    change.restorable = Restorable::elsewhere;
    change.tool = kActiveDirectory;
  }
  return change;
}

bool differs(const Attribute& attribute, const json& live, const json& wanted) {
  const std::string name(attribute.name);
  if (!attribute.compared || !live.contains(name) || !wanted.contains(name)) return false;
  if (!attribute.clearable && wanted.at(name).is_null()) return false;
  return !same(attribute, live, wanted);
}

template <typename T>
Difference<T> difference(std::vector<T> live, std::vector<T> wanted) {
  for (auto* values : {&live, &wanted}) {
    std::sort(values->begin(), values->end());
    values->erase(std::unique(values->begin(), values->end()), values->end());
  }
  Difference<T> out;
  std::set_difference(wanted.begin(), wanted.end(), live.begin(), live.end(),
                      std::back_inserter(out.missing));
  std::set_difference(live.begin(), live.end(), wanted.begin(), wanted.end(),
                      std::back_inserter(out.extra));
  return out;
}

}  // namespace

bool is_blank(const json& value) {
  return all_unset(value) || (value.is_string() && value.get_ref<const std::string&>().empty()) ||
         (value.is_array() && value.empty());
}

std::vector<Change> compare_objects(const json& live, const json& wanted) {
  std::vector<Change> changes;
  for (const Attribute& attribute : user_attributes())
    if (differs(attribute, live, wanted)) changes.push_back(change_of(attribute, live, wanted));
  if (!live.is_object()) return changes;
  for (const auto& [name, value] : wanted.items())
    if (is_extension(name) && !equal(name, live.value(name, json()), value))
      changes.push_back({name, live.value(name, json()), value, Restorable::yes, {}});
  return changes;
}

Difference<Link> compare_memberships(std::vector<Link> live, std::vector<Link> wanted) {
  return difference(std::move(live), std::move(wanted));
}

Difference<Role> compare_roles(std::vector<Role> live, std::vector<Role> wanted) {
  return difference(std::move(live), std::move(wanted));
}

Difference<AppRole> compare_app_roles(std::vector<AppRole> live, std::vector<AppRole> wanted) {
  return difference(std::move(live), std::move(wanted));
}

LicenseDifference compare_licenses(const std::vector<DirectLicense>& live,
                                   const std::vector<DirectLicense>& wanted) {
  using Plans = std::set<std::string>;
  const auto by_sku = [](const std::vector<DirectLicense>& licenses) {
    std::map<std::string, Plans> out;
    for (const DirectLicense& one : licenses)
      out[one.sku_id] = Plans(one.disabled_plans.begin(), one.disabled_plans.end());
    return out;
  };
  const auto held = by_sku(live);
  const auto due = by_sku(wanted);
  LicenseDifference out;
  for (const auto& [sku, plans] : due)
    if (const auto found = held.find(sku); found == held.end() || found->second != plans)
      out.to_assign.push_back({sku, {plans.begin(), plans.end()}});
  for (const auto& [sku, plans] : held)
    if (!due.contains(sku)) out.extra.push_back(sku);
  return out;
}

}  // namespace entrad::directory
