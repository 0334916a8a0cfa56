#include "restore/new_name.h"

#include <algorithm>

namespace entrad::restore {
namespace {

using base::ErrorKind;

constexpr std::string_view kLocal = "{local}";
constexpr std::string_view kDomain = "{domain}";
// What Graph takes before the @ ("Create user").
constexpr std::string_view kLetters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'.-_!#^~";

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
    text.replace(at, what.size(), by);
  return text;
}

std::string filled_in(const std::string& words, std::string_view local, std::string_view domain) {
  return replaced(replaced(words, kDomain, domain), kLocal, local);
}

}  // namespace

base::Result<void> check_name_words(const std::string& words, bool for_many) {
  const std::string sample = filled_in(words, "anna", "aurora.example");
  const auto at = sample.find('@');
  const std::string hint =
      "give a userPrincipalName, such as anna.new@aurora.example; for many users with {local} and "
      "{domain}, which stand for the parts of the old one: \"{local}-restored@{domain}\"";
  if (at == 0 || at == std::string::npos || sample.find('@', at + 1) != std::string::npos ||
      at + 1 == sample.size())
    return base::fail(ErrorKind::invalid_argument, "\"" + words + "\" gives no userPrincipalName",
                      hint);
  if (const auto bad = sample.find_first_not_of(kLetters); bad < at && sample[bad] != '{')
    return base::fail(ErrorKind::invalid_argument,
                      "\"" + words +
                          "\" gives names with letters that Microsoft Graph does not take "
                          "before the @; it takes A-Z a-z 0-9 ' . - _ ! # ^ ~",
                      hint);
  if (sample.find('{') != std::string::npos)
    return base::fail(ErrorKind::invalid_argument,
                      "\"" + words + "\" holds a word in braces that is not known", hint);
  if (for_many && words.find(kLocal) == std::string::npos)
    return base::fail(ErrorKind::invalid_argument,
                      "\"" + words + "\" would give all users one name", hint);
  return {};
}

std::string name_from(const std::string& words, const nlohmann::json& object) {
  const std::string old = object.value("userPrincipalName", "");
  const auto at = std::min(old.find('@'), old.size());
  return filled_in(words, old.substr(0, at), at < old.size() ? old.substr(at + 1) : "");
}

// Graph keeps the identity of the type userPrincipalName equal to the name.
void give_name(Goal& goal, const std::string& user_principal_name) {
  nlohmann::json& object = goal.wanted.object.edit();
  const std::string old = object.value("userPrincipalName", "");
  object["userPrincipalName"] = user_principal_name;
  goal.new_name = user_principal_name;
  const auto identities = object.find("identities");
  if (identities == object.end() || !identities->is_array()) return;
  for (nlohmann::json& one : *identities)
    if (one.value("signInType", "") == "userPrincipalName" &&
        one.value("issuerAssignedId", "") == old)
      one["issuerAssignedId"] = user_principal_name;
}

}  // namespace entrad::restore
