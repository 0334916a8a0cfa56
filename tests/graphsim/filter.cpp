// Parts: tokens, comparison, the recursive-descent parser.
#include "filter.h"

#include <algorithm>
#include <cctype>

#include "encoding.h"
#include "exchange.h"
#include "guid.h"

namespace graphsim {
namespace {

struct Token {
  enum Type { kWord, kText, kLiteral, kSymbol, kEnd } type = kEnd;
  std::string text;
};

[[noreturn]] void invalid(const std::string& why) {
  throw GraphError(400, "BadRequest", "Invalid filter clause: " + why);
}

bool in_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '/' || c == '.' ||
         c == '$' || c == '-' || c == '@';
}

std::vector<Token> tokens_of(const std::string& text) {
  std::vector<Token> out;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c == ' ' || c == '\t') {
      ++i;
    } else if (c == '\'') {
      Token t{Token::kText, ""};
      for (++i;; ++i) {
        if (i >= text.size()) invalid("unterminated string literal");
        if (text[i] == '\'' && (i + 1 >= text.size() || text[i + 1] != '\'')) break;
        if (text[i] == '\'') ++i;
        t.text += text[i];
      }
      ++i;
      out.push_back(t);
    } else if (in_word(c)) {
      const bool digit = std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '-';
      Token t{digit ? Token::kLiteral : Token::kWord, ""};
      while (i < text.size() && (in_word(text[i]) || (digit && (text[i] == ':' || text[i] == '+'))))
        t.text += text[i++];
      if (parse_guid(t.text)) t.type = Token::kLiteral;
      out.push_back(t);
    } else if (c == '(' || c == ')' || c == ',' || c == ':') {
      out.push_back({Token::kSymbol, std::string(1, c)});
      ++i;
    } else {
      invalid("syntax error at position " + std::to_string(i));
    }
  }
  out.push_back({});
  return out;
}

Json literal(const Token& token) {
  if (token.type == Token::kText) return token.text;
  if (same_text(token.text, "true")) return true;
  if (same_text(token.text, "false")) return false;
  if (same_text(token.text, "null")) return nullptr;
  if (token.type != Token::kLiteral) invalid("'" + token.text + "' is not a literal");
  const bool number = std::all_of(token.text.begin(), token.text.end(), [](char c) {
    return std::isdigit(static_cast<unsigned char>(c)) != 0;
  });
  constexpr std::size_t kMostDigits = 18;
  if (number && token.text.size() > kMostDigits) invalid("the number is too large");
  return number ? Json(std::stoll(token.text)) : Json(token.text);
}

// A trailing Z would sort after a fraction of the same second.
std::string comparable(std::string text) {
  text = lower(text);
  if (text.size() >= 20 && text[4] == '-' && text.back() == 'z') text.pop_back();
  return text;
}

/// -1, 0, 1, or nullopt where the two have no order.
std::optional<int> order(const Json& a, const Json& b) {
  if (a.is_null() || b.is_null()) {
    if (a.is_null() && b.is_null()) return 0;
    return std::nullopt;
  }
  if (a.is_string() && b.is_string())
    return comparable(a.get<std::string>()).compare(comparable(b.get<std::string>()));
  if (a.is_number() && b.is_number()) {
    const auto x = a.get<double>();
    const auto y = b.get<double>();
    return x < y ? -1 : x > y ? 1 : 0;
  }
  if (a.is_boolean() && b.is_boolean()) return a == b ? 0 : 1;
  return std::nullopt;
}

bool compare(const Json& left, const std::string& op, const Json& right) {
  const auto result = order(left, right);
  if (op == "eq") return result == 0;
  if (op == "ne") return result != 0;
  if (!result) return false;
  if (op == "gt") return *result > 0;
  if (op == "ge") return *result >= 0;
  if (op == "lt") return *result < 0;
  return *result <= 0;
}

Json read(const Filter::Scope& scope, const std::string& path) {
  const auto slash = path.find('/');
  const std::string head = path.substr(0, slash);
  if (scope.variable != nullptr && head == *scope.variable_name)
    return slash == std::string::npos ? *scope.variable
                                      : value_at(*scope.variable, path.substr(slash + 1));
  return value_at(scope.object, path);
}

}  // namespace

Json value_at(const Json& object, const std::string& path) {
  const Json* at = &object;
  for (const std::string& segment : split(path, '/')) {
    if (!at->is_object()) return nullptr;
    auto it = at->find(segment);
    if (it == at->end())
      for (it = at->begin(); it != at->end() && !same_text(it.key(), segment);) ++it;
    if (it == at->end()) return nullptr;
    at = &*it;
  }
  return *at;
}

class FilterParser {
 public:
  FilterParser(const std::string& text, Filter& out) : tokens_(tokens_of(text)), out_(out) {}

  void parse() {
    Node node = disjunction();
    if (peek().type != Token::kEnd) invalid("unexpected '" + peek().text + "'");
    out_.test_ = std::move(node.test);
    out_.exact_ = std::move(node.exact);
  }

