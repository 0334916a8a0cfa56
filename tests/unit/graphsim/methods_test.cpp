#include "simulator_process.h"

namespace graphsim_test {
namespace {

class MethodApi : public SimulatorTest {
 protected:
  void begin() {
    start();
    id_ = create("nova");
    path_ = "/users/" + id_ + "/authentication/";
  }
  Reply phone(const std::string& type, const std::string& number) {
    return graph("POST", path_ + "phoneMethods", {{"phoneNumber", number}, {"phoneType", type}});
  }
  std::string id_, path_;
};

TEST_F(MethodApi, EveryUserHasAPassword) {
  begin();
  const Json methods = get(path_ + "methods").json["value"];
  ASSERT_EQ(methods.size(), 1U);
  EXPECT_EQ(methods[0]["@odata.type"], "#microsoft.graph.passwordAuthenticationMethod");
  EXPECT_EQ(get(path_ + "passwordMethods").json["value"].size(), 1U);
}

TEST_F(MethodApi, PhonesHaveFixedIdsOneOfEachTypeMobileFirst) {
  begin();
  EXPECT_EQ(phone("alternateMobile", "+420 5551234567").status, 400U);
  const Reply mobile = phone("mobile", "+420 5551234567");
  ASSERT_EQ(mobile.status, 201U) << mobile.text;
  EXPECT_EQ(mobile.json["id"], "3179e48a-750b-4051-897c-87b9720928f7");
  EXPECT_EQ(phone("mobile", "+420 5557654321").status, 400U);
  EXPECT_EQ(phone("alternateMobile", "+420 5551234567x12").json["id"],
            "b6332ec1-7057-4abe-9331-3d72feddfe41");
  EXPECT_EQ(phone("office", "+1 4255550100").json["id"], "e37fc753-ff3b-4958-9484-eaa9425c82bc");
  EXPECT_EQ(get(path_ + "phoneMethods").json["value"].size(), 3U);
}

TEST_F(MethodApi, PhoneNumbersAreStrict) {
  begin();
  for (const char* bad : {"5551234567", "+4205551234567", "+420 555 123 4567", "+420 abc"})
    EXPECT_EQ(phone("mobile", bad).status, 400U) << bad;
}

TEST_F(MethodApi, OneEmailIsAddedAndDeleted) {
  begin();
  const Reply made = graph("POST", path_ + "emailMethods", {{"emailAddress", "n@mail.example"}});
  ASSERT_EQ(made.status, 201U);
  EXPECT_EQ(graph("POST", path_ + "emailMethods", {{"emailAddress", "m@mail.example"}}).status,
            400U);
  EXPECT_EQ(graph("DELETE", path_ + "emailMethods/" + made.json["id"].get<std::string>()).status,
            204U);
  EXPECT_EQ(get(path_ + "emailMethods").json["value"].size(), 0U);
}

TEST_F(MethodApi, APassShowsItsCodeOnceAndANewOneReplacesIt) {
  begin();
  const std::string passes = path_ + "temporaryAccessPassMethods";
  const Reply first = graph("POST", passes, {{"lifetimeInMinutes", 60}, {"isUsableOnce", true}});
  ASSERT_EQ(first.status, 201U);
  EXPECT_TRUE(first.json["temporaryAccessPass"].is_string());
  const Json listed = get(passes).json["value"];
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_TRUE(listed[0]["temporaryAccessPass"].is_null());
  const Reply second = graph("POST", passes, {{"lifetimeInMinutes", 60}});
  EXPECT_NE(second.json["id"], first.json["id"]);
  EXPECT_EQ(get(passes).json["value"].size(), 1U);
  EXPECT_EQ(graph("POST", passes, {{"lifetimeInMinutes", 5}}).status, 400U);
}

TEST_F(MethodApi, PasskeysAndAppsCannotBeCreatedButDeleted) {
  begin();
  for (const char* type : {"fido2Methods", "microsoftAuthenticatorMethods", "softwareOathMethods",
                           "windowsHelloForBusinessMethods", "platformCredentialMethods"})
    EXPECT_EQ(graph("POST", path_ + type, Json::object()).status, 405U) << type;
  EXPECT_EQ(graph("DELETE", path_ + "passwordMethods/28c10230-6103-485e-b985-444c60001490").status,
            405U);
}

TEST_F(MethodApi, TakesNoQueryOptions) {
  begin();
  EXPECT_EQ(get(path_ + "methods?$select=id").status, 400U);
  EXPECT_EQ(get(path_ + "methods?$top=1").status, 400U);
}

TEST_F(MethodApi, TypedListsAgreeWithTheWholeList) {
  start();
  int seen = 0;
  for (const Json& user : users()) {
    const std::string path = "/users/" + user["id"].get<std::string>() + "/authentication/";
    const auto total = get(path + "methods").json["value"].size();
    EXPECT_LE(total, 6U);
    if (total < 4 || ++seen > 5) continue;
    std::size_t sum = 0;
    for (const char* type :
         {"passwordMethods", "phoneMethods", "emailMethods", "temporaryAccessPassMethods",
          "fido2Methods", "microsoftAuthenticatorMethods", "windowsHelloForBusinessMethods",
          "softwareOathMethods", "platformCredentialMethods", "externalAuthenticationMethods"})
      sum += get(path + type).json["value"].size();
    EXPECT_EQ(sum, total);
  }
  EXPECT_GT(seen, 5);
}

TEST_F(MethodApi, NeedsThePermissionOfTheType) {
  begin();
  control("PUT", "/tenants/aurora/apps/restore",
          {{"roles", {"UserAuthMethod-Phone.ReadWrite.All"}}});
  as("restore");
  EXPECT_EQ(phone("mobile", "+420 5551234567").status, 201U);
  EXPECT_EQ(graph("POST", path_ + "emailMethods", {{"emailAddress", "n@mail.example"}}).status,
            403U);
  EXPECT_EQ(get(path_ + "methods").status, 403U);
}

}  // namespace
}  // namespace graphsim_test
