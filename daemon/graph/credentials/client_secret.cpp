#include "base/text.h"
#include "graph/credentials/credential_file.h"
#include "graph/credentials/proof.h"

namespace entrad::graph {

base::Result<FormFields> secret_proof(const Credential& credential) {
  auto text = read_credential_file(credential.client_secret_file);
  if (!text) return base::pass(text);
  return FormFields{{"client_secret", std::string(base::trim(*text))}};
}

}  // namespace entrad::graph
