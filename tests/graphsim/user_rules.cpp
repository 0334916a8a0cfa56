// Parts: checks of single values; permissions; conflicts and consequences.
#include "user_rules.h"

#include <algorithm>
#include <chrono>
#include <regex>

namespace graphsim {
namespace {

[[noreturn]] void invalid_value(std::string_view property) {
  const std::string message =
      "Invalid value specified for property '" + std::string(property) + "' of resource 'User'.";
  throw GraphError(
      400, "Request_BadRequest", message,
      Json::array(
          {{{"code", "InvalidValue"}, {"message", message}, {"target", std::string(property)}}}));
}

bool right_type(Kind kind, const Json& value) {
  if (value.is_null()) return kind != Kind::kTexts && kind != Kind::kObjects;
  switch (kind) {
    case Kind::kText:
    case Kind::kDate:
      return value.is_string();
    case Kind::kBool:
      return value.is_boolean();
    case Kind::kNumber:
      return value.is_number_integer();
    case Kind::kObject:
      return value.is_object();
    case Kind::kObjects:
      return value.is_array();
    case Kind::kTexts:
      return value.is_array() && std::all_of(value.begin(), value.end(),
                                             [](const Json& one) { return one.is_string(); });
  }
  return false;
}

std::size_t characters(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
  }));
}

bool one_of(const Json& value, std::initializer_list<const char*> words) {
  return value.is_null() || std::any_of(words.begin(), words.end(), [&](const char* word) {
           return same_text(value.get<std::string>(), word);
         });
}

void check_principal_name(const Json& value, const Tenant& tenant) {
  static const std::regex kLocal("^[A-Za-z0-9'._!#^~-]+$");
  const std::string text = value.is_string() ? value.get<std::string>() : "";
  const auto at = text.find('@');
  if (at == std::string::npos || !std::regex_match(text.substr(0, at), kLocal))
    invalid_value("userPrincipalName");
  if (tenant.verified_domain(text.substr(at + 1))) return;
  bad_request(
      "The domain portion of the userPrincipalName property is invalid. You must use one of the "
      "verified domain names in your organization.");
}

void check_nickname(const Json& value) {
  static const std::regex kNickname(R"(^[^@()\\\[\]";:<>, ]{1,64}$)");
  if (!value.is_string() || !std::regex_match(value.get<std::string>(), kNickname))
    invalid_value("mailNickname");
}

void check_texts(std::string_view name, const Json& value) {
  if (name == "businessPhones" && value.size() > 1) invalid_value(name);
  if (name == "otherMails" && value.size() > 250) invalid_value(name);
  for (const Json& one : value)
    if (one.get<std::string>().empty() || one.get<std::string>().size() > 250) invalid_value(name);
}

void check_extension_attributes(const Json& value) {
  static const std::regex kName("^extensionAttribute([1-9]|1[0-5])$");
  if (value.is_null()) return;
  for (const auto& [name, one] : value.items())
    if (!std::regex_match(name, kName) ||
        !(one.is_null() || (one.is_string() && one.get<std::string>().size() <= 1024)))
      invalid_value("onPremisesExtensionAttributes");
}

void check_special(std::string_view name, const Json& value, const Tenant& tenant) {
  static const std::regex kPolicies(
      "^(None|Disable(StrongPassword|PasswordExpiration)(, "
      "?Disable(StrongPassword|PasswordExpiration))?)$");
  static const std::regex kDate(R"(^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$)");
  static const std::regex kCountry("^[A-Z]{2}$");
  const std::string text = value.is_string() ? value.get<std::string>() : "";
  if (name == "userPrincipalName")
    check_principal_name(value, tenant);
  else if (name == "mailNickname")
    check_nickname(value);
  else if (name == "displayName" || name == "accountEnabled") {
    if (value.is_null()) invalid_value(name);
  } else if (name == "usageLocation") {
    if (!value.is_null() && !std::regex_match(text, kCountry)) invalid_value(name);
  } else if (name == "ageGroup") {
    if (!one_of(value, {"Minor", "NotAdult", "Adult"})) invalid_value(name);
  } else if (name == "consentProvidedForMinor") {
    if (!one_of(value, {"Granted", "Denied", "NotRequired"})) invalid_value(name);
  } else if (name == "userType") {
    if (!one_of(value, {"Member", "Guest"})) invalid_value(name);
  } else if (name == "passwordPolicies") {
    if (!value.is_null() && !std::regex_match(text, kPolicies)) invalid_value(name);
  } else if (name == "employeeHireDate" || name == "employeeLeaveDateTime") {
    if (!value.is_null() && !std::regex_match(text, kDate)) invalid_value(name);
  } else if (name == "onPremisesExtensionAttributes")
    check_extension_attributes(value);
  else if (name == "onPremisesImmutableId") {
    if (text.find_first_of("$_") != std::string::npos) invalid_value(name);
  } else if (name == "mail") {
    if (!value.is_null() && text.find('@') == std::string::npos) invalid_value(name);
  } else if (name == "showInAddressList" && !value.is_null())
    invalid_value(name);
}

