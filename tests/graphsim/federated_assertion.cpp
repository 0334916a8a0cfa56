#include "federated_assertion.h"

#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>

#include "client_assertion.h"

namespace graphsim {
namespace {

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

[[noreturn]] void no_match(int code, const std::string& what, const std::string& given) {
  throw TokenRefusal{401, "invalid_client", code,
                     "No matching federated identity record found for presented assertion " + what +
                         " '" + given +
                         "'. Please note that the matching is done using a "
                         "case-sensitive comparison."};
}

void compare(const Json& claims, const char* claim, const std::string& expected, int code,
             const std::string& what) {
  const std::string given = claims.value(claim, "");
  if (given != expected) no_match(code, what, given);
}

Key key_of(const std::string& certificate_pem) {
  const Bio bio(BIO_new_mem_buf(certificate_pem.data(), static_cast<int>(certificate_pem.size())),
                BIO_free);
  const Certificate certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), X509_free);
  return {certificate ? X509_get_pubkey(certificate.get()) : nullptr, EVP_PKEY_free};
}

}  // namespace

void check_federated(const Jwt& token, const App& app) {
  const FederatedCredential& trusted = app.federated;
  if (trusted.issuer.empty())
    throw TokenRefusal{
        401, "invalid_client", 70025,
        "The client '" + app.client_id + "' has no configured federated identity credentials."};
  compare(token.claims, "iss", trusted.issuer, 700211, "issuer");
  compare(token.claims, "sub", trusted.subject, 700213, "subject");
  compare(token.claims, "aud", trusted.audience, 700212, "audience");
  const Key key = key_of(trusted.certificate_pem);
  if (token.header.value("alg", "") != "RS256" || !is_signed_by(token, key.get(), false))
    throw TokenRefusal{401, "invalid_client", 50013, "Assertion failed signature validation."};
  check_times(token.claims);
}

}  // namespace graphsim
