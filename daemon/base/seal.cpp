#include "base/seal.h"

#include <openssl/pem.h>
// After pem.h, which makes it declare how an envelope is written as PEM.
#include <openssl/cms.h>
//
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <memory>

#include "base/freed_by.h"

namespace entrad::base {
namespace {

using Bio = std::unique_ptr<BIO, FreedBy<BIO_free_all>>;
using Certificate = std::unique_ptr<X509, FreedBy<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, FreedBy<EVP_PKEY_free>>;
using Envelope = std::unique_ptr<CMS_ContentInfo, FreedBy<CMS_ContentInfo_free>>;

Bio reading(std::string_view text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string contents(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

Certificate read_certificate(const std::string& text) {
  return Certificate(PEM_read_bio_X509(reading(text).get(), nullptr, nullptr, nullptr));
}

unexpected<Error> no_certificate() {
  return fail(ErrorKind::invalid_argument, "this is no certificate in PEM",
              "make one with its key: openssl req -x509 -newkey rsa:3072 -nodes -days 30 -subj "
              "/CN=restore -keyout key.pem -out certificate.pem");
}

// RSA keys take the session key by OAEP.
bool add_recipient(CMS_ContentInfo* envelope, X509* certificate) {
  CMS_RecipientInfo* recipient = CMS_add1_recipient_cert(envelope, certificate, CMS_KEY_PARAM);
  if (recipient == nullptr) return false;
  EVP_PKEY_CTX* context = CMS_RecipientInfo_get0_pkey_ctx(recipient);
  const bool is_rsa = EVP_PKEY_is_a(X509_get0_pubkey(certificate), "RSA") == 1;
  return !is_rsa ||
         (context != nullptr && EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) > 0);
}

}  // namespace

Result<void> check_certificate(const std::string& certificate) {
  if (!read_certificate(certificate)) return no_certificate();
  return {};
}

Result<std::string> seal(const std::string& certificate, std::string_view text) {
  const Certificate reader = read_certificate(certificate);
  if (!reader) return no_certificate();
  const Envelope envelope(
      CMS_encrypt(nullptr, nullptr, EVP_aes_256_cbc(), CMS_BINARY | CMS_PARTIAL | CMS_KEY_PARAM));
  const Bio written(BIO_new(BIO_s_mem()));
  if (!envelope || !add_recipient(envelope.get(), reader.get()) ||
      CMS_final(envelope.get(), reading(text).get(), nullptr, CMS_BINARY) != 1 ||
      PEM_write_bio_CMS(written.get(), envelope.get()) != 1)
    return fail(ErrorKind::invalid_argument, "nothing can be sealed to this certificate's key",
                "use one with an RSA or elliptic-curve key");
  return contents(written.get());
}

Result<std::string> unseal(const std::string& private_key, const std::string& sealed) {
  const Key key(PEM_read_bio_PrivateKey(reading(private_key).get(), nullptr, nullptr, nullptr));
  if (!key)
    return fail(ErrorKind::invalid_argument, "this is no private key in PEM",
                "give the key of the certificate that the restore was sealed to");
  const Envelope envelope(PEM_read_bio_CMS(reading(sealed).get(), nullptr, nullptr, nullptr));
  if (!envelope) return fail(ErrorKind::invalid_argument, "this is nothing sealed");
  const Bio opened(BIO_new(BIO_s_mem()));
  if (CMS_decrypt(envelope.get(), key.get(), nullptr, nullptr, opened.get(), CMS_BINARY) != 1)
    return fail(ErrorKind::invalid_argument, "it was not sealed to this key",
                "use the key of the certificate that --seal-to named");
  return contents(opened.get());
}

}  // namespace entrad::base
