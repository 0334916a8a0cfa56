#include "graph/credentials/token_issuer.h"

#include "graph/credentials/managed_identity.h"
#include "graph/credentials/sign_in.h"

namespace entrad::graph {

std::unique_ptr<TokenIssuer> token_issuer(const Tenant& tenant, const Credential& credential,
                                          Transport& login, base::Clock& clock) {
  if (credential.managed_identity)
    return std::make_unique<ManagedIdentity>(tenant, credential.client_id,
                                             MachineSurroundings::of_this_process(), clock);
  return std::make_unique<SignIn>(tenant, credential, login, clock);
}

}  // namespace entrad::graph
