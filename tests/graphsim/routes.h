// The Graph surface as one table: method, path, permissions (any one suffices), handler.
// Permissions: Microsoft's permissions reference, least privileged first, with the broader ones.
// Constant data; thread safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "call.h"

namespace graphsim {

using Handler = Response (*)(Call&);

struct Route {
  std::string_view method;
  std::string_view pattern;      ///< "/users/{}/memberOf/{}"
  std::string_view permissions;  ///< empty: any valid token
  Handler handler;
};

/// Decoded path segments below /v1.0, with users('x') written as users/x.
std::vector<std::string> canonical_segments(std::string_view path);

struct RouteMatch {
  const Route* route = nullptr;  ///< null where no method of a known path fits, or no path at all
  bool path_known = false;
  std::vector<std::string> args;
};
RouteMatch find_route(std::string_view method, const std::vector<std::string>& segments);

/// "/users/{id}/x" or "/users/**" against a path of canonical segments, without regard to case.
bool path_fits(std::string_view pattern, const std::vector<std::string>& segments);

}  // namespace graphsim
