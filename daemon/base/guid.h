// Guid: a directory object's id, 16 bytes, written as Graph writes it (lower case, dashes).
// Thread safety: a plain value.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

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
  bool operator==(const Guid&) const = default;
  // In the order of their bytes, eight at a time: sorting and searching millions is common.
  std::strong_ordering operator<=>(const Guid& other) const {
    const auto order = word(0) <=> other.word(0);
    return order != 0 ? order : word(8) <=> other.word(8);
  }

 private:
  std::uint64_t word(std::size_t at) const {
    std::uint64_t value = 0;
    std::memcpy(&value, bytes_.data() + at, sizeof value);
    return __builtin_bswap64(value);
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
