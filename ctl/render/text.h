// Text for people: widths as a terminal counts them, numbers, sizes, times with their age, colour.
//
// Names in a directory are written by its users; clean() takes away what could drive a terminal
// (control characters, changes of writing direction). Every renderer passes such text through it.
// Thread safety: pure functions and plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace entrad::ctl::render {

inline constexpr std::size_t kWidth = 100;  // columns that every text keeps to

enum class Tone { plain, title, good, warning, bad, quiet };

// How to write: what time it is, and whether colour is wanted.
struct View {
  base::WallTime now{};
  bool colour = false;
  std::size_t table_width = kWidth;  // tables that may be cut keep to it

  std::string paint(std::string_view text, Tone tone) const;
};

// Columns that a terminal uses: two for wide East Asian characters, none for combining marks.
std::size_t display_width(std::string_view text);
// At most `width` columns, the last of them "…" where something was cut off.
std::string clip(std::string_view text, std::size_t width);
std::string clean(std::string_view text);
std::string pad_right(std::string text, std::size_t width);
std::string pad_left(std::string text, std::size_t width);

// Words broken at kWidth; lines after the first begin with `indent` blanks. The first line starts
// at column `used`. What stands between backticks is a command to copy and stays on one line.
std::string wrap(std::string_view text, std::size_t indent, std::size_t used);

std::string number(std::uint64_t value);                           // 1,234,567
std::string counted(std::uint64_t value, std::string_view thing);  // "1 user", "2,000 users"
std::string bytes(std::uint64_t value);                            // "1.2 GiB"
std::string age(base::WallTime time, const View& view);            // "3 min ago", "in 2 h"
std::string short_age(base::WallTime time, const View& view);      // "16 h ago", for tables
std::string when(base::WallTime time, const View& view);           // RFC 3339, age
std::string or_dash(std::string text);                             // "-" for an empty text
std::string join(const std::vector<std::string>& parts, std::string_view between);

}  // namespace entrad::ctl::render
