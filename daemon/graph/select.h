// `$select` lists and clouds: national clouds lack some properties, and one that Graph does not
// know makes it refuse the whole request, with or without its name.
// Source: Microsoft Graph v1.0 metadata of each cloud; "Use query parameters", "select".
// Thread safety: pure functions but for the requests that they send.
#pragma once

#include <string>
#include <vector>

#include "graph/session.h"

namespace entrad::graph {

// The property of `select` that Graph says it does not know; empty: it names none.
std::string refused_property(const base::Error& error, const std::string& select);

struct UsableSelect {
  std::string select;
  std::vector<std::string> unknown;  // what had to be left out
};

// What of `select` can be asked for in the list `collection` ("/users"): asks for one object, and
// leaves out what is refused, one property after the other. `id` must be among them. An error is
// one that other properties do not help against: cancelled, permission_denied, graph_refused, ...
base::Result<UsableSelect> usable_select(Session& session, const std::string& collection,
                                         const std::string& select, const Call& call);

}  // namespace entrad::graph
