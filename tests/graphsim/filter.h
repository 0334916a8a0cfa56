// $filter: parses an OData expression and evaluates it on JSON objects. Knows eq ne gt ge lt le,
// in, and or not, startsWith endsWith contains, any() with one range variable, and /$count.
// Comparison of text ignores case, as the directory's does. Source: documentation pages "Use the
// $filter query parameter" and "Advanced query capabilities".
// Thread safety: immutable after parsing.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace graphsim {

class Filter {
 public:
  /// Throws GraphError 400 on anything that is not understood.
  explicit Filter(const std::string& text);

  bool matches(const nlohmann::json& object) const;
  /// Uses ne, not, endsWith, contains or /$count, which need ConsistencyLevel: eventual and
  /// $count=true.
  bool is_advanced() const { return advanced_; }
  /// First path segments named.
  const std::set<std::string>& properties() const { return properties_; }

  /// Where the whole filter only asks for certain values of one property.
  struct Exact {
    std::string property;
    std::vector<nlohmann::json> values;
  };
  const std::optional<Exact>& exact() const { return exact_; }

  /// What an expression is evaluated on: the object, and the range variable of an any().
  struct Scope {
    const nlohmann::json& object;
    const std::string* variable_name = nullptr;
    const nlohmann::json* variable = nullptr;
  };
  using Test = std::function<bool(const Scope&)>;

 private:
  friend class FilterParser;
  Test test_;
  bool advanced_ = false;
  std::set<std::string> properties_;
  std::optional<Exact> exact_;
};

/// Property of an object by a path such as "initiatedBy/user/id"; null where absent.
nlohmann::json value_at(const nlohmann::json& object, const std::string& path);

}  // namespace graphsim
