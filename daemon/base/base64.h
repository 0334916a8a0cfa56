// Base64 back to bytes; text.h writes it.
// Thread safety: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace entrad::base {

// Of the padded form, without line breaks; nullopt: it is none.
std::optional<std::string> base64_bytes(std::string_view text);

}  // namespace entrad::base
