// Text encodings of the wire: percent, base64, base64url, gzip, dates, and case folding for ASCII.
// Pure functions, thread safe.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace graphsim {

std::string lower(std::string_view text);
bool same_text(std::string_view a, std::string_view b);  ///< ASCII case-insensitive
bool starts_with_text(std::string_view text, std::string_view prefix);
bool ends_with_text(std::string_view text, std::string_view suffix);
std::vector<std::string> split(std::string_view text, char separator);
std::string_view trimmed(std::string_view text);

/// Decodes %XX, and `+` as a space where `plus_is_space` (form bodies and query strings).
std::string percent_decoded(std::string_view text, bool plus_is_space);
std::string percent_encoded(std::string_view text);

std::string base64(std::string_view bytes);
std::string base64url(std::string_view bytes);
/// Accepts both alphabets, padded or not; nullopt on any other character.
std::optional<std::string> base64_decoded(std::string_view text);

std::string gzip(const std::string& plain);

/// RFC 3339 in UTC with seconds, as Graph writes it: 2026-11-23T18:30:55Z.
std::string iso_time(std::chrono::system_clock::time_point t);
std::string iso_time(std::int64_t unix_seconds);
/// RFC 1123 date for the Date header.
std::string http_date(std::chrono::system_clock::time_point t);

}  // namespace graphsim
