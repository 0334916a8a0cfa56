// Text as the directory uses it: case folding for search in any script, base64url, hex, splitting.
// Thread safety: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace entrad::base {

// Unicode case folding with compatibility composition: what two names are compared by when a
// person types part of one. Bytes that are not UTF-8 are kept as they are, ASCII-folded.
std::string fold(std::string_view text);
void append_folded(std::string& out, std::string_view text);

// ASCII-only lower case, for protocol words (header names, GUIDs, domain names).
std::string ascii_lower(std::string_view text);

std::string hex(std::string_view bytes);
std::string base64url(std::string_view bytes);  // no padding
std::string base64(std::string_view bytes);

// SHA-256 of the bytes, 32 raw bytes.
std::string sha256(std::string_view bytes);

// Percent-encodes everything but RFC 3986's unreserved characters.
std::string url_encode(std::string_view text);

// A literal inside an OData expression: quotes doubled, quoted ("O'Neil" -> 'O''Neil').
std::string odata_literal(std::string_view text);

std::vector<std::string> split(std::string_view text, char separator);  // keeps empty parts
std::string_view trim(std::string_view text);

}  // namespace entrad::base
