// Needle: a part of a text, looked for in a million texts at once, and a part of an id, looked for
// in a million ids.
//
// The texts lie end to end in one buffer, so that one pass over it finds all that contain the
// needle: 5 ms for 88 MB where it is rare, 35 ms where every text has it (one core of 2026; twice
// to five times as fast as memmem and std::string_view::find there). Ids stay 16 bytes: the digits
// of the needle are compared with those of an id at each place where its dashes allow it to be.
// Thread safety: pure functions and plain values.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/guid.h"

namespace entrad::store {

// Which of the texts contain the needle, in ascending order. Text i is from starts[i] to
// starts[i + 1]: `starts` has one more element than there are texts. The needle must not be empty,
// and must not hold what separates texts (a match may not run over from one to the next).
std::vector<std::uint32_t> texts_with(std::string_view needle, std::string_view text,
                                      const std::vector<std::uint32_t>& starts);

// An id as two numbers, which sort as its bytes do.
struct IdBits {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  static IdBits of(const base::Guid& id);
  base::Guid guid() const;
  auto operator<=>(const IdBits&) const = default;  // NOLINT: clang-tidy 14 sees a 0 in it
};

// Lower-case hexadecimal digits and dashes, as they are written in an id. Anything else, or a part
// that no id can have, matches none.
class IdNeedle {
 public:
  explicit IdNeedle(std::string_view folded);
  bool may_match() const { return !places_.empty(); }
  bool matches(const IdBits& id) const {
    for (const auto& [mask, wanted] : places_)
      if ((id.high & mask.high) == wanted.high && (id.low & mask.low) == wanted.low) return true;
    return false;
  }

 private:
  struct Place {
    IdBits mask;
    IdBits wanted;
  };
  std::vector<Place> places_;
};

}  // namespace entrad::store
