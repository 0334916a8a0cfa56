// Calendar: months with the days that have snapshots, as text for people.
//
// Weeks begin on Monday. Days are UTC's, as everywhere in entractl, so that a day of the calendar
// is the day that --at means. Thread safety: pure functions.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "api/snapshots.h"
#include "base/result.h"
#include "ctl/render/text.h"

namespace entrad::ctl::render {

// "2026-11". Errors: invalid_argument.
base::Result<std::chrono::year_month> read_month(const std::string& text);
std::chrono::year_month month_of(base::WallTime time);

// Each month from `first` to `last`, and a legend. A day between the first snapshot of all and
// today that has none is a gap.
std::string calendar(const std::vector<api::Snapshot>& snapshots, std::chrono::year_month first,
                     std::chrono::year_month last, const View& view);

}  // namespace entrad::ctl::render
