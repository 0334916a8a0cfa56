#include "graph/credentials/certificate_end.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <ctime>
#include <memory>

#include "graph/credentials/credential_file.h"

namespace entrad::graph {
namespace {

std::optional<base::WallTime> end_of(const X509* certificate) {
  std::tm time{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &time) != 1) return std::nullopt;
  return base::WallTime(std::chrono::seconds(timegm(&time)));
}

}  // namespace

std::optional<base::WallTime> certificate_end(const std::filesystem::path& file) {
  const auto text = read_credential_file(file);
  if (!text) return std::nullopt;
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(
      BIO_new_mem_buf(text->data(), static_cast<int>(text->size())), BIO_free);
  std::optional<base::WallTime> earliest;
  while (X509* certificate = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
    const auto end = end_of(certificate);
    if (end) earliest = earliest ? std::min(*earliest, *end) : *end;
    X509_free(certificate);
  }
  ERR_clear_error();  // the end of the file is one to OpenSSL
  return earliest;
}

}  // namespace entrad::graph
