// JobOptions: the options of commands about one job.
// Thread safety: pure functions.
#pragma once

#include "ctl/options.h"

namespace CLI {
class App;
}

namespace entrad::ctl {

void job_argument(CLI::App& app, Options& to);
void report_options(CLI::App& app, Options& to);
void approve_options(CLI::App& app, Options& to);

}  // namespace entrad::ctl
