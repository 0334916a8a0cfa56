// Filter tree: a filter as it is evaluated: what filter_parser.cpp makes and filter.cpp walks.
// Thread safety: plain values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace entrad::directory {

// A property, or a part of one, or of what a variable of any() stands for.
struct FilterPath {
  std::optional<std::size_t> variable;  // which any() around it, the outermost is 0; none: the user
  std::vector<std::string> names;       // may be empty after a variable
  bool count = false;                   // /$count: how many elements there are
};

struct FilterTime {  // sorts as time does: "2024-01-31T12:00:00.25", always UTC
  std::string text;
};

// A text is folded.
using FilterLiteral = std::variant<std::nullptr_t, bool, double, std::string, FilterTime>;

enum class FilterOperator { eq, ne, gt, ge, lt, le, starts_with, ends_with, contains };

struct FilterNode {
  enum class Kind { all_of, any_of, negation, comparison, one_of, has_element };

  Kind kind = Kind::all_of;
  // Of all_of and any_of; one of negation; one or none of has_element, where none is met by any.
  std::vector<FilterNode> children;
  FilterPath path;  // of the other kinds
  FilterOperator comparison = FilterOperator::eq;
  std::vector<FilterLiteral> literals;  // one of comparison, some of one_of
};

base::Result<FilterNode> parse_filter(std::string_view text);

// nullopt: is not a date and time with a zone.
std::optional<FilterTime> filter_time(std::string_view text);

}  // namespace entrad::directory
