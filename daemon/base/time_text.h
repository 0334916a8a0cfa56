// Times as people and Graph write them: RFC 3339 out, RFC 3339 and everyday words in.
// Thread safety: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace entrad::base {

// "2026-11-23T18:05:09Z" (UTC, whole seconds).
std::string rfc3339(WallTime time);

// Accepts RFC 3339 with Z or an offset, with or without fraction; "2026-11-23" (the end of that
// day, UTC, so that a day's own backups are included), "2026-11-23 18:05" (likewise the end of that
// minute), "now", "today", "yesterday", "3 days ago", "2 hours ago". `now` is what relative words
// count from.
Result<WallTime> parse_time(std::string_view text, WallTime now);

// "47 s", "3 min 5 s", "2 h 10 min", "4 d 3 h": at most two units, for people.
std::string human_duration(Duration duration);

}  // namespace entrad::base