void check_value(const UserProperty& property, const Json& value, const Tenant& tenant) {
  if (property.read_only)
    bad_request("Property '" + std::string(property.name) + "' is read-only and cannot be set.");
  if (property.origin != Origin::kDirectory) denied();
  if (!right_type(property.kind, value)) invalid_value(property.name);
  if (value.is_string()) {
    const std::size_t length = characters(value.get<std::string>());
    if (length == 0 || (property.max_length != 0 && length > property.max_length))
      invalid_value(property.name);
  }
  if (property.kind == Kind::kTexts) check_texts(property.name, value);
  check_special(property.name, value, tenant);
}

constexpr std::string_view kSensitive[] = {
    "accountEnabled", "businessPhones",  "mobilePhone",      "onPremisesImmutableId",
    "otherMails",     "passwordProfile", "userPrincipalName"};
constexpr std::string_view kCloudOwned[] = {"usageLocation", "otherMails", "ageGroup",
                                            "consentProvidedForMinor", "passwordPolicies"};

bool listed(std::span<const std::string_view> list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

std::string_view permissions_for(std::string_view property) {
  if (property == "identities") return "User.ManageIdentities.All";
  if (property == "businessPhones" || property == "mobilePhone")
    return "User.ReadWrite.All Directory.ReadWrite.All User-Phone.ReadWrite.All";
  if (property == "otherMails")
    return "User.ReadWrite.All Directory.ReadWrite.All User-Mail.ReadWrite.All";
  if (property == "passwordProfile")
    return "User.ReadWrite.All Directory.ReadWrite.All User-PasswordProfile.ReadWrite.All";
  if (property == "accountEnabled")
    return "User.ReadWrite.All Directory.ReadWrite.All User.EnableDisableAccount.All";
  return "User.ReadWrite.All Directory.ReadWrite.All";
}

void merge_object(const Call& call, UserIndex user, const char* name, Json& properties) {
  const auto it = properties.find(name);
  if (it == properties.end() || !it->is_object()) return;
  const std::size_t index = user_property_index(name).value();
  Json merged = user == kNobody ? unset_value(index) : call.tenant.users.value(user, index);
  if (merged.is_null()) merged = {{"costCenter", nullptr}, {"division", nullptr}};
  merged.update(*it);
  const bool unset =
      std::all_of(merged.begin(), merged.end(), [](const Json& value) { return value.is_null(); });
  *it = unset ? unset_value(index) : std::move(merged);
}

Json with_primary(const Call& call, UserIndex user, const Json& mail, Json proxies) {
  Json out = Json::array();
  if (mail.is_string()) {
    const auto address = mail.get<std::string>();
    const bool taken = call.tenant.users.find_address(address, user).has_value();
    if (taken) return proxies;  // the address is set, yet the proxy silently stays as it was
    out.push_back("SMTP:" + address);
  }
  for (Json& one : proxies) {
    const auto text = one.get<std::string>();
    const bool same = mail.is_string() && same_text(text.substr(5), mail.get<std::string>());
    if (!text.starts_with("SMTP:") && !same) out.push_back(one);
  }
  return out;
}

const Extension* find_extension(const std::vector<Extension>& all, const std::string& name) {
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&name](const Extension& one) { return one.name == name; });
  return found == all.end() ? nullptr : &*found;
}

bool fits_extension(const Json& value) {
  return value.is_string() && !value.get_ref<const std::string&>().empty() &&
         characters(value.get<std::string>()) <= 256;
}

}  // namespace

