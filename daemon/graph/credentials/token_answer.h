// What a token endpoint's answer says: a token and its life, or why there is none.
// Source: Microsoft identity platform, "OAuth 2.0 client credentials flow", error responses.
// Thread safety: pure functions.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "graph/credentials/token_issuer.h"

namespace entrad::graph {

// A token in any endpoint's form: its life is "expires_in", else "expires_on" (epoch seconds), each
// a number or a text. Nullopt: there is none.
std::optional<Grant> grant_of(const nlohmann::json& answer, base::WallTime now);

// An answer of Entra's sign-in service to `tenant`.
Attempt read_sign_in(const Response& response, const std::string& tenant, base::WallTime now);

// The text at `key`; "" where there is none.
std::string text_at(const nlohmann::json& object, const char* key);
// Without what follows it, such as trace ids.
std::string_view first_line(std::string_view text);

}  // namespace entrad::graph
