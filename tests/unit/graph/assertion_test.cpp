#include "graph/credentials/assertion.h"
#include "base/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "base/text.h"
#include "base/time_text.h"
#include "certificate.h"
#include "graph/credentials/claims.h"

namespace entrad::graph {
namespace {

std::string decode(std::string text) {
  for (char& c : text) {
    if (c == '-') c = '+';
    if (c == '_') c = '/';
  }
  const std::size_t padding = (4 - text.size() % 4) % 4;
  text.append(padding, '=');
  std::string bytes(text.size() / 4 * 3, '\0');
  EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                  reinterpret_cast<const unsigned char*>(text.data()),
                  static_cast<int>(text.size()));
  return bytes.substr(0, bytes.size() - padding);
}

bool is_signed_by(EVP_PKEY* key, const std::string& text, const std::string& signature) {
  EVP_MD_CTX* digest = EVP_MD_CTX_new();
  EVP_PKEY_CTX* options = nullptr;
  EVP_DigestVerifyInit(digest, &options, EVP_sha256(), nullptr, key);
  EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING);
  EVP_PKEY_CTX_set_rsa_pss_saltlen(options, 32);
  const int result = EVP_DigestVerify(
      digest, reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
      reinterpret_cast<const unsigned char*>(text.data()), text.size());
  EVP_MD_CTX_free(digest);
  return result == 1;
}

constexpr const char* kUrl = "https://login.microsoftonline.com/aurora/oauth2/v2.0/token";

class Assertion : public testing::Test {
 protected:
  const base::WallTime now_ = base::parse_time("2026-11-23T18:00:00Z", {}).value();
  const test::Certificate certificate_;
};

TEST_F(Assertion, IsSignedWithTheKeyOfTheCertificate) {
  const auto assertion = client_assertion({certificate_.pem(), {}}, "app", kUrl, now_);
  ASSERT_TRUE(assertion) << assertion.error().message;
  const auto parts = base::split(*assertion, '.');
  ASSERT_EQ(parts.size(), 3U);
  const std::string text = parts[0] + "." + parts[1];
  EXPECT_TRUE(is_signed_by(certificate_.key(), text, decode(parts[2])));
  EXPECT_FALSE(is_signed_by(certificate_.key(), text + "x", decode(parts[2])));
}

TEST_F(Assertion, SaysWhatMicrosoftAsksFor) {
  const auto assertion = client_assertion({certificate_.pem(), {}}, "app", kUrl, now_);
  ASSERT_TRUE(assertion);
  const auto head = base::read_json(decode(base::split(*assertion, '.')[0]));
  EXPECT_EQ(head.at("alg"), "PS256");
  EXPECT_EQ(head.at("typ"), "JWT");
  EXPECT_EQ(head.at("x5t#S256"), base::base64url(certificate_.sha256()));
  const auto claims = claims_of(*assertion);
  EXPECT_EQ(claims.at("aud"), kUrl);
  EXPECT_EQ(claims.at("iss"), "app");
  EXPECT_EQ(claims.at("sub"), "app");
  EXPECT_EQ(claims.at("nbf"), 1795456800);
  EXPECT_EQ(claims.at("exp"), 1795456800 + 600);
}

TEST_F(Assertion, IsADifferentOneEachTime) {
  const auto first = client_assertion({certificate_.pem(), {}}, "app", kUrl, now_);
  const auto second = client_assertion({certificate_.pem(), {}}, "app", kUrl, now_);
  EXPECT_NE(claims_of(*first).at("jti"), claims_of(*second).at("jti"));
}

TEST_F(Assertion, SaysWhatThePemLacks) {
  const test::Certificate other;
  const auto message = [&](const std::string& pem) {
    return client_assertion({pem, {}}, "app", kUrl, now_).error().message;
  };
  EXPECT_THAT(message("nothing"), testing::HasSubstr("no RSA private key"));
  EXPECT_THAT(message(certificate_.key_pem()), testing::HasSubstr("no certificate"));
  EXPECT_THAT(message(certificate_.certificate_pem()), testing::HasSubstr("no RSA private key"));
  EXPECT_THAT(message(certificate_.certificate_pem() + other.key_pem()),
              testing::HasSubstr("do not belong together"));
}

TEST_F(Assertion, FindsTheCertificateOfTheKeyInAChain) {
  const test::Certificate authority;
  const auto assertion = client_assertion(
      {authority.certificate_pem() + certificate_.pem() + authority.certificate_pem(), {}}, "app",
      kUrl, now_);
  ASSERT_TRUE(assertion) << assertion.error().message;
  const auto head = base::read_json(decode(base::split(*assertion, '.')[0]));
  EXPECT_EQ(head.at("x5t#S256"), base::base64url(certificate_.sha256()));
}

TEST_F(Assertion, OpensAnEncryptedKeyWithItsPassphrase) {
  const std::string pem =
      certificate_.certificate_pem() + certificate_.encrypted_key_pem("open sesame");
  const auto assertion = client_assertion({pem, "open sesame"}, "app", kUrl, now_);
  ASSERT_TRUE(assertion) << assertion.error().message;
  const auto parts = base::split(*assertion, '.');
  EXPECT_TRUE(is_signed_by(certificate_.key(), parts[0] + "." + parts[1], decode(parts[2])));
}

TEST_F(Assertion, SaysThatAKeyIsEncryptedOrThePassphraseWrong) {
  const std::string pem =
      certificate_.certificate_pem() + certificate_.encrypted_key_pem("open sesame");
  const auto none = client_assertion({pem, {}}, "app", kUrl, now_);
  EXPECT_EQ(none.error().message, "its private key is encrypted");
  EXPECT_THAT(none.error().hint, testing::HasSubstr("certificate_passphrase_file"));
  const auto wrong = client_assertion({pem, "open barley"}, "app", kUrl, now_);
  EXPECT_EQ(wrong.error().message, "the passphrase does not open its private key");
  const auto huge = client_assertion({pem, std::string(100000, 'x')}, "app", kUrl, now_);
  EXPECT_EQ(huge.error().message, "the passphrase does not open its private key");
  const auto needless = client_assertion({certificate_.pem(), "open sesame"}, "app", kUrl, now_);
  EXPECT_TRUE(needless);
}

TEST(Claims, ATokenThatCannotBeReadHasNone) {
  EXPECT_TRUE(claims_of("opaque").is_null());
  EXPECT_TRUE(claims_of("a.b.c").is_null());
  EXPECT_TRUE(claims_of("a.!!!!.c").is_null());
  EXPECT_TRUE(roles_of(claims_of("opaque")).empty());
  const std::string token = "x." + base::base64url(R"({"roles":["User.Read.All",7]})") + ".y";
  EXPECT_EQ(roles_of(claims_of(token)), std::vector<std::string>{"User.Read.All"});
}

}  // namespace
}  // namespace entrad::graph
