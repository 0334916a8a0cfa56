#include "fakes/canned_parameters.h"

#include <algorithm>
#include <set>

namespace entrad::fakes::canned {
namespace {

// What each last word of a path may be asked with; everything else is refused.
const std::map<std::string, std::set<std::string>> kParameters{
    {"jobs", {"tenant", "kind", "open", "limit"}},
    {"changes", {"changed", "from", "limit"}},
    {"items", {"from", "limit", "outcome"}},
    {"users", {"at", "search", "filter", "sort", "desc", "deleted", "limit", "cursor"}},
    {"diff", {"from", "to", "kind", "change", "details", "limit", "cursor"}},
    {"live", {"from"}},
    {"history", {"at", "attribute", "from", "to", "role", "limit", "cursor"}},
    {"log", {"at", "limit", "cursor"}},
    {"versions", {"contents"}},
    {"groups", {"at", "counts", "search", "limit", "cursor"}},
    {"members", {"at", "limit", "cursor"}},
    {"roles", {"at", "role", "limit", "cursor"}},
    {"detail", {"at"}},
    {"prune", {"snapshots", "last", "withinDays", "daily", "weekly", "monthly", "yearly"}},
    {"events", {"job", "after"}}};

}  // namespace

bool knows(const std::string& route, const std::map<std::string, std::string>& query) {
  const auto allowed = kParameters.find(route);
  return std::all_of(query.begin(), query.end(), [&](const auto& parameter) {
    return allowed != kParameters.end() && allowed->second.contains(parameter.first);
  });
}

std::string text_of(const std::map<std::string, std::string>& query, const std::string& name) {
  const auto found = query.find(name);
  return found == query.end() ? "" : found->second;
}

std::size_t number_of(const std::map<std::string, std::string>& query, const std::string& name,
                      std::size_t usual) {
  const std::string text = text_of(query, name);
  return text.empty() ? usual : std::stoul(text);
}

}  // namespace entrad::fakes::canned
