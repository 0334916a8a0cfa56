// The name of a content: 16 bytes that no other content has.
//
// A text of at most 15 bytes is its own name, filled up with zeros, its length in the last byte; a
// longer one is named by the first half of its SHA-256, which is enough to tell contents apart that
// nobody forges. Thread safety: plain values.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace entrad::store {

using ContentName = std::array<char, 16>;

constexpr std::size_t kLongestShort = 15;  // bytes of a text that is its own name

ContentName name_of(std::string_view content);
inline std::string_view bytes_of(const ContentName& name) { return {name.data(), name.size()}; }

}  // namespace entrad::store
