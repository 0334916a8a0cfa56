#include "graph/credentials/assertion.h"
#include "graph/credentials/credential_file.h"
#include "graph/credentials/proof.h"

namespace entrad::graph {
namespace {

// A passphrase may begin or end with blanks: only the end of the line is not part of it.
std::string without_line_end(std::string text) {
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  return text;
}

base::Result<SigningPem> read_pem(const Credential& credential) {
  auto text = read_credential_file(credential.certificate_file);
  if (!text) return base::pass(text);
  SigningPem pem{std::move(*text), ""};
  if (credential.certificate_passphrase_file.empty()) return pem;
  auto passphrase = read_credential_file(credential.certificate_passphrase_file);
  if (!passphrase) return base::pass(passphrase);
  pem.passphrase = without_line_end(std::move(*passphrase));
  return pem;
}

}  // namespace

base::Result<FormFields> certificate_proof(const Credential& credential,
                                           const std::string& token_url, base::WallTime now) {
  auto pem = read_pem(credential);
  if (!pem) return base::pass(pem);
  auto assertion = client_assertion(*pem, credential.client_id, token_url, now);
  if (assertion) return assertion_fields(std::move(*assertion));
  assertion.error().kind = base::ErrorKind::authentication_failed;
  return base::pass(assertion, "the certificate file " + credential.certificate_file.string() +
                                   " cannot be used");
}

FormFields assertion_fields(std::string assertion) {
  return {{"client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
          {"client_assertion", std::move(assertion)}};
}

}  // namespace entrad::graph
