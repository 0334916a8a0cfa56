#include "base/guid.h"

#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace entrad::base {
namespace {

// Where each of the 16 bytes has its two digits.
constexpr std::array<std::uint8_t, 16> kDigitsAt{0,  2,  4,  6,  9,  11, 14, 16,
                                                 19, 21, 24, 26, 28, 30, 32, 34};
constexpr std::array<std::size_t, 4> kDashesAt{8, 13, 18, 23};
constexpr std::uint8_t kNoDigit = 0xff;

constexpr std::array<std::uint8_t, 256> hex_values() {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNoDigit);
  for (std::uint8_t i = 0; i < 10; ++i) values['0' + i] = i;
  for (std::uint8_t i = 0; i < 6; ++i) values['a' + i] = values['A' + i] = 10 + i;
  return values;
}
constexpr auto kHexValues = hex_values();

}  // namespace

std::optional<Guid> Guid::parse(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  for (const std::size_t at : kDashesAt)
    if (text[at] != '-') return std::nullopt;
  std::array<std::uint8_t, 16> bytes{};
  std::uint8_t all = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto high = kHexValues[static_cast<unsigned char>(text[kDigitsAt[i]])];
    const auto low = kHexValues[static_cast<unsigned char>(text[kDigitsAt[i] + 1U])];
    all |= high | low;
    bytes[i] = static_cast<std::uint8_t>(high << 4U | (low & 0xFU));
  }
  if (all > 0xF) return std::nullopt;
  return Guid(bytes);
}

Guid Guid::from_bytes(std::string_view raw) {
  if (raw.size() != 16) throw std::logic_error("a guid has 16 bytes");
  std::array<std::uint8_t, 16> bytes{};
  std::memcpy(bytes.data(), raw.data(), bytes.size());
  return Guid(bytes);
}

Guid Guid::random() {
  std::array<std::uint8_t, 16> bytes{};
  if (::getentropy(bytes.data(), bytes.size()) != 0)
    throw std::runtime_error("the system's source of randomness failed");
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80);
  return Guid(bytes);
}

std::string Guid::str() const {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text(36, '-');
  for (std::size_t i = 0; i < bytes_.size(); ++i) {
    text[kDigitsAt[i]] = kDigits[bytes_[i] >> 4U];
    text[kDigitsAt[i] + 1U] = kDigits[bytes_[i] & 0xFU];
  }
  return text;
}

}  // namespace entrad::base
