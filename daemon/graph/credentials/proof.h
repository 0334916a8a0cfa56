// What an app registration shows to the sign-in service: one function a kind, each in a file of its
// own (client_secret.cpp, certificate.cpp, federated_token.cpp).
//
// Source: Microsoft identity platform, "OAuth 2.0 client credentials flow": a secret, or a signed
// assertion that is made by us or by an outside issuer that the app trusts.
// Thread safety: pure but for the credential's files, which are read for each call.
#pragma once

#include <map>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "graph/tenant.h"

namespace entrad::graph {

using FormFields = std::map<std::string, std::string>;

// Errors of each: authentication_failed, when a file cannot be read or does not hold what it
// should; the file is named.
base::Result<FormFields> secret_proof(const Credential& credential);
// `token_url` becomes the assertion's audience, `now` its time.
base::Result<FormFields> certificate_proof(const Credential& credential,
                                           const std::string& token_url, base::WallTime now);
base::Result<FormFields> federated_proof(const Credential& credential);

// The fields that carry a signed assertion, whoever made it.
FormFields assertion_fields(std::string assertion);

}  // namespace entrad::graph
