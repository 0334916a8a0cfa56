// Near: which of some words a person meant who wrote another.
// Thread safety: pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace entrad::base {

// Letters to insert, leave out, exchange or swap with their neighbour, to make one of the other.
std::size_t edits(std::string_view a, std::string_view b);

// The known word that is nearest to `word`, case aside; empty where none is near enough: at most
// two edits, at most one for words of up to four letters, or a beginning of three letters or more.
std::string nearest(std::string_view word, const std::vector<std::string>& known);

}  // namespace entrad::base
