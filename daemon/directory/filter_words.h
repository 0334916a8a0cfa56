// Filter words: a filter's text cut into the pieces that its grammar speaks of.
// Thread safety: pure functions and plain values.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace entrad::directory {

struct FilterWord {
  // `literal` is a number, a date or a GUID; `mark` is one of ( ) , : /; `broken` is a quote
  // whose text has no end, or a character that has no meaning.
  enum class Kind { name, text, literal, mark, broken, end };

  Kind kind = Kind::end;
  std::string text;    // of a text: without its quotes
  std::size_t at = 1;  // which character it begins with

  bool is_mark(char mark) const { return kind == Kind::mark && text.front() == mark; }
};

// The last one is `end`; nothing comes after one that is `broken` but the end.
std::vector<FilterWord> filter_words(std::string_view filter);

}  // namespace entrad::directory
