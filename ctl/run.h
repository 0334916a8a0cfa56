// Run: the whole client behind main(), so that a test can call it with its own streams and time.
// Thread safety: one run at a time in a process (it takes Ctrl-C for itself).
#pragma once

#include <string>
#include <vector>

#include "ctl/streams.h"

namespace entrad::ctl {

// `args` without the program's name. Returns the exit code (api/error_table.h).
int run(const std::vector<std::string>& args, Streams& streams, const Now& now);

}  // namespace entrad::ctl
