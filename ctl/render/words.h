// Words: two texts beside each other, with the words that differ marked.
// Thread safety: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ctl/render/text.h"

namespace entrad::ctl::render {

struct Word {
  std::string text;
  bool differs = false;
};

struct WordDifference {
  std::vector<Word> from;
  std::vector<Word> to;
};

// The longest common run of words stays unmarked. Texts of very many words differ as a whole.
WordDifference compare_words(std::string_view from, std::string_view to);

// "- old" and "+ new" of one value, indented; long texts word by word: what differs is in colour,
// or in brackets where there is no colour.
std::string change_lines(const std::string& from, const std::string& to, bool had, bool has,
                         std::size_t indent, const View& view);

}  // namespace entrad::ctl::render
