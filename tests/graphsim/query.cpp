#include "query.h"

#include <algorithm>
#include <charconv>
#include <set>

namespace graphsim {
namespace {

const std::set<std::string> kOptions{"$select", "$filter",    "$top",       "$skip",
                                     "$expand", "$orderby",   "$count",     "$search",
                                     "$format", "$skiptoken", "$deltatoken"};

std::vector<std::string> split_outside_parentheses(const std::string& text, char separator) {
  std::vector<std::string> out(1);
  int depth = 0;
  for (const char c : text) {
    depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    if (c == separator && depth == 0)
      out.emplace_back();
    else
      out.back() += c;
  }
  return out;
}

std::vector<std::string> names_in(const std::string& text) {
  std::vector<std::string> out;
  for (const std::string& part : split(text, ',')) {
    const auto name = std::string(trimmed(part));
    if (name.empty())
      throw GraphError(400, "BadRequest",
                       "Term '" + text + "' is not valid in a $select or $expand expression.");
    out.push_back(name);
  }
  return out;
}

Expansion expansion(const std::string& text) {
  const auto open = text.find('(');
  Expansion out{std::string(trimmed(text.substr(0, open))), {}};
  if (open == std::string::npos) return out;
  const std::string inside = text.substr(open + 1, text.rfind(')') - open - 1);
  for (const std::string& option : split_outside_parentheses(inside, ';')) {
    const auto equals = option.find('=');
    const std::string name = lower(trimmed(option.substr(0, equals)));
    if (name != "$select" || equals == std::string::npos)
      throw GraphError(400, "BadRequest",
                       "Parsing OData Select and Expand failed: '" + option + "'.");
    out.select = names_in(option.substr(equals + 1));
  }
  return out;
}

std::optional<std::uint32_t> number(const std::string& text) {
  std::uint32_t value = 0;
  const auto end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  return value;
}

PageToken parse_token(const std::string& text) {
  const auto bytes = base64_decoded(text);
  const Json json = bytes ? Json::parse(*bytes, nullptr, false) : Json();
  if (!json.is_array() || json.size() != 3)
    throw GraphError(400, "Directory_ExpiredPageToken",
                     "The specified page token value has expired and can no longer be included in "
                     "your request.");
  return {json[0].get<std::uint64_t>(), json[1].get<bool>(), json[2].get<double>()};
}

/// Its tokens are rounds, which delta.cpp reads.
bool is_delta(std::string_view path) {
  const std::string_view shown = path.ends_with("()") ? path.substr(0, path.size() - 2) : path;
  return ends_with_text(shown, "/delta") || ends_with_text(shown, "/microsoft.graph.delta");
}

}  // namespace

Query::Query(const Request& request) {
  eventual_ = same_text(request.header("ConsistencyLevel"), "eventual");
  for (const std::string& pair : split(request.query(), '&')) {
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    const std::string value = equals == std::string::npos ? "" : pair.substr(equals + 1);
    take(lower(percent_decoded(pair.substr(0, equals), true)), percent_decoded(value, true));
  }
  parse_values();
  if (!has("$skiptoken")) return;
  if (raw("$skiptoken").starts_with(kSpoiled))
    throw GraphError(400, "DirectoryPageTokenNotFoundException",
                     "The page token is not known: it came with the answer to a retried request.");
  if (!is_delta(request.path())) page_ = parse_token(raw("$skiptoken"));
}

void Query::take(const std::string& given, const std::string& value) {
  const std::string name = given.starts_with('$') ? given : "$" + given;
  if (!kOptions.contains(name)) {
    if (!given.starts_with('$')) return;
    throw GraphError(400, "BadRequest", "The query parameter '" + given + "' is not supported.");
  }
  if (!options_.emplace(name, value).second)
    throw GraphError(400, "BadRequest",
                     "Query option '" + name +
                         "' was specified more than once, but it must be "
                         "specified at most once.");
}

void Query::parse_values() {
  if (has("$select")) select_ = names_in(raw("$select"));
  if (has("$filter")) filter_.emplace(raw("$filter"));
  if (has("$expand"))
    for (const std::string& part : split_outside_parentheses(raw("$expand"), ','))
      expand_.push_back(expansion(part));
  if (has("$top")) {
    top_ = number(raw("$top"));
    if (!top_)
      throw GraphError(400, "BadRequest",
                       "Invalid value '" + raw("$top") +
                           "' for $top query option found. The $top "
                           "query option requires a non-negative integer value.");
  }
  if (has("$count")) {
    const std::string value = lower(raw("$count"));
    if (value != "true" && value != "false")
      throw GraphError(400, "BadRequest", "Invalid value '" + value + "' for $count query option.");
    count_ = value == "true" && eventual_;
  }
}

std::string Query::order_by() const {
  if (!has("$orderby")) return "";
  const std::string text(trimmed(raw("$orderby")));
  return text.substr(0, text.find(' '));
}

bool Query::descending() const {
  return has("$orderby") && ends_with_text(trimmed(raw("$orderby")), " desc");
}

void Query::require_consistency() const {
  const bool needed = has("$search") || (filter_ && filter_->is_advanced()) ||
                      (filter_ && has("$orderby")) || (page_ && page_->advanced);
  if (!needed) return;
  const bool search_only = has("$search") && eventual_;
  if (!advanced() && !search_only)
    unsupported_query(
        "Unsupported Query. The request uses advanced query capabilities and needs the header "
        "ConsistencyLevel: eventual and $count=true.");
}

std::uint32_t Query::page_size(std::uint32_t usual, std::uint32_t maximum) const {
  if (!top_) return usual;
  if (*top_ < 1 || *top_ > maximum)
    unsupported_query("Invalid page size specified: '" + std::to_string(*top_) +
                      "'. Must be between 1 and " + std::to_string(maximum) + " inclusive.");
  return *top_;
}

std::string Query::next_link(const Request& request, const PageToken& token) const {
  std::string out = request.base_url + std::string(request.path());
  char separator = '?';
  for (const auto& [name, value] : options_) {
    if (name == "$skiptoken") continue;
    out += separator + name + "=" + percent_encoded(value);
    separator = '&';
  }
  const Json json = Json::array({token.position, token.advanced, token.issued});
  return out + separator + "$skiptoken=" + base64url(json.dump());
}

}  // namespace graphsim
