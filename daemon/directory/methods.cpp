// Kinds of authentication methods, and their comparison. Facts: "authenticationMethod resource
// type" and the page of each type in the Microsoft Graph v1.0 reference, and the Insertable
// annotations of its CSDL: apps can add phones and e-mail addresses, everything that holds a secret
// must be set up by the user.
#include <algorithm>
#include <array>
#include <map>

#include "directory/compare.h"
#include "directory/sections.h"

namespace entrad::directory {
namespace {

using nlohmann::json;
using enum MethodRestore;

// A temporary access pass is a code that was shown once and expires: there is nothing to restore.
constexpr std::array kKinds{
    MethodKind{"#microsoft.graph.emailAuthenticationMethod", "e-mail", "emailMethods", creatable},
    MethodKind{"#microsoft.graph.externalAuthenticationMethod", "external method",
               "externalAuthenticationMethods", user_must_register},
    MethodKind{"#microsoft.graph.fido2AuthenticationMethod", "FIDO2 security key", "fido2Methods",
               user_must_register},
    MethodKind{"#microsoft.graph.microsoftAuthenticatorAuthenticationMethod",
               "Microsoft Authenticator", "microsoftAuthenticatorMethods", user_must_register},
    MethodKind{"#microsoft.graph.passwordAuthenticationMethod", "password", "passwordMethods",
               not_a_method},
    MethodKind{"#microsoft.graph.phoneAuthenticationMethod", "phone", "phoneMethods", creatable},
    MethodKind{"#microsoft.graph.platformCredentialAuthenticationMethod", "platform credential",
               "platformCredentialMethods", user_must_register},
    MethodKind{"#microsoft.graph.softwareOathAuthenticationMethod", "software OATH token",
               "softwareOathMethods", user_must_register},
    MethodKind{"#microsoft.graph.temporaryAccessPassAuthenticationMethod", "temporary access pass",
               "temporaryAccessPassMethods", not_a_method},
    MethodKind{"#microsoft.graph.windowsHelloForBusinessAuthenticationMethod",
               "Windows Hello for Business", "windowsHelloForBusinessMethods", user_must_register},
};
constexpr MethodKind kUnknown{"", "other method", "", user_must_register};

// What tells two methods of one type apart, without what changes by itself (ids, app versions).
constexpr std::array<std::string_view, 9> kTelling{"@odata.type", "aaGuid",       "configurationId",
                                                   "displayName", "emailAddress", "model",
                                                   "phoneNumber", "phoneType",    "platform"};

json telling(const json& method) {
  json out = json::object();
  for (const auto name : kTelling)
    if (const auto found = method.find(name); found != method.end())
      out[std::string(name)] = *found;
  return out;
}

std::string text_of(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// A user has one phone of each type and one e-mail address.
std::string slot(const json& method) {
  return text_of(method, "@odata.type") + "/" + text_of(method, "phoneType");
}

const json* in_slot(const json& live, const std::string& wanted) {
  const auto found = std::find_if(live.begin(), live.end(),
                                  [&](const json& method) { return slot(method) == wanted; });
  return found == live.end() ? nullptr : &*found;
}

void compare_slot(const json& live, const json& wanted, MethodDifference& out) {
  const json* present = in_slot(live, slot(wanted));
  if (present == nullptr) {
    out.to_create.push_back(wanted);
  } else if (telling(*present) != telling(wanted)) {
    out.to_replace.push_back(wanted);
  }
}

}  // namespace

const MethodKind& method_kind(const json& method) {
  const auto type = text_of(method, "@odata.type");
  const auto found = std::find_if(kKinds.begin(), kKinds.end(),
                                  [&](const MethodKind& kind) { return kind.odata_type == type; });
  return found == kKinds.end() ? kUnknown : *found;
}

MethodDifference compare_methods(const json& live, const json& wanted) {
  std::map<json, int> registered;  // how many of each the user still has
  for (const json& method : live) ++registered[telling(method)];
  MethodDifference out;
  for (const json& method : wanted) {
    const MethodRestore restore = method_kind(method).restore;
    if (restore == creatable) compare_slot(live, method, out);
    if (restore == user_must_register && --registered[telling(method)] < 0)
      out.to_register.push_back(method);
  }
  return out;
}

}  // namespace entrad::directory
