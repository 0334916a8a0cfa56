// A key and a certificate of it, made anew, for tests.
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <string>

namespace entrad::base {

struct KeyAndCertificate {
  std::string key;
  std::string certificate;
};

// `kind` is "RSA" or "EC".
inline KeyAndCertificate make_certificate(const char* kind = "RSA") {
  const bool is_rsa = std::string(kind) == "RSA";
  EVP_PKEY* key = is_rsa ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  X509_NAME* name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("helpdesk"), -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  X509_sign(certificate, key, EVP_sha256());
  const auto text = [](auto write) {
    BIO* bio = BIO_new(BIO_s_mem());
    write(bio);
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    std::string out(data, static_cast<std::size_t>(size));
    BIO_free(bio);
    return out;
  };
  KeyAndCertificate made{text([key](BIO* to) {
                           PEM_write_bio_PrivateKey(to, key, nullptr, nullptr, 0, nullptr, nullptr);
                         }),
                         text([certificate](BIO* to) { PEM_write_bio_X509(to, certificate); })};
  X509_free(certificate);
  EVP_PKEY_free(key);
  return made;
}

}  // namespace entrad::base
