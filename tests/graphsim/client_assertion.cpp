#include "client_assertion.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <chrono>
#include <memory>

#include "encoding.h"

namespace graphsim {
namespace {

using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

constexpr std::int64_t kSkewSeconds = 300;

[[noreturn]] void bad_signature(const App& app, const std::string& why) {
  throw TokenRefusal{401, "invalid_client", 700027,
                     "The certificate with identifier used to sign the client assertion is not "
                     "registered on application '" +
                         app.client_id + "'. [Reason - " + why + "]"};
}

Certificate load(const std::string& pem) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  return {PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), X509_free};
}

std::string thumbprint(X509* certificate, const EVP_MD* digest) {
  unsigned char bytes[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  X509_digest(certificate, digest, bytes, &size);
  return {reinterpret_cast<const char*>(bytes), size};
}

bool verifies(X509* certificate, const std::string& signed_text, const std::string& signature,
              bool pss) {
  const Key key(X509_get_pubkey(certificate), EVP_PKEY_free);
  const Context context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  EVP_PKEY_CTX* options = nullptr;
  if (!key || EVP_DigestVerifyInit(context.get(), &options, EVP_sha256(), nullptr, key.get()) != 1)
    return false;
  if (pss && (EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) != 1 ||
              EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) != 1))
    return false;
  return EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                          signature.size(),
                          reinterpret_cast<const unsigned char*>(signed_text.data()),
                          signed_text.size()) == 1;
}

Json json_part(const std::string& encoded) {
  const auto plain = base64_decoded(encoded);
  Json out = plain ? Json::parse(*plain, nullptr, false) : Json();
  if (!out.is_object())
    throw TokenRefusal{400, "invalid_request", 50027, "JWT token is invalid or malformed."};
  return out;
}

void check_signature(const std::vector<std::string>& parts, const Json& header, const App& app) {
  const Certificate certificate = load(app.certificate_pem);
  if (!certificate) bad_signature(app, "The key was not found.");
  const std::string algorithm = header.value("alg", "");
  const bool pss = algorithm == "PS256";
  if (!pss && algorithm != "RS256") bad_signature(app, "The algorithm is not supported.");
  const std::string given = header.value(pss ? "x5t#S256" : "x5t", "");
  const auto bytes = base64_decoded(given);
  if (given.empty() || bytes != thumbprint(certificate.get(), pss ? EVP_sha256() : EVP_sha1()))
    bad_signature(app, "The key was not found. Thumbprint of key used by client: '" + given + "'");
  const auto signature = base64_decoded(parts[2]);
  if (!signature || !verifies(certificate.get(), parts[0] + "." + parts[1], *signature, pss))
    bad_signature(app, "The signature validation failed.");
}

bool right_audience(const std::string& audience, const Tenant& tenant, const Request& request) {
  for (const std::string& host :
       {request.base_url, std::string("https://login.microsoftonline.com")})
    for (const std::string& name :
         {tenant.id(), tenant.origins.initial_domain, tenant.origins.custom_domain})
      for (const char* end : {"/oauth2/v2.0/token", "/v2.0", "/oauth2/token"})
        if (same_text(audience, host + "/" + name + end)) return true;
  return false;
}

void check_claims(const Json& claims, const App& app, const Tenant& tenant,
                  const Request& request) {
  if (!same_text(claims.value("iss", ""), app.client_id) ||
      !same_text(claims.value("sub", ""), app.client_id))
    throw TokenRefusal{401, "invalid_client", 700021,
                       "Client assertion application identifier doesn't match 'client_id' "
                       "parameter."};
  if (!right_audience(claims.value("aud", ""), tenant, request))
    throw TokenRefusal{401, "invalid_client", 700023,
                       "Client assertion audience claim does not match Realm issuer."};
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count();
  const auto from = claims.value("nbf", std::int64_t{0});
  const auto until = claims.value("exp", std::int64_t{0});
  if (from > now + kSkewSeconds || until < now - kSkewSeconds)
    throw TokenRefusal{401, "invalid_client", 700024,
                       "Client assertion is not within its valid time range."};
}

}  // namespace

void check_assertion(const std::string& jwt, const App& app, const Tenant& tenant,
                     const Request& request) {
  const auto parts = split(jwt, '.');
  if (parts.size() != 3)
    throw TokenRefusal{400, "invalid_request", 50027, "JWT token is invalid or malformed."};
  check_signature(parts, json_part(parts[0]), app);
  check_claims(json_part(parts[1]), app, tenant, request);
}

}  // namespace graphsim
