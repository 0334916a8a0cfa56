#include "base/text.h"

#include <utf8proc.h>

#include <array>
#include <span>

namespace entrad::base {
namespace {

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

bool is_ascii(std::string_view text) {
  for (const char c : text)
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  return true;
}

// Without branches, so that the compiler makes it into vector code.
void append_lower(std::string& out, std::string_view text) {
  const auto from = out.size();
  out.append(text);
  char* letters = out.data() + from;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_upper = letters[i] >= 'A' && letters[i] <= 'Z';
    letters[i] = static_cast<char>(letters[i] + (is_upper ? 'a' - 'A' : 0));
  }
}

constexpr std::size_t kShortText = 256;  // code points; nearly every name is shorter
constexpr auto kFolding =
    static_cast<utf8proc_option_t>(UTF8PROC_CASEFOLD | UTF8PROC_COMPOSE | UTF8PROC_COMPAT);

// How many code points it takes; they are all there when it is fewer than there is room for.
utf8proc_ssize_t decompose(std::string_view text, std::span<utf8proc_int32_t> points) {
  return utf8proc_decompose(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                            static_cast<utf8proc_ssize_t>(text.size()), points.data(),
                            static_cast<utf8proc_ssize_t>(points.size()), kFolding);
}

// Composes in place, for which utf8proc wants room for one more than there are.
void append_composed(std::string& out, std::span<utf8proc_int32_t> points, utf8proc_ssize_t size) {
  const auto bytes = utf8proc_reencode(points.data(), size, kFolding);
  if (bytes > 0)
    out.append(reinterpret_cast<const char*>(points.data()), static_cast<std::size_t>(bytes));
}

}  // namespace

std::string fold(std::string_view text) {
  std::string folded;
  append_folded(folded, text);
  return folded;
}

void append_folded(std::string& out, std::string_view text) {
  if (!is_ascii(text)) {
    std::array<utf8proc_int32_t, kShortText> points;  // NOLINT: filled by what comes next
    const auto size = decompose(text, points);
    if (size < 0) return append_lower(out, text);  // is not UTF-8
    if (static_cast<std::size_t>(size) < points.size()) return append_composed(out, points, size);
    std::vector<utf8proc_int32_t> many(static_cast<std::size_t>(size) + 1);
    return append_composed(out, many, decompose(text, many));
  }
  append_lower(out, text);
}

std::string ascii_lower(std::string_view text) {
  std::string lower;
  append_lower(lower, text);
  return lower;
}

std::string hex(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += kDigits[byte >> 4];
    text += kDigits[byte & 0xf];
  }
  return text;
}

std::string url_encode(std::string_view text) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    if (is_unreserved(c)) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += {'%', kDigits[byte >> 4], kDigits[byte & 0xf]};
  }
  return encoded;
}

std::string odata_literal(std::string_view text) {
  std::string literal = "'";
  for (const char c : text) {
    literal += c;
    if (c == '\'') literal += c;
  }
  return literal + "'";
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (;;) {
    const auto at = text.find(separator);
    parts.emplace_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

}  // namespace entrad::base
