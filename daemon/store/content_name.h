// The name of a content: 32 bytes that no other content has.
//
// A text of at most 31 bytes is its own name, filled up with zeros, its length in the last byte; a
// longer one is named by its SHA-256. Thread safety: plain values.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace entrad::store {

using ContentName = std::array<char, 32>;

constexpr std::size_t kLongestShort = 31;  // bytes of a text that is its own name

ContentName name_of(std::string_view content);
inline std::string_view bytes_of(const ContentName& name) { return {name.data(), name.size()}; }

}  // namespace entrad::store
