#include "graph/credentials/claims.h"

#include <optional>

#include "base/json.h"
#include "base/text.h"

namespace entrad::graph {
namespace {

using nlohmann::json;

int base64url_value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '-') return 62;
  if (c == '_') return 63;
  return -1;
}

std::optional<std::string> decode(std::string_view text) {
  std::string bytes;
  unsigned buffer = 0;
  int bits = 0;
  for (const char c : text) {
    const int value = base64url_value(c);
    if (value < 0) return std::nullopt;
    buffer = (buffer << 6 | static_cast<unsigned>(value)) & 0xffffU;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>(buffer >> bits & 0xffU);
  }
  return bytes;
}

}  // namespace

json claims_of(std::string_view token) {
  const auto parts = base::split(token, '.');
  if (parts.size() != 3) return nullptr;
  const auto text = decode(parts[1]);
  if (!text) return nullptr;
  json claims = base::parse_json(*text);
  return claims.is_object() ? claims : json(nullptr);
}

std::vector<std::string> roles_of(const json& claims) {
  std::vector<std::string> roles;
  if (!claims.is_object() || !claims.contains("roles") || !claims["roles"].is_array()) return roles;
  for (const json& role : claims["roles"])
    if (role.is_string()) roles.push_back(role.get<std::string>());
  return roles;
}

}  // namespace entrad::graph
