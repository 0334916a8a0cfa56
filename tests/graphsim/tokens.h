// The token endpoint (client credentials with a secret or a certificate) and the access tokens it
// has given out. Facts: Microsoft's pages "OAuth 2.0 client credentials flow", "Application
// authentication certificate credentials" and the AADSTS error code reference.
// Thread safety: one thread. Owned by Simulation.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "exchange.h"
#include "tenant.h"

namespace graphsim {

struct AccessToken {
  Tenant* tenant = nullptr;
  std::string client_id;
  std::set<std::string> roles;  ///< as granted when the token was issued
  double expires = 0;           ///< simulated seconds
};

class Tokens {
 public:
  Tokens(const Clock& clock, std::vector<std::unique_ptr<Tenant>>& tenants)
      : clock_(clock), tenants_(tenants) {}

  /// POST /{tenant}/oauth2/v2.0/token; always answers, errors in Entra's own shape.
  Response issue(const Request& request);
  /// Null where the header carries no token of ours that is still valid.
  const AccessToken* check(const std::string& authorization);
  /// None of the app's tokens is valid any more.
  void revoke(const std::string& client_id);
  /// How often the endpoint has answered with each status.
  const std::map<unsigned, std::uint64_t>& answers() const { return answers_; }
  void count(unsigned status) { ++answers_[status]; }
  void forget_answers() { answers_.clear(); }

 private:
  std::string mint(const Tenant& tenant, const App& app, const Request& request);

  const Clock& clock_;
  std::vector<std::unique_ptr<Tenant>>& tenants_;
  std::unordered_map<std::string, AccessToken> tokens_;
  std::uint64_t issued_ = 0;
  std::map<unsigned, std::uint64_t> answers_;
};

/// True where `path` is /{tenant}/oauth2/v2.0/token.
bool is_token_path(std::string_view path);

}  // namespace graphsim
