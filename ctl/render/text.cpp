// Text: code points and their widths first, then numbers and times.
#include "ctl/render/text.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/text.h"
#include "base/time_text.h"

namespace entrad::ctl::render {
namespace {

struct CodePoint {
  std::string_view bytes;
  utf8proc_int32_t value;  // negative: not UTF-8
};

CodePoint first_of(std::string_view text) {
  utf8proc_int32_t value = -1;
  const auto size = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                     static_cast<utf8proc_ssize_t>(text.size()), &value);
  if (size <= 0) return {text.substr(0, 1), -1};
  return {text.substr(0, static_cast<std::size_t>(size)), value};
}

std::size_t width_of(const CodePoint& point) {
  if (point.value < 0) return 1;
  const int width = utf8proc_charwidth(point.value);
  return width < 0 ? 0 : static_cast<std::size_t>(width);
}

// Directional marks and overrides can make a line read as something else.
bool drives_terminal(utf8proc_int32_t value) {
  const bool directional = (value >= 0x202A && value <= 0x202E) ||
                           (value >= 0x2066 && value <= 0x2069) || value == 0x200E ||
                           value == 0x200F || value == 0x061C;
  return value < 0 || value < 0x20 || (value >= 0x7F && value < 0xA0) || directional ||
         value == 0x2028 || value == 0x2029;
}

std::string_view code_of(Tone tone) {
  switch (tone) {
    case Tone::title:
      return "\x1b[1m";
    case Tone::good:
      return "\x1b[32m";
    case Tone::warning:
      return "\x1b[33m";
    case Tone::bad:
      return "\x1b[31m";
    case Tone::quiet:
      return "\x1b[2m";
    default:
      return "";
  }
}

// Words, with those between two backticks kept together.
std::vector<std::string> unbreakable(std::string_view text) {
  std::vector<std::string> parts;
  bool inside = false;
  for (const std::string& word : base::split(text, ' ')) {
    if (inside)
      parts.back() += " " + word;
    else
      parts.push_back(word);
    if (std::count(word.begin(), word.end(), '`') % 2 == 1) inside = !inside;
  }
  return parts;
}

}  // namespace

std::string View::paint(std::string_view text, Tone tone) const {
  if (!colour || tone == Tone::plain || text.empty()) return std::string(text);
  return std::string(code_of(tone)) + std::string(text) + "\x1b[0m";
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const CodePoint point = first_of(text);
    width += width_of(point);
    text.remove_prefix(point.bytes.size());
  }
  return width;
}

std::string clip(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  std::string kept;
  std::size_t used = 1;  // the ellipsis
  while (!text.empty()) {
    const CodePoint point = first_of(text);
    used += width_of(point);
    if (used > width) break;
    kept += point.bytes;
    text.remove_prefix(point.bytes.size());
  }
  return width == 0 ? std::string() : kept + "…";
}

std::string clean(std::string_view text) {
  std::string kept;
  while (!text.empty()) {
    const CodePoint point = first_of(text);
    if (point.value == '\t' || point.value == '\n')
      kept += ' ';
    else if (drives_terminal(point.value))
      kept += "\uFFFD";
    else
      kept += point.bytes;
    text.remove_prefix(point.bytes.size());
  }
  return kept;
}

std::string pad_right(std::string text, std::size_t width) {
  const std::size_t used = display_width(text);
  return used < width ? text.append(width - used, ' ') : text;
}

std::string pad_left(std::string text, std::size_t width) {
  const std::size_t used = display_width(text);
  return used < width ? text.insert(0, width - used, ' ') : text;
}

std::string wrap(std::string_view text, std::size_t indent, std::size_t used) {
  std::string out;
  bool line_begins = true;
  for (const std::string& word : unbreakable(text)) {
    const std::size_t width = display_width(word);
    if (!line_begins && used + 1 + width > kWidth) {
      out += "\n" + std::string(indent, ' ');
      used = indent;
      line_begins = true;
    }
    out += (line_begins ? "" : " ") + word;
    used += width + (line_begins ? 0 : 1);
    line_begins = false;
  }
  return out;
}

std::string number(std::uint64_t value) {
  std::string digits = std::to_string(value);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

std::string counted(std::uint64_t value, std::string_view thing) {
  return number(value) + " " + std::string(thing) + (value == 1 ? "" : "s");
}

std::string bytes(std::uint64_t value) {
  constexpr std::array kUnits{"bytes", "KiB", "MiB", "GiB", "TiB"};
  if (value < 1024) return number(value) + " bytes";
  double scaled = static_cast<double>(value);
  std::size_t unit = 0;
  for (; scaled >= 1024 && unit + 1 < kUnits.size(); ++unit) scaled /= 1024;
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f %s", scaled, kUnits.at(unit));
  return text.data();
}

std::string age(base::WallTime time, const View& view) {
  if (time > view.now) return "in " + base::human_duration(time - view.now);
  return base::human_duration(view.now - time) + " ago";
}

std::string short_age(base::WallTime time, const View& view) {
  const std::string both = age(time, view);
  const std::vector<std::string> words = base::split(both, ' ');
  // "16 h 4 min ago" has a second unit to leave out; "in 2 h" and "16 h ago" have not.
  if (words.size() != 5 || words.back() != "ago") return both;
  return words[0] + " " + words[1] + " ago";
}

std::string when(base::WallTime time, const View& view) {
  return base::rfc3339(time) + ", " + age(time, view);
}

std::string or_dash(std::string text) { return text.empty() ? "-" : text; }

std::string join(const std::vector<std::string>& parts, std::string_view between) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : std::string(between)) + part;
  return text;
}

}  // namespace entrad::ctl::render
