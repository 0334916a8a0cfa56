// Microsoft's clouds and their hosts. A token of one cloud is worth nothing in another, so that
// both endpoints of a tenant are always of the same one.
// Source: Microsoft Graph "National cloud deployments". Thread safety: constant data.
#pragma once

#include <span>
#include <string_view>

namespace entrad::graph {

struct Cloud {
  std::string_view name;  // as the configuration says it
  std::string_view login;
  std::string_view graph;
};

// The first one is the usual one.
std::span<const Cloud> clouds();

}  // namespace entrad::graph
