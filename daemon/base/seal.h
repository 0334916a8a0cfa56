// Seal: a text for one reader's eyes, encrypted to a certificate. It is CMS, which
// `openssl cms -decrypt -inform PEM -inkey KEY` reads too.
// Thread safety: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace entrad::base {

// Errors of all: invalid_argument for a certificate, key or sealed text that is none (PEM).
Result<void> check_certificate(const std::string& certificate);
Result<std::string> seal(const std::string& certificate, std::string_view text);
Result<std::string> unseal(const std::string& private_key, const std::string& sealed);

}  // namespace entrad::base
