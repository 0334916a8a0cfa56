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

// Eight hexadecimal digits, each in a byte of a word, that are read together: a backup reads ids by
// the million.
class EightDigits {
 public:
  EightDigits(const char* first_four, const char* last_four) {
    std::uint32_t first = 0;
    std::uint32_t last = 0;
    std::memcpy(&first, first_four, sizeof first);
    std::memcpy(&last, last_four, sizeof last);
    text_ = first | std::uint64_t{last} << 32U;
    letters_ = text_ >> 6U & kOnes;
    values_ = (text_ & kOnes * 0xF) + letters_ * 9;
  }
  bool are_digits() const {
    const auto from_ten = (values_ + kOnes * (0x80 - 10)) >> 7U & kOnes;
    const auto from_sixteen = (values_ + kOnes * (0x80 - 16)) >> 7U & kOnes;
    const auto written = values_ + kOnes * '0' + letters_ * ('a' - '0' - 10);
    return ((from_ten ^ letters_) | from_sixteen | (written ^ (text_ | letters_ << 5U))) == 0;
  }
  std::uint64_t four_bytes() const {
    auto pairs = (values_ << 4U | values_ >> 8U) & 0x00FF00FF00FF00FFULL;
    pairs = (pairs | pairs >> 8U) & 0x0000FFFF0000FFFFULL;
    return (pairs | pairs >> 16U) & 0xFFFFFFFFU;
  }

 private:
  static_assert(std::endian::native == std::endian::little);
  static constexpr std::uint64_t kOnes = 0x0101010101010101ULL;
  std::uint64_t text_ = 0;
  std::uint64_t letters_ = 0;  // 1 for each digit from a to f
  std::uint64_t values_ = 0;
};

}  // namespace

std::optional<Guid> Guid::parse(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  for (const std::size_t at : kDashesAt)
    if (text[at] != '-') return std::nullopt;
  const char* at = text.data();
  const EightDigits first(at, at + 4);
  const EightDigits second(at + 9, at + 14);
  const EightDigits third(at + 19, at + 24);
  const EightDigits fourth(at + 28, at + 32);
  // All are looked at, and then asked once: a branch costs more than a look.
  if (!(first.are_digits() & second.are_digits() & third.are_digits() & fourth.are_digits()))
    return std::nullopt;
  Guid id;
  const std::array<std::uint64_t, 2> words{first.four_bytes() | second.four_bytes() << 32U,
                                           third.four_bytes() | fourth.four_bytes() << 32U};
  std::memcpy(id.bytes_.data(), words.data(), sizeof words);
  return id;
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
