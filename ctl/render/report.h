// A restore's report: what came back, the proof, and what people still have to do.
// Thread safety: pure functions.
#pragma once

#include <string>

#include "ctl/answers.h"
#include "ctl/render/text.h"

namespace entrad::ctl::render {

// Rows of each list that are shown; the rest is counted, with the command that shows it.
inline constexpr std::size_t kReportRows = 20;

// `seen` is the report's job.
std::string report(const api::Report& report, const SeenJob& seen, const View& view);

}  // namespace entrad::ctl::render
