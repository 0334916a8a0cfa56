#include "guid.h"

#include <cstdio>

#include "random.h"

namespace graphsim {
namespace {

constexpr std::uint64_t kMask62 = (1ULL << 62) - 1;
constexpr std::uint64_t kMultiplier = 0x1d8e4e27c47d124fULL;

constexpr std::uint64_t inverse_of(std::uint64_t odd) {
  std::uint64_t x = odd;
  for (int i = 0; i < 6; ++i) x *= 2 - odd * x;
  return x;
}

// A shift of half the width is its own inverse, so unscramble runs the same steps backwards.
constexpr std::uint64_t fold(std::uint64_t x) { return (x ^ (x >> 31)) & kMask62; }

std::uint64_t scramble(std::uint64_t key, std::uint64_t x) {
  x = fold((x * kMultiplier + key) & kMask62);
  return fold((x * kMultiplier + mix(key)) & kMask62);
}

std::uint64_t unscramble(std::uint64_t key, std::uint64_t x) {
  constexpr std::uint64_t kInverse = inverse_of(kMultiplier);
  x = ((fold(x) - mix(key)) * kInverse) & kMask62;
  return ((fold(x) - key) * kInverse) & kMask62;
}

Guid stamped(std::uint64_t high, std::uint64_t low) {
  return {(high & 0xffffffffffff0fffULL) | 0x4000ULL, (low & kMask62) | (2ULL << 62)};
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string Guid::digits() const {
  char buffer[33];
  std::snprintf(buffer, sizeof buffer, "%016llx%016llx", static_cast<unsigned long long>(high),
                static_cast<unsigned long long>(low));
  return buffer;
}

std::string Guid::text() const {
  std::string out = digits();
  for (const std::size_t at : {8U, 13U, 18U, 23U}) out.insert(at, 1, '-');
  return out;
}

std::optional<Guid> parse_guid(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  Guid out;
  int seen = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash != (text[i] == '-')) return std::nullopt;
    if (dash) continue;
    const int value = hex_value(text[i]);
    if (value < 0) return std::nullopt;
    std::uint64_t& half = seen++ < 16 ? out.high : out.low;
    half = half << 4 | static_cast<std::uint64_t>(value);
  }
  return out;
}

Guid derived_guid(std::uint64_t seed, std::uint64_t index, std::uint64_t purpose) {
  return stamped(draw(seed, index, purpose), draw(seed, index, purpose + 0x5000000));
}

Guid indexed_guid(std::uint64_t seed, std::uint32_t index) {
  return stamped(draw(seed, index, 0x1d), scramble(mix(seed), index));
}

std::optional<std::uint32_t> index_of(std::uint64_t seed, const Guid& id) {
  const std::uint64_t value = unscramble(mix(seed), id.low & kMask62);
  if (value > 0xffffffffULL) return std::nullopt;
  const auto index = static_cast<std::uint32_t>(value);
  if (indexed_guid(seed, index) != id) return std::nullopt;
  return index;
}

}  // namespace graphsim
