#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <chrono>

#include "simulator_process.h"

namespace graphsim_test {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

std::string base64url(const std::string& bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                   reinterpret_cast<const unsigned char*>(bytes.data()),
                                   static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(size));
  while (!out.empty() && out.back() == '=') out.pop_back();
  for (char& c : out) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return out;
}

std::int64_t now() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

class Assertion : public SimulatorTest {
 protected:
  Assertion() : key_(EVP_RSA_gen(2048), EVP_PKEY_free), certificate_(X509_new(), X509_free) {
    X509_gmtime_adj(X509_getm_notBefore(certificate_.get()), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate_.get()), 3600);
    X509_set_pubkey(certificate_.get(), key_.get());
    X509_sign(certificate_.get(), key_.get(), EVP_sha256());
  }

  void begin() {
    start();
    BIO* bio = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(bio, certificate_.get());
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    control("PUT", "/tenants/aurora/apps/backup",
            {{"certificatePem", std::string(data, static_cast<std::size_t>(size))}});
    BIO_free(bio);
    const std::string id = app("backup")["clientId"];
    claims_ = {{"aud", process_->ready()["http"].get<std::string>() + "/" +
                           tenant_["tenantId"].get<std::string>() + "/oauth2/v2.0/token"},
               {"iss", id},
               {"sub", id},
               {"jti", "1"},
               {"nbf", now()},
               {"exp", now() + 600}};
  }

  std::string thumbprint(const EVP_MD* digest) {
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    X509_digest(certificate_.get(), digest, bytes, &size);
    return base64url(std::string(reinterpret_cast<char*>(bytes), size));
  }

  std::string sign(const std::string& text, bool pss) {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    EVP_PKEY_CTX* options = nullptr;
    EVP_DigestSignInit(context, &options, EVP_sha256(), nullptr, key_.get());
    if (pss) {
      EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING);
      EVP_PKEY_CTX_set_rsa_pss_saltlen(options, 32);
    }
    std::string out(256, '\0');
    std::size_t size = out.size();
    EVP_DigestSign(context, reinterpret_cast<unsigned char*>(out.data()), &size,
                   reinterpret_cast<const unsigned char*>(text.data()), text.size());
    EVP_MD_CTX_free(context);
    return out;
  }

  Reply ask(bool pss) {
    Json header{{"typ", "JWT"}, {"alg", pss ? "PS256" : "RS256"}};
    header[pss ? "x5t#S256" : "x5t"] = thumbprint(pss ? EVP_sha256() : EVP_sha1());
    const std::string text = base64url(header.dump()) + "." + base64url(claims_.dump());
    return request_token(
        {{"client_id", app("backup")["clientId"]},
         {"grant_type", "client_credentials"},
         {"scope", "https://graph.microsoft.com/.default"},
         {"client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
         {"client_assertion", text + "." + base64url(sign(text, pss))}});
  }

  int code(const Reply& reply) { return reply.json.at("error_codes").at(0); }

  Key key_;
  Certificate certificate_;
  Json claims_;
};

TEST_F(Assertion, SignedWithPs256OpensGraph) {
  begin();
  const Reply reply = ask(true);
  ASSERT_EQ(reply.status, 200U) << reply.text;
  token_ = reply.json["access_token"];
  EXPECT_EQ(get("/organization").status, 200U);
}

TEST_F(Assertion, SignedWithRs256IsAccepted) {
  begin();
  EXPECT_EQ(ask(false).status, 200U);
}

TEST_F(Assertion, OfAnotherKeyIsRefused) {
  begin();
  key_.reset(EVP_RSA_gen(2048));
  const Reply reply = ask(true);
  EXPECT_EQ(reply.status, 401U);
  EXPECT_EQ(code(reply), 700027);
}

TEST_F(Assertion, OfAnotherAppIsRefused) {
  begin();
  claims_["sub"] = app("restore")["clientId"];
  EXPECT_EQ(code(ask(true)), 700021);
}

TEST_F(Assertion, ForAnotherAudienceIsRefused) {
  begin();
  claims_["aud"] = "https://login.example/x";
  EXPECT_EQ(code(ask(true)), 700023);
}

TEST_F(Assertion, OutsideItsTimesIsRefused) {
  begin();
  claims_["nbf"] = now() - 7200;
  claims_["exp"] = now() - 3600;
  EXPECT_EQ(code(ask(true)), 700024);
}

}  // namespace
}  // namespace graphsim_test
