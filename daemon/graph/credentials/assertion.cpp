// Parts: OpenSSL's objects, the key and its passphrase, the certificate, signing, the claims.
#include "graph/credentials/assertion.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "base/freed_by.h"
#include "base/guid.h"
#include "base/json.h"
#include "base/text.h"

namespace entrad::graph {
namespace {

using base::ErrorKind;

using Bio = std::unique_ptr<BIO, base::FreedBy<BIO_free>>;
using Certificate = std::unique_ptr<X509, base::FreedBy<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, base::FreedBy<EVP_PKEY_free>>;
using Digest = std::unique_ptr<EVP_MD_CTX, base::FreedBy<EVP_MD_CTX_free>>;

constexpr int kSalt = 32;
constexpr auto kLife = std::chrono::minutes(10);

Bio reader(const std::string& pem) {
  return Bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

// Answers OpenSSL's question for the passphrase, in place of a person at a terminal.
struct Passphrase {
  std::string_view text;
  bool asked = false;

  static int answer(char* to, int room, int /*writing*/, void* self) {
    auto& passphrase = *static_cast<Passphrase*>(self);
    passphrase.asked = true;
    const auto size = static_cast<int>(passphrase.text.size());
    if (size == 0 || size > room) return -1;
    passphrase.text.copy(to, passphrase.text.size());
    return size;
  }
};

base::unexpected<base::Error> no_key(const Passphrase& passphrase) {
  if (!passphrase.asked)
    return base::fail(ErrorKind::invalid_argument, "there is no RSA private key in it",
                      "the PEM file must hold the certificate and its private key");
  if (passphrase.text.empty())
    return base::fail(ErrorKind::invalid_argument, "its private key is encrypted",
                      "name the file with its passphrase as certificate_passphrase_file");
  return base::fail(ErrorKind::invalid_argument, "the passphrase does not open its private key",
                    "put the key's passphrase, and nothing else, into the file that "
                    "certificate_passphrase_file names");
}

base::Result<Key> read_key(const SigningPem& pem) {
  Passphrase passphrase{pem.passphrase};
  Key key(
      PEM_read_bio_PrivateKey(reader(pem.text).get(), nullptr, Passphrase::answer, &passphrase));
  if (!key || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) return no_key(passphrase);
  return key;
}

// The one among the certificates that the key was made for.
base::Result<Certificate> find_certificate(const std::string& pem, const Key& key) {
  const Bio bio = reader(pem);
  bool any = false;
  while (Certificate certificate{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)}) {
    any = true;
    if (X509_check_private_key(certificate.get(), key.get()) == 1) return certificate;
  }
  if (!any)
    return base::fail(ErrorKind::invalid_argument, "there is no certificate in it",
                      "the PEM file must hold the certificate and its private key");
  return base::fail(ErrorKind::invalid_argument,
                    "its certificate and its private key do not belong together",
                    "put the key that the certificate was made with into the file");
}

std::string thumbprint(const Certificate& certificate) {
  std::string digest(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  if (X509_digest(certificate.get(), EVP_sha256(), reinterpret_cast<unsigned char*>(digest.data()),
                  &size) != 1)
    throw std::runtime_error("SHA-256 is not available in this OpenSSL");
  digest.resize(size);
  return base::base64url(digest);
}

// RSA-PSS with SHA-256 and a salt of 32 bytes, as PS256 asks.
std::string sign(const Key& key, std::string_view text) {
  const Digest digest(EVP_MD_CTX_new());
  EVP_PKEY_CTX* options = nullptr;  // owned by the digest
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t size = 0;
  const bool sized =
      EVP_DigestSignInit(digest.get(), &options, EVP_sha256(), nullptr, key.get()) == 1 &&
      EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1 &&
      EVP_PKEY_CTX_set_rsa_pss_saltlen(options, kSalt) == 1 &&
      EVP_DigestSign(digest.get(), nullptr, &size, bytes, text.size()) == 1;
  std::string signature(size, '\0');
  if (!sized || EVP_DigestSign(digest.get(), reinterpret_cast<unsigned char*>(signature.data()),
                               &size, bytes, text.size()) != 1)
    throw std::runtime_error("OpenSSL could not sign with the private key");
  signature.resize(size);
  return signature;
}

std::string claims(const std::string& client_id, const std::string& token_url, base::WallTime now) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  return base::json_text({{"aud", token_url},
                          {"iss", client_id},
                          {"sub", client_id},
                          {"jti", base::Guid::random().str()},
                          {"nbf", seconds},
                          {"iat", seconds},
                          {"exp", seconds + std::chrono::seconds(kLife).count()}});
}

}  // namespace

base::Result<std::string> client_assertion(const SigningPem& pem, const std::string& client_id,
                                           const std::string& token_url, base::WallTime now) {
  const auto key = read_key(pem);
  if (!key) return base::unexpected<base::Error>(key.error());
  const auto certificate = find_certificate(pem.text, *key);
  if (!certificate) return base::unexpected<base::Error>(certificate.error());
  const nlohmann::json head = {
      {"alg", "PS256"}, {"typ", "JWT"}, {"x5t#S256", thumbprint(*certificate)}};
  const std::string text = base::base64url(base::json_text(head)) + "." +
                           base::base64url(claims(client_id, token_url, now));
  return text + "." + base::base64url(sign(*key, text));
}

}  // namespace entrad::graph
