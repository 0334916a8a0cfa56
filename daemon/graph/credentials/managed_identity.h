// ManagedIdentity: access tokens from the Azure machine that the daemon runs on; no secret is kept
// anywhere.
//
// Source: MSAL's managed identity client; "How to use managed identities for Azure resources on an
// Azure VM to acquire an access token", with what to repeat there. Tokens are cached by the
// platform for up to a day, so that a permission granted now may take that long to work, and a
// token that Graph refused may be given out again.
// Thread safety: one call of ask() at a time. Owned by TokenSource.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "graph/credentials/machine_surroundings.h"
#include "graph/credentials/token_issuer.h"

namespace entrad::graph {

class ManagedIdentity final : public TokenIssuer {
 public:
  // `client_id` selects one of several identities; empty: the machine's own. What is wrong with
  // the surroundings is said by ask().
  ManagedIdentity(const Tenant& tenant, std::string client_id, MachineSurroundings around,
                  base::Clock& clock);

  Attempt ask(base::Duration ahead, std::stop_token stop) override;

 private:
  base::Result<void> open();
  Outgoing request() const;
  base::Result<Response> exchange(std::stop_token stop);
  Attempt read(const Response& response) const;
  base::Result<void> check(const Grant& grant) const;
  base::Error no_answer(const std::string& why) const;
  base::Error refusal(const std::string& words) const;

  const Tenant tenant_;
  const std::string client_id_;
  const MachineSurroundings around_;
  base::Clock& clock_;
  IdentityEndpoint endpoint_;
  std::unique_ptr<Transport> transport_;  // opened by the first ask()
};

}  // namespace entrad::graph
