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

// A certificate and its private RSA key, in any order and with others of its chain.
struct SigningPem {
  std::string text;
  std::string passphrase;  // of the private key; not used when that is not encrypted
};

// `token_url` becomes the audience. Each call makes a fresh one (`jti`). Errors: invalid_argument
// that says what the PEM lacks.
base::Result<std::string> client_assertion(const SigningPem& pem, const std::string& client_id,
                                           const std::string& token_url, base::WallTime now);

}  // namespace entrad::graph
