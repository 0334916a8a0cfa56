// A signed token (JWT): its parts, and whether a key signed it.
// Thread safety: pure.
#pragma once

#include <openssl/evp.h>

#include <string>

#include "exchange.h"

namespace graphsim {

struct Jwt {
  Json header;
  Json claims;
  std::string signed_text;
  std::string signature;  ///< raw bytes
};

/// Throws TokenRefusal with 50027 where `text` is none.
Jwt parse_jwt(const std::string& text);
/// RSA with SHA-256: PS256 where `pss`, else RS256.
bool is_signed_by(const Jwt& jwt, EVP_PKEY* key, bool pss);

/// Throws TokenRefusal with 700024 outside of the claims' times, give or take five minutes.
void check_times(const Json& claims);

}  // namespace graphsim
