// Pages of a collection. Source: Microsoft Graph, "Paging Microsoft Graph data in your app".
// Thread safety: functions that may be called from any thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "graph/line.h"

namespace entrad::graph {

using OnPage = std::function<base::Result<void>(std::string_view)>;

base::Result<void> read_pages(Line& line, const Request& first, const OnPage& on_page,
                              const Call& call);
// The page that `link`, of an earlier answer, leads to, and every page after it.
base::Result<void> read_pages_after(Line& line, const std::string& link, const OnPage& on_page,
                                    const Call& call);

// What of a nextLink goes into a request: path and query after /v1.0, as they are. A link to
// another scheme, host or port is refused: the access token would go there.
// Errors: graph_refused.
base::Result<std::string> path_of_link(std::string_view endpoint, std::string_view link);

}  // namespace entrad::graph