 private:
  struct Node {
    Filter::Test test;
    std::optional<Filter::Exact> exact;
  };

  const Token& peek() const { return tokens_[at_]; }
  Token take() { return tokens_[at_ + 1 < tokens_.size() ? at_++ : at_]; }
  bool keyword(const char* word) {
    if (peek().type != Token::kWord || !same_text(peek().text, word)) return false;
    take();
    return true;
  }
  void symbol(const char* text) {
    if (peek().type != Token::kSymbol || peek().text != text)
      invalid("expected '" + std::string(text) + "' near '" + peek().text + "'");
    take();
  }
  bool at_symbol(const char* text) const {
    return peek().type == Token::kSymbol && peek().text == text;
  }

  Node disjunction() {
    Node left = conjunction();
    while (keyword("or")) {
      Node right = conjunction();
      const bool same = left.exact && right.exact && left.exact->property == right.exact->property;
      auto exact = same ? left.exact : std::nullopt;
      if (same)
        exact->values.insert(exact->values.end(), right.exact->values.begin(),
                             right.exact->values.end());
      left = {[a = left.test, b = right.test](const auto& s) { return a(s) || b(s); }, exact};
    }
    return left;
  }

  Node conjunction() {
    Node left = negation();
    while (keyword("and")) {
      Node right = negation();
      left = {[a = left.test, b = right.test](const auto& s) { return a(s) && b(s); }, {}};
    }
    return left;
  }

  Node negation() {
    if (!keyword("not")) return primary();
    out_.advanced_ = true;
    Node inner = negation();
    return {[a = inner.test](const auto& s) { return !a(s); }, {}};
  }

  Node primary() {
    if (at_symbol("(")) {
      take();
      Node inner = disjunction();
      symbol(")");
      return inner;
    }
    const Token word = take();
    if (word.type != Token::kWord) invalid("expected a property near '" + word.text + "'");
    if (!at_symbol("(")) return comparison(word.text);
    if (ends_with_text(word.text, "/any")) return any(word.text.substr(0, word.text.size() - 4));
    return function(lower(word.text));
  }

  void note(const std::string& path) {
    const std::string head = path.substr(0, path.find('/'));
    if (head != variable_) out_.properties_.insert(head);
  }

  Node comparison(const std::string& path) {
    note(path);
    const std::string op = lower(take().text);
    if (op == "in") return membership(path);
    static const std::set<std::string> kOperators{"eq", "ne", "gt", "ge", "lt", "le"};
    if (!kOperators.contains(op)) invalid("operator '" + op + "' is not supported");
    const Json right = literal(take());
    if (op == "ne") out_.advanced_ = true;
    if (ends_with_text(path, "/$count")) {
      out_.advanced_ = true;
      const std::string list = path.substr(0, path.size() - 7);
      return {[=](const auto& s) { return compare(read(s, list).size(), op, right); }, {}};
    }
    std::optional<Filter::Exact> exact;
    if (op == "eq" && variable_.empty()) exact = Filter::Exact{path, {right}};
    return {[=](const auto& s) { return compare(read(s, path), op, right); }, exact};
  }

  Node membership(const std::string& path) {
    symbol("(");
    std::vector<Json> values{literal(take())};
    while (at_symbol(",")) {
      take();
      values.push_back(literal(take()));
    }
    symbol(")");
    const auto test = [=](const Filter::Scope& s) {
      const Json left = read(s, path);
      return std::any_of(values.begin(), values.end(),
                         [&](const Json& v) { return compare(left, "eq", v); });
    };
    return {test, Filter::Exact{path, values}};
  }

  Node function(const std::string& name) {
    symbol("(");
    const std::string path = take().text;
    note(path);
    symbol(",");
    const std::string wanted = lower(literal(take()).get<std::string>());
    symbol(")");
    if (name != "startswith" && name != "endswith" && name != "contains")
      invalid("function '" + name + "' is not supported");
    if (name != "startswith") out_.advanced_ = true;
    return {[=](const auto& s) {
              const Json left = read(s, path);
              if (!left.is_string()) return false;
              const std::string text = lower(left.template get<std::string>());
              if (name == "startswith") return text.starts_with(wanted);
              if (name == "endswith") return text.ends_with(wanted);
              return text.find(wanted) != std::string::npos;
            },
            {}};
  }

  Node any(const std::string& path) {
    note(path);
    symbol("(");
    const std::string outer = variable_;
    variable_ = take().text;
    const std::string name = variable_;
    symbol(":");
    Node inner = disjunction();
    symbol(")");
    variable_ = outer;
    return {[=](const auto& s) {
              const Json list = read(s, path);
              if (!list.is_array()) return false;
              return std::any_of(list.begin(), list.end(), [&](const Json& one) {
                return inner.test({s.object, &name, &one});
              });
            },
            {}};
  }

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  std::string variable_;
  Filter& out_;
};

Filter::Filter(const std::string& text) { FilterParser(text, *this).parse(); }

bool Filter::matches(const Json& object) const { return test_({object}); }

}  // namespace graphsim
