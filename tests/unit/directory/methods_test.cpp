#include <gtest/gtest.h>

#include "directory/compare.h"

namespace entrad::directory {
namespace {

using nlohmann::json;

json method(const std::string& type, const std::string& id, json fields = json::object()) {
  fields["@odata.type"] = "#microsoft.graph." + type + "AuthenticationMethod";
  fields["id"] = id;
  return fields;
}
json phone(const std::string& type, const std::string& number) {
  return method("phone", "id of " + type, {{"phoneType", type}, {"phoneNumber", number}});
}
json email(const std::string& address) { return method("email", "e", {{"emailAddress", address}}); }
json key(const std::string& id, const std::string& name) {
  return method("fido2", id, {{"displayName", name}, {"model", "Sample Key 5"}});
}
const json kPassword = method("password", "p", {{"password", nullptr}});

TEST(Methods, KindsSayWhatCanBeDone) {
  EXPECT_EQ(method_kind(phone("mobile", "+1 5")).collection, "phoneMethods");
  EXPECT_EQ(method_kind(phone("mobile", "+1 5")).restore, MethodRestore::creatable);
  EXPECT_EQ(method_kind(email("a@b.example")).restore, MethodRestore::creatable);
  EXPECT_EQ(method_kind(key("1", "k")).restore, MethodRestore::user_must_register);
  EXPECT_EQ(method_kind(key("1", "k")).name, "FIDO2 security key");
  EXPECT_EQ(method_kind(kPassword).restore, MethodRestore::not_a_method);
  EXPECT_EQ(method_kind(method("temporaryAccessPass", "t")).restore, MethodRestore::not_a_method);
  EXPECT_EQ(method_kind(method("somethingNew", "n")).restore, MethodRestore::user_must_register);
  EXPECT_EQ(method_kind(json::object()).restore, MethodRestore::user_must_register);
}

TEST(Methods, EqualOnesDoNotDiffer) {
  const json all = {kPassword, phone("mobile", "+1 5"), email("a@b.example"), key("1", "k")};
  const auto difference = compare_methods(all, all);
  EXPECT_TRUE(difference.to_create.empty());
  EXPECT_TRUE(difference.to_replace.empty());
  EXPECT_TRUE(difference.to_register.empty());
}

TEST(Methods, MissingPhoneAndMailAreCreated) {
  const json wanted = {kPassword, phone("mobile", "+1 5"), phone("office", "+1 6"),
                       email("a@b.example")};
  const auto difference = compare_methods(json::array({phone("office", "+1 6")}), wanted);
  EXPECT_EQ(difference.to_create, (std::vector<json>{wanted[1], wanted[3]}));
  EXPECT_TRUE(difference.to_replace.empty());
  EXPECT_TRUE(difference.to_register.empty());
}

TEST(Methods, AnotherNumberOrAddressInTheSameSlotIsReplaced) {
  const json wanted = {phone("mobile", "+1 5"), email("a@b.example")};
  const auto difference =
      compare_methods({phone("mobile", "+1 666"), email("evil@c.example")}, wanted);
  EXPECT_EQ(difference.to_replace, (std::vector<json>{wanted[0], wanted[1]}));
  EXPECT_TRUE(difference.to_create.empty());
}

TEST(Methods, WhatHoldsASecretMustBeRegisteredByTheUser) {
  const json wanted = {key("1", "blue"), key("2", "blue"), key("3", "red")};
  const auto difference = compare_methods(json::array({key("9", "blue")}), wanted);
  EXPECT_EQ(difference.to_register, (std::vector<json>{wanted[1], wanted[2]}));
  EXPECT_TRUE(difference.to_create.empty());
}

TEST(Methods, NewIdOrAppVersionIsNoDifference) {
  const json before =
      method("microsoftAuthenticator", "1", {{"displayName", "Phone"}, {"phoneAppVersion", "6.1"}});
  const json after =
      method("microsoftAuthenticator", "2", {{"displayName", "Phone"}, {"phoneAppVersion", "6.2"}});
  EXPECT_TRUE(compare_methods(json::array({after}), json::array({before})).to_register.empty());
}

TEST(Methods, PasswordsAndExpiredPassesAreNotMissed) {
  const auto difference =
      compare_methods(json::array(), {kPassword, method("temporaryAccessPass", "t")});
  EXPECT_TRUE(difference.to_create.empty());
  EXPECT_TRUE(difference.to_register.empty());
}

TEST(Methods, NullFieldsDoNotBreakTheComparison) {
  const json odd = method("phone", "x", {{"phoneType", nullptr}, {"phoneNumber", nullptr}});
  EXPECT_EQ(compare_methods(json::array(), json::array({odd})).to_create.size(), 1U);
  EXPECT_TRUE(compare_methods(json::array({odd}), json::array({odd})).to_replace.empty());
}

}  // namespace
}  // namespace entrad::directory
