// KeepingOptions: the options of the commands about pins, pruning, checks and copies.
// Thread safety: pure functions.
#pragma once

#include "ctl/options.h"

namespace CLI {
class App;
}

namespace entrad::ctl {

void no_wait_option(CLI::App& app, Options& to);
void snapshot_check_options(CLI::App& app, Options& to);
void pin_options(CLI::App& app, Options& to);
void prune_options(CLI::App& app, Options& to);
void copy_options(CLI::App& app, Options& to);

}  // namespace entrad::ctl
