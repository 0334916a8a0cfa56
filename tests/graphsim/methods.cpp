#include "methods.h"

#include <algorithm>
#include <array>

#include "encoding.h"
#include "random.h"

namespace graphsim {
namespace {

using Json = nlohmann::json;

constexpr std::array<MethodType, 10> kTypes{{
    {"passwordMethods", "#microsoft.graph.passwordAuthenticationMethod", "Password", false, false},
    {"phoneMethods", "#microsoft.graph.phoneAuthenticationMethod", "Phone", true, true},
    {"emailMethods", "#microsoft.graph.emailAuthenticationMethod", "Email", true, true},
    {"temporaryAccessPassMethods", "#microsoft.graph.temporaryAccessPassAuthenticationMethod",
     "TAP", true, true},
    {"fido2Methods", "#microsoft.graph.fido2AuthenticationMethod", "Passkey", false, true},
    {"microsoftAuthenticatorMethods", "#microsoft.graph.microsoftAuthenticatorAuthenticationMethod",
     "MicrosoftAuthApp", false, true},
    {"windowsHelloForBusinessMethods",
     "#microsoft.graph.windowsHelloForBusinessAuthenticationMethod", "WindowsHello", false, true},
    {"softwareOathMethods", "#microsoft.graph.softwareOathAuthenticationMethod", "SoftwareOATH",
     false, true},
    {"platformCredentialMethods", "#microsoft.graph.platformCredentialAuthenticationMethod",
     "PlatformCred", false, true},
    {"externalAuthenticationMethods", "#microsoft.graph.externalAuthenticationMethod", "External",
     true, true},
}};

enum Purpose : std::uint64_t { kCount = 500, kNumber, kId, kWhich };

Json named(std::size_t type, const std::string& id, Json fields) {
  fields["@odata.type"] = std::string(kTypes.at(type).odata_type);
  fields["id"] = id;
  return fields;
}

Json phone_method(std::string_view type, const Person& p, std::uint64_t salt) {
  const std::string number = "+" + std::string(p.place->dial_code) + " 555" +
                             std::to_string(1000000 + p.roll(kNumber + salt) % 9000000);
  return named(1, std::string(phone_method_id(type)),
               {{"phoneNumber", salt == 2 ? number + "x42" : number},
                {"phoneType", type},
                {"smsSignInState", type == "mobile" ? "ready" : "notSupported"}});
}

Json device_method(std::size_t type, const Person& p) {
  const std::string id = derived_guid(p.origins.seed, p.index, kId + 10 * type).text();
  const std::string when = past_moment(p.roll(kId + type));
  switch (type) {
    case 4:
      return named(type, id,
                   {{"displayName", "Klíčenka"},
                    {"createdDateTime", when},
                    {"aaGuid", "0a0b0c0d-1111-4222-8333-444455556666"},
                    {"model", "Sample Key 5"},
                    {"attestationLevel", "attested"},
                    {"attestationCertificates", Json::array({"c1d2"})},
                    {"passkeyType", "deviceBound"}});
    case 5:
      return named(type, id,
                   {{"displayName", "Phone of " + std::string(p.first->native)},
                    {"deviceTag", "SoftwareTokenActivated"},
                    {"phoneAppVersion", "6.2401.1"},
                    {"createdDateTime", nullptr}});
    case 6:
      return named(type, id,
                   {{"displayName", "LAPTOP-" + std::to_string(p.index)},
                    {"createdDateTime", when},
                    {"keyStrength", "normal"}});
    case 7:
      return named(type, id, {{"secretKey", nullptr}, {"createdDateTime", nullptr}});
    case 8:
      return named(type, id,
                   {{"displayName", "MAC-" + std::to_string(p.index)},
                    {"createdDateTime", when},
                    {"keyStrength", "normal"},
                    {"platform", "macOS"}});
    default:
      return named(type, id,
                   {{"displayName", "Sample external MFA"},
                    {"createdDateTime", when},
                    {"configurationId", "77777777-aaaa-4bbb-8ccc-000000000001"}});
  }
}

Json password_method(const std::string& when) {
  return named(0, std::string(kPasswordMethodId),
               {{"password", nullptr}, {"createdDateTime", when}});
}

std::vector<Json> drawn(const Person& p) {
  std::vector<Json> out{password_method(past_moment(p.roll(kId)))};
  const std::uint64_t limit = 1 + p.roll(kCount) % 6;
  const auto offer = [&](unsigned percent, std::uint64_t salt, auto make) {
    if (out.size() < limit && p.roll(kWhich + 100 * salt) % 100 < percent) out.push_back(make());
  };
  offer(65, 1, [&] { return phone_method("mobile", p, 1); });
  const bool has_mobile = out.size() > 1;
  offer(has_mobile ? 12 : 0, 2, [&] { return phone_method("alternateMobile", p, 2); });
  offer(45, 3, [&] { return device_method(5, p); });
  offer(30, 4, [&] {
    return named(2, "3ddfcfc8-9383-446f-83cc-3ab9be4be18f",
                 {{"emailAddress",
                   std::string(p.first->ascii) + std::to_string(p.index) + "@mail.example"}});
  });
  offer(6, 5, [&] { return phone_method("office", p, 3); });
  offer(8, 6, [&] { return device_method(4, p); });
  offer(15, 7, [&] { return device_method(6, p); });
  offer(8, 8, [&] { return device_method(7, p); });
  offer(3, 9, [&] { return device_method(8, p); });
  offer(3, 10, [&] { return device_method(9, p); });
  return out;
}

}  // namespace

std::span<const MethodType> method_types() { return kTypes; }

const MethodType* method_type(std::string_view collection) {
  const auto it = std::find_if(kTypes.begin(), kTypes.end(), [&](const MethodType& t) {
    return same_text(t.collection, collection);
  });
  return it == kTypes.end() ? nullptr : &*it;
}

const MethodType& method_type_of(const Json& method) {
  const auto type = method.at("@odata.type").get<std::string>();
  return *std::find_if(kTypes.begin(), kTypes.end(),
                       [&](const MethodType& t) { return t.odata_type == type; });
}

std::string_view phone_method_id(std::string_view type) {
  if (type == "mobile") return "3179e48a-750b-4051-897c-87b9720928f7";
  if (type == "alternateMobile") return "b6332ec1-7057-4abe-9331-3d72feddfe41";
  if (type == "office") return "e37fc753-ff3b-4958-9484-eaa9425c82bc";
  return "";
}

std::vector<Json> Methods::of(UserIndex user) const { return as_of(user, clock_.now()).methods; }

Methods::Version Methods::as_of(UserIndex user, double time) const {
  if (const auto it = changed_.find(user); it != changed_.end())
    for (auto version = it->second.rbegin(); version != it->second.rend(); ++version)
      if (version->at <= time) return *version;
  return {0, "2025-06-01T00:00:00Z", at_first(user)};
}

std::vector<Json> Methods::at_first(UserIndex user) const {
  if (users_.is_generated(user)) return drawn(Person(origins_, user));
  const std::string when = users_.text(user, "createdDateTime");
  return {password_method(when)};
}

void Methods::set(UserIndex user, std::vector<Json> methods) {
  changed_[user].push_back({clock_.now(), iso_time(clock_.wall()), std::move(methods)});
}

}  // namespace graphsim
