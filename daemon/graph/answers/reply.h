// From an HTTP answer to a Reply: its class, and its body as JSON.
// Thread safety: pure functions.
#pragma once

#include "graph/session.h"

namespace entrad::graph {

bool is_read(std::string_view method);
// Whether a request with this answer was never begun, so that no quota counts it: a refused token,
// throttling, or a batch item that was not run.
bool is_uncounted(int status);

// An accepted answer whose body is not whole counts as no answer.
Reply reply_of(const Request& request, const Response& response);
// The same for an item of a `$batch`, whose body is JSON already; `response` has none.
Reply reply_of_item(const Request& request, Response response, nlohmann::json body);
// For an answer that cannot be read, though it came: a read failed, a write may have happened.
Verdict unreadable(std::string_view method, const std::string& why);

// The verdict as a failure for the caller, with Graph's code and words in the details.
base::unexpected<base::Error> failure(const Request& request, const Verdict& verdict);

}  // namespace entrad::graph
