#include "store/lists/needle.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace entrad::store {
namespace {

constexpr std::size_t kBlock = 64;
constexpr std::size_t kIdText = 36;  // an id as text

// Finds one needle by its first and its last byte. Whole blocks are passed over by a loop without
// branches, which the compiler makes into vector code.
class Finder {
 public:
  Finder(std::string_view needle, std::string_view text)
      : needle_(needle),
        first_(needle.front()),
        last_(needle.back()),
        text_(text.data()),
        ends_(text.size() < needle.size() ? 0 : text.size() - needle.size() + 1) {}

  // The first place at or after `from`; npos: none.
  std::size_t next(std::size_t from) const {
    while (from < ends_) {
      const auto until = std::min(ends_, from + kBlock);
      if (until - from < kBlock || may_begin_in_block(from))
        for (std::size_t at = from; at < until; ++at)
          if (begins(at)) return at;
      from = until;
    }
    return std::string_view::npos;
  }

 private:
  bool may_begin_in_block(std::size_t from) const {
    const char* firsts = text_ + from;
    const char* lasts = firsts + needle_.size() - 1;
    unsigned char found = 0;
    for (std::size_t i = 0; i < kBlock; ++i)
      found = static_cast<unsigned char>(found | ((firsts[i] == first_) & (lasts[i] == last_)));
    return found != 0;
  }
  bool begins(std::size_t at) const {
    return text_[at] == first_ && text_[at + needle_.size() - 1] == last_ &&
           std::memcmp(text_ + at, needle_.data(), needle_.size()) == 0;
  }

  std::string_view needle_;
  char first_;
  char last_;
  const char* text_;
  std::size_t ends_;  // no match begins here or later
};

// The text that holds this place of the buffer, not before text `from`. Near ones are found first.
std::size_t text_at(std::size_t place, const std::vector<std::uint32_t>& starts, std::size_t from) {
  std::size_t step = 1;
  while (from + step < starts.size() && starts[from + step] <= place) {
    from += step;
    step *= 2;
  }
  const auto first = starts.begin() + static_cast<std::ptrdiff_t>(from);
  const auto last =
      starts.begin() + static_cast<std::ptrdiff_t>(std::min(starts.size(), from + step));
  return static_cast<std::size_t>(std::upper_bound(first, last, place) - starts.begin()) - 1;
}

std::uint64_t big_endian(const char* bytes) {
  std::uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

bool has_dash(std::size_t place) { return place == 8 || place == 13 || place == 18 || place == 23; }

// The four bits of a digit, at its place among the 32 of an id.
void set_digit(IdBits& bits, std::size_t digit, std::uint64_t value) {
  (digit < 16 ? bits.high : bits.low) |= value << (60 - 4 * (digit % 16));
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

}  // namespace

std::vector<std::uint32_t> texts_with(std::string_view needle, std::string_view text,
                                      const std::vector<std::uint32_t>& starts) {
  std::vector<std::uint32_t> found;
  const Finder finder(needle, text);
  std::size_t which = 0;
  for (std::size_t at = finder.next(0); at != std::string_view::npos;
       at = finder.next(starts[which])) {
    which = text_at(at, starts, which);
    found.push_back(static_cast<std::uint32_t>(which));
    ++which;
  }
  return found;
}

IdBits IdBits::of(const base::Guid& id) {
  return {big_endian(id.bytes().data()), big_endian(id.bytes().data() + 8)};
}

base::Guid IdBits::guid() const {
  std::array<std::uint8_t, 16> bytes{};
  for (std::size_t i = 0; i < 8; ++i) {
    bytes[i] = static_cast<std::uint8_t>(high >> (56 - 8 * i));
    bytes[8 + i] = static_cast<std::uint8_t>(low >> (56 - 8 * i));
  }
  return base::Guid(bytes);
}

IdNeedle::IdNeedle(std::string_view folded) {
  if (folded.empty()) return;
  for (std::size_t from = 0; from + folded.size() <= kIdText; ++from) {
    Place place;
    std::size_t digit = from - static_cast<std::size_t>(from > 8) -
                        static_cast<std::size_t>(from > 13) - static_cast<std::size_t>(from > 18) -
                        static_cast<std::size_t>(from > 23);
    bool fits = true;
    for (std::size_t i = 0; i < folded.size() && fits; ++i) {
      const int value = hex_value(folded[i]);
      fits = has_dash(from + i) ? folded[i] == '-' : value >= 0;
      if (!fits || value < 0) continue;
      set_digit(place.mask, digit, 0xf);
      set_digit(place.wanted, digit, static_cast<std::uint64_t>(value));
      ++digit;
    }
    if (fits) places_.push_back(place);
  }
}

}  // namespace entrad::store
