// SignIn: access tokens from Entra's sign-in service, by client credentials.
//
// Source: Microsoft identity platform, "OAuth 2.0 client credentials flow": a POST to the tenant's
// own token endpoint (never /common), the scope being all that is granted for Graph.
// Thread safety: one call of ask() at a time. Owned by TokenSource.
#pragma once

#include "graph/credentials/proof.h"
#include "graph/credentials/token_issuer.h"

namespace entrad::graph {

class SignIn final : public TokenIssuer {
 public:
  SignIn(const Tenant& tenant, const Credential& credential, Transport& login, base::Clock& clock);

  Attempt ask(base::Duration ahead, std::stop_token stop) override;

 private:
  base::Result<FormFields> proof(base::WallTime now) const;

  const Tenant tenant_;
  const Credential credential_;
  const std::string path_;
  Transport& login_;
  base::Clock& clock_;
};

}  // namespace entrad::graph
