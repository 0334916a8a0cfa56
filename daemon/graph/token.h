// TokenSource: access tokens for one app registration in one tenant, by client credentials.
//
// Source: Microsoft identity platform, "OAuth 2.0 client credentials flow" and "Microsoft Entra
// authentication and authorization error codes". A token is renewed five minutes before it expires,
// by one thread while the others wait; if that fails while the old one is good, the old one is
// used. The credential's file is read for each request, so that a rotated secret takes effect.
// Thread safety: every member may be called from any thread. Owned by Session.
#pragma once

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "graph/tenant.h"
#include "graph/transport.h"

namespace entrad::graph {

class TokenSource {
 public:
  TokenSource(const Tenant& tenant, const Credential& credential, Transport& login,
              base::Clock& clock);

  // Errors: authentication_failed (the credential is missing or was refused; the hint says what to
  // do), graph_unavailable (the sign-in service), cancelled.
  base::Result<std::string> get(std::stop_token stop);
  // Graph did not accept `token`: it is not given out again.
  void drop(const std::string& token);

 private:
  struct Grant {
    std::string token;
    base::SteadyTime expires;
    base::SteadyTime renew;
  };

  bool is_fresh(base::SteadyTime now) const;
  base::Result<Grant> ask(std::stop_token stop);
  base::Result<std::string> form() const;
  base::Result<std::string> proof(const std::string& token_url) const;
  base::Result<Grant> read_answer(const Response& response, bool& again) const;

  const Tenant tenant_;
  const Credential credential_;
  Transport& login_;
  base::Clock& clock_;
  std::mutex mutex_;  // guards everything below
  std::condition_variable_any changed_;
  bool asking_ = false;
  Grant grant_;
};

}  // namespace entrad::graph
