// TokenIssuer: whoever gives an access token for a credential, asked once; and what came of it.
//
// Entra's sign-in service gives one for a secret, a certificate or a federated token (sign_in.h),
// the machine's own platform for a managed identity (managed_identity.h). When to ask, and again,
// is for TokenSource. Thread safety: one call of ask() at a time.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "graph/tenant.h"
#include "graph/transport/transport.h"

namespace entrad::graph {

struct Grant {
  std::string token;
  std::chrono::seconds life{0};
};

// May asking again help after a failure?
enum class Again {
  no,
  soon,     // twice, shortly after: what has just been set up is not known everywhere yet
  backoff,  // with growing pauses: the service is in trouble
  resync,   // once, by the service's clock
};

struct Attempt {
  base::Result<Grant> grant;
  // After a failure:
  Again again = Again::no;
  std::optional<base::Duration> asked_for = {};  // do not ask again before
  std::optional<base::Duration> ahead = {};      // how far the service's clock is ahead of ours
};

class TokenIssuer {
 public:
  virtual ~TokenIssuer() = default;
  // Nothing is repeated inside. `ahead` is added to our clock where a time has to be stated.
  // Errors: authentication_failed (the credential is missing or was refused; the hint says what to
  // do), graph_unavailable (no answer, or none that says anything).
  virtual Attempt ask(base::Duration ahead, std::stop_token stop) = 0;
};

// For the one kind of credential that is set. `login` is the tenant's sign-in service.
std::unique_ptr<TokenIssuer> token_issuer(const Tenant& tenant, const Credential& credential,
                                          Transport& login, base::Clock& clock);

}  // namespace entrad::graph
