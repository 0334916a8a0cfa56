// Map: words for people / literals / names of properties / the grammar (Parser).
//
//   or := and { "or" and }     and := unary { "and" unary }     unary := "not" unary | primary
//   primary := "(" or ")" | function "(" path "," text ")" | path "/any(" [ name ":" or ] ")"
//            | path operator literal | path "in" "(" literal { "," literal } ")"
//   path := name { "/" name } [ "/$count" ]
#include <algorithm>
#include <array>
#include <charconv>
#include <numeric>

#include "base/guid.h"
#include "base/text.h"
#include "base/time_text.h"
#include "directory/attributes.h"
#include "directory/filter_tree.h"
#include "directory/filter_words.h"

namespace entrad::directory {
namespace {

using base::ErrorKind;
using Kind = FilterNode::Kind;

constexpr std::size_t kDeepest = 64;  // parentheses, nots and anys in each other
constexpr std::size_t kDateText = 10;

struct OperatorWord {
  std::string_view word;
  FilterOperator meaning;
};
constexpr std::array<OperatorWord, 6> kOperators{{{"eq", FilterOperator::eq},
                                                  {"ne", FilterOperator::ne},
                                                  {"gt", FilterOperator::gt},
                                                  {"ge", FilterOperator::ge},
                                                  {"lt", FilterOperator::lt},
                                                  {"le", FilterOperator::le}}};
constexpr std::array<OperatorWord, 3> kFunctions{{{"startswith", FilterOperator::starts_with},
                                                  {"endswith", FilterOperator::ends_with},
                                                  {"contains", FilterOperator::contains}}};

template <std::size_t Size>
std::optional<FilterOperator> meaning_of(const std::array<OperatorWord, Size>& words,
                                         const FilterWord& word) {
  if (word.kind != FilterWord::Kind::name) return std::nullopt;
  const std::string lower = base::ascii_lower(word.text);
  for (const auto& row : words)
    if (row.word == lower) return row.meaning;
  return std::nullopt;
}

std::string shown(const FilterWord& word) {
  switch (word.kind) {
    case FilterWord::Kind::end:
      return "its end";
    case FilterWord::Kind::text:
      return "the text '" + word.text + "'";
    case FilterWord::Kind::broken:
      return word.text == "'" ? "a text without its closing quote" : "\"" + word.text + "\"";
    default:
      return "\"" + word.text + "\"";
  }
}

base::unexpected<base::Error> not_understood(const FilterWord& word, const std::string& expected) {
  return base::fail(ErrorKind::invalid_argument,
                    "the filter is not understood at character " + std::to_string(word.at) +
                        ": expected " + expected + ", found " + shown(word),
                    "write it like this: department eq 'Sales' and accountEnabled eq false");
}

std::optional<double> number_in(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<FilterLiteral> literal_of(const FilterWord& word) {
  if (word.kind == FilterWord::Kind::text) return base::fold(word.text);
  if (word.kind == FilterWord::Kind::name) {
    const std::string lower = base::ascii_lower(word.text);
    if (lower == "null") return nullptr;
    if (lower == "true") return true;
    if (lower == "false") return false;
    return std::nullopt;
  }
  if (word.kind != FilterWord::Kind::literal) return std::nullopt;
  if (base::Guid::parse(word.text)) return base::fold(word.text);
  if (const auto number = number_in(word.text)) return *number;
  const bool is_date = word.text.size() == kDateText;
  if (auto time = filter_time(is_date ? word.text + "T00:00:00Z" : word.text)) return *time;
  return std::nullopt;
}

bool has_order(const FilterLiteral& literal) {
  return !std::holds_alternative<std::nullptr_t>(literal) && !std::holds_alternative<bool>(literal);
}

// How many letters are to be put in, left out or exchanged to make one word the other.
std::size_t distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < from.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < to.size(); ++j) {
      const std::size_t exchanged = diagonal + (from[i] == to[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({exchanged, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

std::string names_like(std::string_view name) {
  constexpr std::size_t kMostNames = 3;
  constexpr std::size_t kLongestName = 64;
  const std::string wanted = base::ascii_lower(name.substr(0, kLongestName));
  std::vector<std::pair<std::size_t, std::string_view>> near;
  for (const Attribute& attribute : user_attributes()) {
    const std::string known = base::ascii_lower(attribute.name);
    const auto away = distance(wanted, known);
    if (wanted.size() >= 3 && known.find(wanted) != std::string::npos)
      near.emplace_back(1, attribute.name);
    else if (away <= 1 + wanted.size() / 4)
      near.emplace_back(away, attribute.name);
  }
  std::sort(near.begin(), near.end());
  std::string names;
  for (std::size_t i = 0; i < std::min(near.size(), kMostNames); ++i)
    names.append(i == 0 ? "" : ", ").append(near[i].second);
  return names;
}

// Graph's own spelling; directory extensions are named by who made them.
std::optional<std::string> property_named(std::string_view name) {
  const std::string lower = base::ascii_lower(name);
  for (const Attribute& attribute : user_attributes())
    if (base::ascii_lower(attribute.name) == lower) return std::string(attribute.name);
  if (lower.starts_with("extension_")) return std::string(name);
  return std::nullopt;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : words_(filter_words(text)) {}

  base::Result<FilterNode> whole() {
    auto node = either();
    if (node && word().kind != FilterWord::Kind::end)
      return not_understood(word(), "and, or, or its end");
    return node;
  }

 private:
  using Parsed = base::Result<FilterNode>;

  const FilterWord& word() const { return words_[at_]; }
  const FilterWord& word_after() const { return words_[std::min(at_ + 1, words_.size() - 1)]; }
  bool is_word(std::string_view lower) const {
    return word().kind == FilterWord::Kind::name && base::ascii_lower(word().text) == lower;
  }
  bool take_word(std::string_view lower) {
    if (!is_word(lower)) return false;
    ++at_;
    return true;
  }
  bool take_mark(char mark) {
    if (!word().is_mark(mark)) return false;
    ++at_;
    return true;
  }
  base::Result<void> need_mark(char mark) {
    if (take_mark(mark)) return {};
    return not_understood(word(), std::string("\"") + mark + "\"");
  }

  Parsed either() { return joined("or", Kind::any_of, &Parser::both); }
  Parsed both() { return joined("and", Kind::all_of, &Parser::unary); }

  Parsed joined(std::string_view by, Kind kind, Parsed (Parser::*part)()) {
    auto first = (this->*part)();
    if (!first || !is_word(by)) return first;
    FilterNode node;
    node.kind = kind;
    node.children.push_back(std::move(*first));
    while (take_word(by)) {
      auto next = (this->*part)();
      if (!next) return next;
      node.children.push_back(std::move(*next));
    }
    return node;
  }

  Parsed unary() {
    if (depth_ == kDeepest) return not_understood(word(), "fewer parentheses in each other");
    ++depth_;
    auto node = is_word("not") ? negation() : primary();
    --depth_;
    return node;
  }

  Parsed negation() {
    ++at_;
    auto inner = unary();
    if (!inner) return inner;
    FilterNode node;
    node.kind = Kind::negation;
    node.children.push_back(std::move(*inner));
    return node;
  }

  Parsed primary() {
    if (take_mark('(')) {
      auto inner = either();
      if (!inner) return inner;
      if (auto closed = need_mark(')'); !closed) return base::pass(closed);
      return inner;
    }
    if (const auto function = meaning_of(kFunctions, word()); function && word_after().is_mark('('))
      return call(*function);
    FilterNode node;
    bool any = false;
    if (auto read = read_path(node.path, &any); !read) return base::pass(read);
    return any ? has_element(std::move(node)) : compared(std::move(node));
  }

  Parsed call(FilterOperator function) {
    at_ += 2;
    FilterNode node;
    node.kind = Kind::comparison;
    node.comparison = function;
    if (auto read = read_path(node.path, nullptr); !read) return base::pass(read);
    if (auto comma = need_mark(','); !comma) return base::pass(comma);
    if (word().kind != FilterWord::Kind::text)
      return not_understood(word(), "a text in single quotes");
    node.literals.emplace_back(base::fold(word().text));
    ++at_;
    if (auto closed = need_mark(')'); !closed) return base::pass(closed);
    return node;
  }

  Parsed compared(FilterNode node) {
    if (take_word("in")) return one_of(std::move(node));
    const auto meaning = meaning_of(kOperators, word());
    if (!meaning) return not_understood(word(), "eq, ne, gt, ge, lt, le or in");
    ++at_;
    node.kind = Kind::comparison;
    node.comparison = *meaning;
    auto literal = read_literal();
    if (!literal) return base::pass(literal);
    if (*meaning != FilterOperator::eq && *meaning != FilterOperator::ne && !has_order(*literal))
      return not_understood(words_[at_ - 1], "a text, a number or a date, which have an order");
    node.literals.push_back(std::move(*literal));
    return node;
  }

  Parsed one_of(FilterNode node) {
    node.kind = Kind::one_of;
    if (auto open = need_mark('('); !open) return base::pass(open);
    do {
      auto literal = read_literal();
      if (!literal) return base::pass(literal);
      node.literals.push_back(std::move(*literal));
    } while (take_mark(','));
    if (auto closed = need_mark(')'); !closed) return base::pass(closed);
    return node;
  }

  // Stands after "any".
  Parsed has_element(FilterNode node) {
    node.kind = Kind::has_element;
    if (auto open = need_mark('('); !open) return base::pass(open);
    if (take_mark(')')) return node;
    if (word().kind != FilterWord::Kind::name)
      return not_understood(word(), "a name for an element, as in any(x:x eq 'a')");
    variables_.push_back(word().text);
    ++at_;
    if (auto colon = need_mark(':'); !colon) return base::pass(colon);
    auto inner = either();
    if (!inner) return inner;
    variables_.pop_back();
    if (auto closed = need_mark(')'); !closed) return base::pass(closed);
    node.children.push_back(std::move(*inner));
    return node;
  }

  base::Result<FilterLiteral> read_literal() {
    auto literal = literal_of(word());
    if (!literal)
      return not_understood(word(),
                            "a text in single quotes, a number, a date like "
                            "2024-01-31T12:00:00Z, true, false or null");
    ++at_;
    return std::move(*literal);
  }

  // `any`, if given: it may end with "/any", and says whether it did.
  base::Result<void> read_path(FilterPath& path, bool* any) {
    if (word().kind != FilterWord::Kind::name) return not_understood(word(), "a property's name");
    if (auto begun = begin_path(path); !begun) return begun;
    while (take_mark('/')) {
      if (word().kind != FilterWord::Kind::name) return not_understood(word(), "a property's name");
      const bool is_any = any != nullptr && is_word("any") && word_after().is_mark('(');
      path.count = is_word("$count");
      if (!is_any && !path.count) path.names.push_back(word().text);
      ++at_;
      if (is_any) *any = true;
      if (is_any || path.count) return {};
    }
    return {};
  }

  base::Result<void> begin_path(FilterPath& path) {
    const auto variable = std::find(variables_.rbegin(), variables_.rend(), word().text);
    if (variable != variables_.rend()) {
      path.variable = static_cast<std::size_t>(variables_.rend() - variable) - 1;
    } else if (auto property = property_named(word().text)) {
      path.names.push_back(std::move(*property));
    } else {
      const std::string near = names_like(word().text);
      return base::fail(ErrorKind::invalid_argument,
                        "the filter names \"" + word().text + "\" at character " +
                            std::to_string(word().at) + ", which is no property of a user",
                        near.empty() ? "use Microsoft Graph's names, such as department, jobTitle "
                                       "or accountEnabled"
                                     : "names like it: " + near);
    }
    ++at_;
    return {};
  }

  std::vector<FilterWord> words_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  std::vector<std::string> variables_;  // of the any() around this place, the outermost first
};

}  // namespace

std::optional<FilterTime> filter_time(std::string_view text) {
  constexpr std::size_t kWholeSeconds = 19;  // 2024-01-31T12:00:00
  if (text.size() <= kWholeSeconds || text[kDateText] != 'T') return std::nullopt;
  const auto time = base::parse_time(text, {});
  if (!time) return std::nullopt;
  FilterTime out{base::rfc3339(*time).substr(0, kWholeSeconds)};
  if (text[kWholeSeconds] != '.') return out;
  const auto end = text.find_first_not_of("0123456789", kWholeSeconds + 1);
  const auto fraction = text.substr(kWholeSeconds, end - kWholeSeconds);
  // Trailing zeros say nothing, and a point without digits neither.
  out.text += fraction.substr(0, fraction.find_last_not_of(".0") + 1);
  return out;
}

base::Result<FilterNode> parse_filter(std::string_view text) { return Parser(text).whole(); }

}  // namespace entrad::directory
