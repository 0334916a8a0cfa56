// Federated tokens: what is read from their file, and what the sign-in service makes of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include "base/text.h"
#include "certificate.h"
#include "fakes/graphsim_process.h"
#include "token_endpoint.h"

namespace entrad::graph {
namespace {

using base::ErrorKind;
using nlohmann::json;
using testing::HasSubstr;

// A platform that signs tokens for its workloads, with RS256 as most do.
class Issuer {
 public:
  json trusted() const {
    return {{"issuer", "https://issuer.example"},
            {"subject", "system:serviceaccount:backup:entrad"},
            {"audience", "api://AzureADTokenExchange"},
            {"certificatePem", certificate_.certificate_pem()}};
  }
  std::string token(const json& changes = json::object()) const {
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(
                         std::chrono::system_clock::now().time_since_epoch())
                         .count();
    json claims = {{"iss", trusted()["issuer"]},
                   {"sub", trusted()["subject"]},
                   {"aud", trusted()["audience"]},
                   {"nbf", now},
                   {"exp", now + 3600}};
    claims.update(changes);
    const std::string text = base::base64url(R"({"alg":"RS256","kid":"1"})") + "." +
                             base::base64url(base::json_text(claims));
    return text + "." + base::base64url(signature(text));
  }

 private:
  std::string signature(const std::string& text) const {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> digest(EVP_MD_CTX_new(),
                                                                         EVP_MD_CTX_free);
    std::string out(256, '\0');
    std::size_t size = out.size();
    EVP_DigestSignInit(digest.get(), nullptr, EVP_sha256(), nullptr, certificate_.key());
    EVP_DigestSign(digest.get(), reinterpret_cast<unsigned char*>(out.data()), &size,
                   reinterpret_cast<const unsigned char*>(text.data()), text.size());
    return out;
  }

  entrad::test::Certificate certificate_;
};

class Federated : public testing::Test {
 protected:
  Federated() : tenant_(sim_.tenant("aurora")) {
    login_ = Transport::open(tenant_.endpoints.login, {}).value();
    tenant_.backup.client_secret_file.clear();
    tenant_.backup.federated_token_file = directory_.path() / "token";
    clock_.set_wall(
        std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now()));
    clock_.auto_advance(1);
  }
  void trust() {
    sim_.put("/_control/tenants/aurora/apps/backup", {{"federated", issuer_.trusted()}});
  }
  void write(const std::string& text) {
    std::ofstream(tenant_.backup.federated_token_file) << text;
  }
  base::Result<std::string> get() {
    return TokenSource(tenant_, tenant_.backup, *login_, clock_).get({});
  }

  const Issuer issuer_;
  const fakes::TemporaryDirectory directory_;
  const fakes::GraphsimProcess sim_;
  fakes::TestClock clock_;
  Tenant tenant_;
  std::unique_ptr<Transport> login_;
};

TEST_F(Federated, ATokenOfATrustedIssuerSignsIn) {
  write(issuer_.token() + "\n");
  EXPECT_THAT(get().error().message, HasSubstr("has no federated credential"));
  trust();
  const auto token = get();
  EXPECT_TRUE(token) << token.error().message;
}

TEST_F(Federated, WhatDoesNotMatchIsNamed) {
  trust();
  const auto message = [this](const json& changes) {
    write(issuer_.token(changes));
    return get().error().message;
  };
  EXPECT_THAT(message({{"iss", "https://other.example"}}), HasSubstr("the token's issuer"));
  EXPECT_THAT(message({{"sub", "someone"}}), HasSubstr("the token's subject"));
  EXPECT_THAT(message({{"aud", "sts.example"}}), HasSubstr("the token's audience"));
}

TEST_F(Federated, AForgedTokenIsRefusedInTheServicesWords) {
  trust();
  write(Issuer().token());
  EXPECT_THAT(get().error().message, HasSubstr("AADSTS50013"));
}

TEST_F(Federated, AnExpiredTokenIsNotBlamedOnTheClock) {
  trust();
  write(issuer_.token({{"nbf", 1000}, {"exp", 2000}}));
  const auto token = get();
  EXPECT_THAT(token.error().message, HasSubstr("this machine's clock is right"));
  EXPECT_THAT(token.error().hint, HasSubstr("renewed"));
}

TEST_F(Federated, AFileWithoutATokenIsNamed) {
  write("not a token");
  auto token = get();
  EXPECT_EQ(token.error().kind, ErrorKind::authentication_failed);
  EXPECT_THAT(token.error().message,
              HasSubstr(tenant_.backup.federated_token_file.string() + " holds no signed token"));
  EXPECT_THAT(token.error().hint, HasSubstr("AZURE_FEDERATED_TOKEN_FILE"));
  std::filesystem::remove(tenant_.backup.federated_token_file);
  EXPECT_THAT(get().error().message, HasSubstr("cannot be read"));
}

class FederatedFile : public test::TokenEndpoint {};

TEST_F(FederatedFile, IsReadAgainForEveryToken) {
  const Issuer issuer;
  const std::string first = issuer.token({{"jti", "1"}});
  const std::string second = issuer.token({{"jti", "2"}});
  tenant_.backup.client_secret_file.clear();
  tenant_.backup.federated_token_file = write("token", first);
  always(test::granted("t"));
  const auto tokens = source();
  ASSERT_TRUE(tokens->get({}));
  write("token", second);
  clock_.advance(std::chrono::minutes(56));
  ASSERT_TRUE(tokens->get({}));
  ASSERT_EQ(requests(), 2U);
  EXPECT_EQ(server_.seen()[0].form().at("client_assertion"), first);
  EXPECT_EQ(server_.seen()[1].form().at("client_assertion"), second);
  EXPECT_EQ(server_.seen()[1].form().at("client_assertion_type"),
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
  EXPECT_EQ(server_.seen()[1].form().count("client_secret"), 0U);
}

}  // namespace
}  // namespace entrad::graph
