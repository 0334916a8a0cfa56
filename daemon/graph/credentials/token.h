// TokenSource: the access token of one app registration or managed identity in one tenant, kept
// fresh.
//
// A token is renewed five minutes before it expires, by one thread; the others go on with the old
// one, or wait where there is none, and share what comes of it. If renewing fails while the old one
// is good, the old one is used. Every renewal reads the credential's files anew.
// Source: Microsoft identity platform, "OAuth 2.0 client credentials flow" (there is no refresh
// token: one just asks again).
// Thread safety: every member may be called from any thread. Owned by Session.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "graph/credentials/token_issuer.h"
#include "graph/tenant.h"
#include "graph/transport/transport.h"

namespace entrad::graph {

class TokenSource {
 public:
  // For the kind of credential that is set; `login` is the tenant's sign-in service.
  TokenSource(const Tenant& tenant, const Credential& credential, Transport& login,
              base::Clock& clock);
  TokenSource(std::unique_ptr<TokenIssuer> issuer, base::Clock& clock);

  // Errors: authentication_failed (the credential is missing or was refused; the hint says what to
  // do), graph_unavailable (nobody to ask), cancelled.
  base::Result<std::string> get(std::stop_token stop);
  // Graph did not accept `token`: it is not given out again.
  void drop(const std::string& token);

 private:
  struct Held {
    std::string token;
    base::SteadyTime expires;
    base::SteadyTime renew;
  };

  bool is_fresh(base::SteadyTime now) const { return is_good(now) && now < held_.renew; }
  bool is_good(base::SteadyTime now) const { return !held_.token.empty() && now < held_.expires; }
  base::Result<std::string> wait_for_other(std::unique_lock<std::mutex>& lock,
                                           std::stop_token stop);
  base::Result<Grant> ask_alone(std::unique_lock<std::mutex>& lock, std::stop_token stop);
  base::Result<Grant> ask(bool patiently, std::stop_token stop);

  const std::unique_ptr<TokenIssuer> issuer_;  // called by whoever set asking_
  base::Clock& clock_;
  std::mutex mutex_;  // guards everything below
  std::condition_variable_any changed_;
  bool asking_ = false;
  std::uint64_t answers_ = 0;           // how often asking has ended
  std::optional<base::Error> refused_;  // how it ended the last time
  Held held_;
};

}  // namespace entrad::graph
