// A self-signed certificate with its key, made for one test.
// Thread safety: const members may be called from any thread.
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <string>

namespace entrad::test {

class Certificate {
 public:
  Certificate() : key_(EVP_RSA_gen(2048)), certificate_(X509_new()) {
    ASN1_INTEGER_set(X509_get_serialNumber(certificate_), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate_), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate_), 3600);
    X509_set_pubkey(certificate_, key_);
    X509_sign(certificate_, key_, EVP_sha256());
  }
  ~Certificate() {
    X509_free(certificate_);
    EVP_PKEY_free(key_);
  }
  Certificate(const Certificate&) = delete;
  Certificate& operator=(const Certificate&) = delete;

  EVP_PKEY* key() const { return key_; }
  std::string pem() const { return certificate_pem() + key_pem(); }
  std::string certificate_pem() const {
    return written([this](BIO* out) { PEM_write_bio_X509(out, certificate_); });
  }
  std::string key_pem() const {
    return written([this](BIO* out) {
      PEM_write_bio_PrivateKey(out, key_, nullptr, nullptr, 0, nullptr, nullptr);
    });
  }
  std::string encrypted_key_pem(const std::string& passphrase) const {
    return written([&](BIO* out) {
      PEM_write_bio_PKCS8PrivateKey(out, key_, EVP_aes_256_cbc(), passphrase.data(),
                                    static_cast<int>(passphrase.size()), nullptr, nullptr);
    });
  }
  std::string sha256() const {
    std::string digest(32, '\0');
    X509_digest(certificate_, EVP_sha256(), reinterpret_cast<unsigned char*>(digest.data()),
                nullptr);
    return digest;
  }

 private:
  template <typename Write>
  static std::string written(Write write) {
    BIO* out = BIO_new(BIO_s_mem());
    write(out);
    char* data = nullptr;
    const long size = BIO_get_mem_data(out, &data);
    std::string text(data, static_cast<std::size_t>(size));
    BIO_free(out);
    return text;
  }

  EVP_PKEY* key_;
  X509* certificate_;
};

}  // namespace entrad::test
