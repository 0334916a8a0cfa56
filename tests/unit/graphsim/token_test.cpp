#include "simulator_process.h"

namespace graphsim_test {
namespace {

using Form = std::map<std::string, std::string>;

class Token : public SimulatorTest {
 protected:
  Form form() {
    return {{"client_id", app("backup")["clientId"]},
            {"client_secret", app("backup")["secret"]},
            {"grant_type", "client_credentials"},
            {"scope", "https://graph.microsoft.com/.default"}};
  }
  int code(const Reply& reply) { return reply.json.at("error_codes").at(0); }
};

TEST_F(Token, IsIssuedForASecretAndOpensGraph) {
  start();
  const Reply reply = request_token(form());
  ASSERT_EQ(reply.status, 200U);
  EXPECT_EQ(reply.json["token_type"], "Bearer");
  EXPECT_EQ(reply.json["expires_in"], 3599);
  EXPECT_FALSE(reply.json.contains("refresh_token"));
  token_ = reply.json["access_token"];
  EXPECT_EQ(get("/organization").status, 200U);
}

TEST_F(Token, IsIssuedForBasicAuthorizationWithBothHalvesEncoded) {
  start();
  Form f = form();
  const std::string id = form_encoded({{"", f["client_id"]}}).substr(1);
  const std::string secret = form_encoded({{"", f["client_secret"]}}).substr(1);
  f.erase("client_id");
  f.erase("client_secret");
  // base64 by hand: the test should not trust the code that it tests
  const std::string plain = id + ":" + secret;
  static constexpr char kAlphabet[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string encoded;
  unsigned word = 0;
  int bits = 0;
  for (const char c : plain) {
    word = word << 8 | static_cast<unsigned char>(c);
    for (bits += 8; bits >= 6;) encoded += kAlphabet[word >> (bits -= 6) & 63];
  }
  if (bits > 0) encoded += kAlphabet[word << (6 - bits) & 63];
  while (encoded.size() % 4 != 0) encoded += '=';
  EXPECT_EQ(request_token(f, {{"Authorization", "Basic " + encoded}}).status, 200U);
}

struct Refused {
  const char* name;
  const char* field;
  const char* value;
  unsigned status;
  int code;
  const char* error;
};
void PrintTo(const Refused& row, std::ostream* out) { *out << row.name; }

class RefusedToken : public Token, public testing::WithParamInterface<Refused> {};

TEST_P(RefusedToken, AnswersWithTheCodeOfEntra) {
  start();
  Form f = form();
  f[GetParam().field] = GetParam().value;
  const Reply reply = request_token(f);
  EXPECT_EQ(reply.status, GetParam().status);
  EXPECT_EQ(code(reply), GetParam().code);
  EXPECT_EQ(reply.json["error"], GetParam().error);
  const std::string text = reply.json["error_description"];
  EXPECT_EQ(text.find("AADSTS" + std::to_string(GetParam().code)), 0U) << text;
}

INSTANTIATE_TEST_SUITE_P(
    Each, RefusedToken,
    testing::Values(
        Refused{"WrongSecret", "client_secret", "guess", 401, 7000215, "invalid_client"},
        Refused{"UnknownApp", "client_id", "00000000-0000-4000-8000-000000000000", 400, 700016,
                "unauthorized_client"},
        Refused{"WrongScope", "scope", "User.Read", 400, 70011, "invalid_scope"},
        Refused{"WrongGrant", "grant_type", "password", 400, 70003, "unsupported_grant_type"}),
    [](const auto& row) { return row.param.name; });

TEST_F(Token, IsRefusedForAnUnknownTenant) {
  start();
  const Reply reply =
      connection_->send("POST", "/nowhere.example/oauth2/v2.0/token", form_encoded(form()), {});
  EXPECT_EQ(reply.status, 400U);
  EXPECT_EQ(code(reply), 90002);
}

TEST_F(Token, IsRefusedWhenTheSecretHasExpired) {
  start();
  control("PUT", "/tenants/aurora/apps/backup", {{"secretExpired", true}});
  EXPECT_EQ(code(request_token(form())), 7000222);
}

TEST_F(Token, CarriesThePermissionsOfTheMomentItWasIssued) {
  start();
  as("backup");
  control("PUT", "/tenants/aurora/apps/backup", {{"roles", Json::array()}});
  EXPECT_EQ(get("/users").status, 200U);
  as("backup");
  const Reply reply = get("/users");
  EXPECT_EQ(reply.status, 403U);
  EXPECT_EQ(reply.code(), "Authorization_RequestDenied");
}

TEST_F(Token, ExpiresAfterItsLifetimeInSimulatedTime) {
  start("aurora:users=10,lag=0", {"--time-scale", "100000"});
  // 3599 simulated seconds are 36 ms: by the time that these calls are through, it has ended.
  Reply reply;
  for (int i = 0; i < 20000 && reply.status != 401; ++i) reply = get("/organization");
  EXPECT_EQ(reply.status, 401U);
  EXPECT_EQ(reply.code(), "InvalidAuthenticationToken");
}

TEST_F(Token, MissingOrUnknownIsUnauthorized) {
  start();
  EXPECT_EQ(send("GET", "/v1.0/users").status, 401U);
  EXPECT_EQ(send("GET", "/v1.0/users", nullptr, {{"Authorization", "Bearer nonsense"}}).code(),
            "InvalidAuthenticationToken");
}

}  // namespace
}  // namespace graphsim_test