Json extension_values(const Json& body, const Tenant& tenant) {
  const auto extensions = tenant.extras.extensions();
  Json out = Json::object();
  for (const auto& [name, value] : body.items()) {
    const Extension* extension = find_extension(extensions, name);
    if (extension == nullptr) continue;
    const bool fits = extension->multi_valued
                          ? value.is_array() && !value.empty() &&
                                std::all_of(value.begin(), value.end(), fits_extension)
                          : fits_extension(value);
    if (!value.is_null() && !fits) invalid_value(name);
    out[name] = value;
  }
  return out;
}

Json checked_properties(const Json& body, const Tenant& tenant) {
  const auto extensions = tenant.extras.extensions();
  Json out = Json::object();
  for (const auto& [given, value] : body.items()) {
    if (given.find('@') != std::string::npos || find_extension(extensions, given) != nullptr)
      continue;
    const auto index = user_property_index(given);
    if (!index || !tenant.settings.knows("user", given))
      bad_request("Property '" + given +
                  "' does not exist as a declared property or extension property.");
    check_value(user_properties()[*index], value, tenant);
    out[std::string(user_properties()[*index].name)] = value;
  }
  return out;
}

void check_sensitive(Call& call, UserIndex user) {
  if (!call.tenant.is_admin(user)) return;
  if (!call.tenant.app_holds_role(call.app,
                                  {kPrivilegedAuthenticationAdministrator, kGlobalAdministrator}))
    denied();
}

void check_may_change(Call& call, UserIndex user, const Json& properties) {
  for (const auto& [name, value] : properties.items()) {
    if (!call.may(permissions_for(name))) denied();
    if (listed(kSensitive, name)) check_sensitive(call, user);
    if (name == "passwordProfile" &&
        !call.tenant.app_holds_role(
            call.app,
            {kUserAdministrator, kPrivilegedAuthenticationAdministrator, kGlobalAdministrator}))
      denied();
  }
}

void check_synced(const Call& call, UserIndex user, const Json& properties) {
  if (!call.tenant.users.flag(user, "onPremisesSyncEnabled")) return;
  for (const auto& [name, value] : properties.items())
    if (!listed(kCloudOwned, name)) bad_request(kSyncedRefusal);
}

void conflict(const std::string& property) {
  const std::string message =
      "Another object with the same value for property " + property + " already exists.";
  throw GraphError(
      400, "Request_BadRequest", message,
      Json::array({{{"code", "ObjectConflict"}, {"message", message}, {"target", property}}}));
}

void check_name_is_free(const Call& call, const std::string& name, UserIndex except) {
  const auto holder = call.tenant.users.find_name(name);
  if (holder && *holder != except) conflict("userPrincipalName");
  if (call.tenant.users.find_address(name, except)) conflict("proxyAddresses");
}

void add_consequences(const Call& call, UserIndex user, Json& properties) {
  const Users& users = call.tenant.users;
  const bool fresh = user == kNobody;
  if (properties.contains("mail"))
    properties["proxyAddresses"] =
        with_primary(call, user, properties["mail"],
                     fresh ? Json::array() : users.value(user, "proxyAddresses"));
  merge_object(call, user, "onPremisesExtensionAttributes", properties);
  merge_object(call, user, "employeeOrgData", properties);
  if (properties.contains("onPremisesExtensionAttributes") &&
      properties["onPremisesExtensionAttributes"].is_null())
    properties["onPremisesExtensionAttributes"] =
        unset_value(user_property_index("onPremisesExtensionAttributes").value());
  if (properties.contains("userPrincipalName") || properties.contains("identities")) {
    Json others = properties.contains("identities") ? properties["identities"]
                  : fresh                           ? Json::array()
                                                    : users.value(user, "identities");
    Json merged = Json::array();
    for (const Json& one : others)
      if (one.value("signInType", "") != "userPrincipalName") merged.push_back(one);
    const std::string upn = properties.contains("userPrincipalName")
                                ? properties["userPrincipalName"].get<std::string>()
                                : users.text(user, "userPrincipalName");
    merged.push_back({{"signInType", "userPrincipalName"},
                      {"issuer", call.tenant.origins.initial_domain},
                      {"issuerAssignedId", upn}});
    properties["identities"] = std::move(merged);
  }
  if (properties.erase("passwordProfile") > 0) {
    const std::string now = iso_time(std::chrono::system_clock::now());
    properties["lastPasswordChangeDateTime"] = now;
    properties["signInSessionsValidFromDateTime"] = now;
  }
}

}  // namespace graphsim
