// Logging: spdlog on standard error. Under systemd each line starts with its <priority>, and the
// journal adds time and unit; on a terminal the time is ours.
// Thread safety: set up once, before other threads start; logging itself is safe from any thread.
#pragma once

#include <string>

namespace entrad::app {

void set_up_logging(const std::string& level);

}  // namespace entrad::app
