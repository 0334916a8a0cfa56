// OData query options of one request, checked: names, types, ranges, and whether it is an advanced
// query. Source: documentation pages "Use query parameters" and "Advanced query capabilities".
// Thread safety: values.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "exchange.h"
#include "filter.h"

namespace graphsim {

/// One item of $expand: a relation and what to select of it.
struct Expansion {
  std::string relation;
  std::vector<std::string> select;
};

/// What a nextLink carries.
struct PageToken {
  std::uint64_t position = 0;
  bool advanced = false;
  double issued = 0;  ///< simulated seconds
};

/// What a page token begins with that came with the answer to a retried request: Graph does not
/// know it (Microsoft's page "Paging").
constexpr char kSpoiled = '~';

class Query {
 public:
  /// Throws GraphError 400 on unknown or doubled options and values of the wrong type.
  explicit Query(const Request& request);

  bool has(const std::string& name) const { return options_.contains(name); }
  const std::string& raw(const std::string& name) const { return options_.at(name); }
  bool any_odata() const { return !options_.empty(); }

  const std::vector<std::string>& select() const { return select_; }
  const std::vector<Expansion>& expand() const { return expand_; }
  std::optional<std::uint32_t> top() const { return top_; }
  bool count() const { return count_; }
  bool eventual() const { return eventual_; }  ///< the header ConsistencyLevel: eventual came
  const std::optional<Filter>& filter() const { return filter_; }
  const std::optional<PageToken>& page() const { return page_; }
  std::string order_by() const;
  bool descending() const;

  /// ConsistencyLevel: eventual and $count=true, or a page of such a query.
  bool advanced() const { return eventual_ && (count_ || (page_ && page_->advanced)); }
  /// Throws 400 Request_UnsupportedQuery where the options need an advanced query and this is none.
  void require_consistency() const;
  /// Page size, checked against `maximum`; `usual` where $top is absent.
  std::uint32_t page_size(std::uint32_t usual, std::uint32_t maximum) const;

  std::string next_link(const Request& request, const PageToken& token) const;

 private:
  void take(const std::string& name, const std::string& value);
  void parse_values();

  std::map<std::string, std::string> options_;
  std::vector<std::string> select_;
  std::vector<Expansion> expand_;
  std::optional<std::uint32_t> top_;
  bool count_ = false;
  bool eventual_ = false;
  std::optional<Filter> filter_;
  std::optional<PageToken> page_;
};

}  // namespace graphsim
