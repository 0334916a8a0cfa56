// HTTP's dates, in the one form that is in use: "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7).
// Thread safety: pure functions.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"

namespace entrad::graph {

// Nullopt for anything else, and for years that no machine's clock shows (before 1970, after 2199),
// so that a difference of two such dates is a Duration.
std::optional<base::WallTime> parse_http_date(const std::string& text);

}  // namespace entrad::graph
