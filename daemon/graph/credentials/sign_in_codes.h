// What the sign-in service's error codes (AADSTS...) mean for an app registration, what to do about
// each, and whether asking again may help: one table.
// Source: "Microsoft Entra authentication and authorization error codes". Microsoft may change
// codes, so that one that is not here keeps the service's own words.
// Thread safety: constant data.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "graph/credentials/token_issuer.h"

namespace entrad::graph {

struct SignInCode {
  std::int64_t code;
  std::string_view message;
  std::string_view hint;
  Again again;
};

constexpr std::int64_t kNotValidAtThisTime = 700024;

std::span<const SignInCode> sign_in_codes();
// Null where the code is not in the table.
const SignInCode* find_sign_in_code(std::int64_t code);

}  // namespace entrad::graph
