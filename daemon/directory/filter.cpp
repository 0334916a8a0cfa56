// Map: what a path leads to (Value, Walk) / comparing it with a literal / the tree.
//
// Three answers, as in SQL: what depends on a property that could not be read is neither true nor
// false.
#include "directory/filter.h"

#include <simdjson.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "directory/filter_tree.h"

namespace entrad::directory {
namespace {

namespace dom = simdjson::dom;
using Operator = FilterOperator;
using Kind = FilterNode::Kind;

enum class Truth { no, unknown, yes };  // "and" is the least of them, "or" the greatest

Truth truth(bool is_so) { return is_so ? Truth::yes : Truth::no; }
Truth contrary(Truth value) { return value == Truth::unknown ? value : truth(value == Truth::no); }

struct Unknown {};
struct Unset {};
using Value = std::variant<Unknown, Unset, dom::element, double>;

// A member that is not there was not read; inside a value that was read, Graph left it out as
// unset.
Value member(const dom::element& object, const std::string& name, bool at_top) {
  dom::element found;
  if (!object.is_object()) return Unset{};
  if (object.at_key(name).get(found) != simdjson::SUCCESS)
    return at_top ? Value(Unknown{}) : Value(Unset{});
  return found.is_null() ? Value(Unset{}) : Value(found);
}

Value counted(const Value& value) {
  if (std::holds_alternative<Unset>(value)) return 0.0;
  const auto* element = std::get_if<dom::element>(&value);
  dom::array array;
  if (element == nullptr || element->get_array().get(array) != simdjson::SUCCESS) return Unknown{};
  return static_cast<double>(array.size());
}

template <typename T>
bool holds(Operator comparison, const T& left, const T& right) {
  switch (comparison) {
    case Operator::eq:
      return left == right;
    case Operator::ne:
      return left != right;
    case Operator::gt:
      return left > right;
    case Operator::ge:
      return left >= right;
    case Operator::lt:
      return left < right;
    case Operator::le:
      return left <= right;
    default:
      return false;
  }
}

bool holds_for_text(Operator comparison, const std::string& left, const std::string& right) {
  switch (comparison) {
    case Operator::starts_with:
      return left.starts_with(right);
    case Operator::ends_with:
      return left.ends_with(right);
    case Operator::contains:
      return left.find(right) != std::string::npos;
    default:
      return holds(comparison, left, right);
  }
}

// What is set and is of another kind than the literal is another value.
Truth of_another_kind(Operator comparison) { return truth(comparison == Operator::ne); }

struct CompareText {
  Operator comparison;
  std::string_view text;  // not folded

  Truth operator()(const std::string& literal) const {
    return truth(holds_for_text(comparison, base::fold(text), literal));
  }
  Truth operator()(const FilterTime& literal) const {
    const auto time = filter_time(text);
    if (!time) return of_another_kind(comparison);
    return truth(holds(comparison, time->text, literal.text));
  }
  template <typename Other>
  Truth operator()(const Other& /*literal*/) const {
    return of_another_kind(comparison);
  }
};

template <typename T>
Truth compare_plain(Operator comparison, T value, const FilterLiteral& literal) {
  const auto* same_kind = std::get_if<T>(&literal);
  if (same_kind == nullptr) return of_another_kind(comparison);
  return truth(holds(comparison, value, *same_kind));
}

Truth compare(Operator comparison, const Value& value, const FilterLiteral& literal) {
  if (std::holds_alternative<Unknown>(value)) return Truth::unknown;
  const bool literal_unset = std::holds_alternative<std::nullptr_t>(literal);
  const bool unset = std::holds_alternative<Unset>(value);
  if (unset || literal_unset) {
    const bool same = unset && literal_unset;
    return truth(comparison == Operator::ne ? !same : comparison == Operator::eq && same);
  }
  if (const auto* number = std::get_if<double>(&value))
    return compare_plain(comparison, *number, literal);
  const auto& element = std::get<dom::element>(value);
  if (element.is_string())
    return std::visit(CompareText{comparison, element.get_string().value_unsafe()}, literal);
  if (element.is_bool())
    return compare_plain(comparison, element.get_bool().value_unsafe(), literal);
  if (element.is_number())
    return compare_plain(comparison, element.get_double().value_unsafe(), literal);
  return Truth::unknown;  // a whole object or collection
}

// One object, and the elements that the variables of any() stand for.
class Walk {
 public:
  explicit Walk(dom::element object) : object_(object) {}

  Truth evaluate(const FilterNode& node) {
    switch (node.kind) {
      case Kind::all_of:
        return all_of(node);
      case Kind::any_of:
        return any_of(node);
      case Kind::negation:
        return contrary(evaluate(node.children.front()));
      case Kind::comparison:
        return compare(node.comparison, value_of(node.path), node.literals.front());
      case Kind::one_of:
        return one_of(node);
      case Kind::has_element:
        return has_element(node);
    }
    return Truth::unknown;
  }

 private:
  Truth all_of(const FilterNode& node) {
    Truth all = Truth::yes;
    for (const auto& child : node.children)
      if (all != Truth::no) all = std::min(all, evaluate(child));
    return all;
  }

  Truth any_of(const FilterNode& node) {
    Truth any = Truth::no;
    for (const auto& child : node.children)
      if (any != Truth::yes) any = std::max(any, evaluate(child));
    return any;
  }

  Truth one_of(const FilterNode& node) const {
    const Value value = value_of(node.path);
    Truth any = Truth::no;
    for (const auto& literal : node.literals)
      any = std::max(any, compare(Operator::eq, value, literal));
    return any;
  }

  Truth has_element(const FilterNode& node) {
    const Value value = value_of(node.path);
    if (std::holds_alternative<Unset>(value)) return Truth::no;
    const auto* element = std::get_if<dom::element>(&value);
    dom::array array;
    if (element == nullptr || element->get_array().get(array) != simdjson::SUCCESS)
      return Truth::unknown;
    if (node.children.empty()) return truth(array.size() > 0);
    Truth any = Truth::no;
    for (const dom::element one : array) {
      elements_.push_back(one);
      any = std::max(any, evaluate(node.children.front()));
      elements_.pop_back();
      if (any == Truth::yes) break;
    }
    return any;
  }

  Value value_of(const FilterPath& path) const {
    bool at_top = !path.variable;
    const auto start = path.variable ? elements_[*path.variable] : object_;
    Value value = start.is_null() ? Value(Unset{}) : Value(start);
    for (const auto& name : path.names) {
      const auto* element = std::get_if<dom::element>(&value);
      if (element == nullptr) break;
      value = member(*element, name, at_top);
      at_top = false;
    }
    return path.count ? counted(value) : value;
  }

  dom::element object_;
  std::vector<dom::element> elements_;
};

}  // namespace

base::Result<Filter> Filter::parse(std::string_view text) {
  auto root = parse_filter(text);
  if (!root) return base::pass(root);
  return Filter(std::make_shared<const FilterNode>(std::move(*root)));
}

bool Filter::matches(std::string_view object) const {
  thread_local dom::parser parser;
  dom::element document;
  if (parser.parse(object.data(), object.size()).get(document) != simdjson::SUCCESS ||
      !document.is_object())
    return false;
  return Walk(document).evaluate(*root_) == Truth::yes;
}

}  // namespace entrad::directory
