// How long to wait before trying again what failed for a passing reason.
// Source: Microsoft Graph "Throttling guidance": exponential, with jitter, never before
// Retry-After. Thread safety: pure but for its source of randomness, which is a thread's own.
#pragma once

#include <optional>

#include "base/clock.h"

namespace entrad::graph {

constexpr int kMostRetries = 5;

// `tries` failures have gone before. Between a tenth of a second and 1 s, 2 s, 4 s ... 30 s, but
// not less than what the server asked for.
base::Duration pause_before_retry(int tries, std::optional<base::Duration> asked_for);

}  // namespace entrad::graph
