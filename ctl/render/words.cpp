#include "ctl/render/words.h"

#include <algorithm>

#include "base/text.h"

namespace entrad::ctl::render {
namespace {

constexpr std::size_t kLongText = 40;    // columns from which words are compared
constexpr std::size_t kManyWords = 400;  // from which they are not: the table is their square

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (std::string& word : base::split(text, ' '))
    if (!word.empty()) words.push_back(std::move(word));
  return words;
}

// table[i][j]: words that from[i..] and to[j..] have in common, in order.
std::vector<std::vector<std::size_t>> common_words(const std::vector<std::string>& from,
                                                   const std::vector<std::string>& to) {
  std::vector<std::vector<std::size_t>> table(from.size() + 1,
                                              std::vector<std::size_t>(to.size() + 1, 0));
  for (std::size_t i = from.size(); i-- > 0;)
    for (std::size_t j = to.size(); j-- > 0;)
      table[i][j] =
          from[i] == to[j] ? table[i + 1][j + 1] + 1 : std::max(table[i + 1][j], table[i][j + 1]);
  return table;
}

std::vector<Word> all_different(const std::vector<std::string>& words) {
  std::vector<Word> marked;
  for (const std::string& word : words) marked.push_back({word, true});
  return marked;
}

// Words in a row that differ share one pair of brackets.
std::vector<Word> bracketed(std::vector<Word> words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (!words[i].differs) continue;
    if (i == 0 || !words[i - 1].differs) words[i].text.insert(0, "[");
    if (i + 1 == words.size() || !words[i + 1].differs) words[i].text += ']';
  }
  return words;
}

std::string line_of(char sign, const std::vector<Word>& words, Tone tone, std::size_t indent,
                    const View& view) {
  std::string text = std::string(indent, ' ') + view.paint(std::string(1, sign), tone);
  std::size_t used = indent + 1;
  for (const Word& word : words) {
    const std::size_t width = display_width(word.text);
    if (used > indent + 2 && used + 1 + width > kWidth) {
      text += "\n" + std::string(indent + 1, ' ');
      used = indent + 1;
    }
    text += " " + view.paint(word.text, word.differs ? tone : Tone::plain);
    used += 1 + width;
  }
  return text + "\n";
}

bool is_long(const std::string& text) {
  return display_width(text) > kLongText && text.find(' ') != std::string::npos;
}

}  // namespace

WordDifference compare_words(std::string_view from, std::string_view to) {
  const auto before = words_of(from);
  const auto after = words_of(to);
  if (before.size() > kManyWords || after.size() > kManyWords)
    return {all_different(before), all_different(after)};
  const auto common = common_words(before, after);
  WordDifference difference;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < before.size() || j < after.size()) {
    if (i < before.size() && j < after.size() && before[i] == after[j]) {
      difference.from.push_back({before[i++], false});
      difference.to.push_back({after[j++], false});
    } else if (j == after.size() || (i < before.size() && common[i + 1][j] >= common[i][j + 1])) {
      difference.from.push_back({before[i++], true});
    } else {
      difference.to.push_back({after[j++], true});
    }
  }
  return difference;
}

std::string change_lines(const std::string& from, const std::string& to, bool had, bool has,
                         std::size_t indent, const View& view) {
  WordDifference words{all_different(words_of(from)), all_different(words_of(to))};
  if (had && has && is_long(from) && is_long(to)) {
    words = compare_words(from, to);
    if (!view.colour) words = {bracketed(words.from), bracketed(words.to)};
  }
  std::string text;
  if (had) text += line_of('-', words.from, Tone::bad, indent, view);
  if (has) text += line_of('+', words.to, Tone::good, indent, view);
  return text;
}

}  // namespace entrad::ctl::render
