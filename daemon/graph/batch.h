// Many requests in Graph's `$batch`: cut into chunks, sent over several connections, each item
// judged alone. Source: Microsoft Graph, "Combine multiple HTTP requests using JSON batching".
// Thread safety: a function that may be called from any thread.
#pragma once

#include <vector>

#include "base/result.h"
#include "graph/crew.h"
#include "graph/lines.h"

namespace entrad::graph {

base::Result<std::vector<Reply>> send_batch(Lines& lines, Crew& crew,
                                            const std::vector<Request>& requests, const Call& call);

}  // namespace entrad::graph
