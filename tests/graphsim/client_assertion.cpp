#include "client_assertion.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>

#include "encoding.h"
#include "federated_assertion.h"
#include "jwt.h"

namespace graphsim {
namespace {

using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

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

void check_signature(const Jwt& jwt, const App& app) {
  const Certificate certificate = load(app.certificate_pem);
  if (!certificate) bad_signature(app, "The key was not found.");
  const std::string algorithm = jwt.header.value("alg", "");
  const bool pss = algorithm == "PS256";
  if (!pss && algorithm != "RS256") bad_signature(app, "The algorithm is not supported.");
  const std::string given = jwt.header.value(pss ? "x5t#S256" : "x5t", "");
  const auto bytes = base64_decoded(given);
  if (given.empty() || bytes != thumbprint(certificate.get(), pss ? EVP_sha256() : EVP_sha1()))
    bad_signature(app, "The key was not found. Thumbprint of key used by client: '" + given + "'");
  const Key key(X509_get_pubkey(certificate.get()), EVP_PKEY_free);
  if (!is_signed_by(jwt, key.get(), pss)) bad_signature(app, "The signature validation failed.");
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
  check_times(claims);
}

}  // namespace

void check_assertion(const std::string& assertion, const App& app, const Tenant& tenant,
                     const Request& request) {
  const Jwt jwt = parse_jwt(assertion);
  // A certificate's assertion names its certificate; an outside issuer's token has none.
  if (!jwt.header.contains("x5t#S256") && !jwt.header.contains("x5t"))
    return check_federated(jwt, app);
  check_signature(jwt, app);
  check_claims(jwt.claims, app, tenant, request);
}

}  // namespace graphsim
