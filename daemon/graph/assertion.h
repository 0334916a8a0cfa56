// The client assertion: a JWT signed with the app registration's certificate, in place of a secret.
// Source: Microsoft identity platform, "Application authentication certificate credentials":
// PS256 with the header x5t#S256, audience the token endpoint, ten minutes of life.
// Thread safety: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace entrad::graph {

// `pem` holds the certificate and its private RSA key; `token_url` becomes the audience. Each call
// makes a fresh one (`jti`). Errors: invalid_argument that says what the PEM lacks.
base::Result<std::string> client_assertion(const std::string& pem, const std::string& client_id,
                                           const std::string& token_url, base::WallTime now);

}  // namespace entrad::graph
