#include "base/text.h"
#include "graph/credentials/claims.h"
#include "graph/credentials/credential_file.h"
#include "graph/credentials/proof.h"

namespace entrad::graph {

// The token's own times are for the sign-in service to judge, by its clock.
base::Result<FormFields> federated_proof(const Credential& credential) {
  auto text = read_credential_file(credential.federated_token_file);
  if (!text) return base::pass(text);
  std::string token(base::trim(*text));
  if (claims_of(token).is_null())
    return base::fail(base::ErrorKind::authentication_failed,
                      "the federated token file " + credential.federated_token_file.string() +
                          " holds no signed token (JWT)",
                      "name the file that the platform writes its token to (in Kubernetes the one "
                      "that AZURE_FEDERATED_TOKEN_FILE names)");
  return assertion_fields(std::move(token));
}

}  // namespace entrad::graph
