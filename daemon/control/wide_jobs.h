// Wide jobs: a restore's request may name tens of thousands of users. Where many jobs, or many
// changes of one, go out together, only the first of those names go with them.
// Thread safety: pure function.
#pragma once

#include <cstddef>

#include "api/jobs.h"

namespace entrad::control {

inline constexpr std::size_t kNamesShown = 100;

// The job as JSON. Where request.selection.users is longer than kNamesShown it is cut to that, and
// request.selection.usersTotal says how many there are.
nlohmann::json without_long_lists(const api::Job& job);

}  // namespace entrad::control
