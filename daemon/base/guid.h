// Guid: a directory object's id, 16 bytes, written as Graph writes it (lower case, dashes).
// Thread safety: a plain value.
#pragma once

#include <array>
#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace entrad::base {

class Guid {
 public:
  Guid() = default;
  explicit Guid(const std::array<std::uint8_t, 16>& bytes) : bytes_(bytes) {}

  // Accepts the 36-character form in any case; anything else is nullopt.
  static std::optional<Guid> parse(std::string_view text);
  // The 16 raw bytes of a store key; `raw` must hold exactly 16.
  static Guid from_bytes(std::string_view raw);
  // A random (version 4) id from the system's source of randomness.
  static Guid random();

  std::string str() const;
  std::string_view bytes() const {
    return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()};
  }
  bool is_nil() const { return *this == Guid(); }
  bool operator==(const Guid& other) const { return words() == other.words(); }
  auto operator<=>(const Guid& other) const { return words() <=> other.words(); }

 private:
  // Sorts as the bytes do, in two steps: backups compare ids by the million.
  std::pair<std::uint64_t, std::uint64_t> words() const {
    static_assert(std::endian::native == std::endian::little);
    std::pair<std::uint64_t, std::uint64_t> words;
    std::memcpy(&words.first, bytes_.data(), sizeof words.first);
    std::memcpy(&words.second, bytes_.data() + sizeof words.first, sizeof words.second);
    return {__builtin_bswap64(words.first), __builtin_bswap64(words.second)};
  }

  std::array<std::uint8_t, 16> bytes_{};
};

}  // namespace entrad::base

template <>
struct std::hash<entrad::base::Guid> {
  std::size_t operator()(const entrad::base::Guid& id) const noexcept {
    return std::hash<std::string_view>{}(id.bytes());
  }
};
