// Verifies a client assertion: a JWT signed with the app's registered certificate (PS256 with
// x5t#S256, or RS256 with x5t), or a token of an outside issuer that the app trusts. Times are
// checked against the wall clock.
// Facts: Microsoft's page "Application authentication certificate credentials".
// Thread safety: pure.
#pragma once

#include <string>

#include "exchange.h"
#include "tenant.h"

namespace graphsim {

/// A refusal of the token endpoint, thrown by value.
struct TokenRefusal {
  unsigned status;
  std::string error;
  int code;
  std::string text;
};

/// Throws TokenRefusal with 50027, 700027, 700021, 700023 or 700024, and as check_federated does.
void check_assertion(const std::string& assertion, const App& app, const Tenant& tenant,
                     const Request& request);

}  // namespace graphsim
