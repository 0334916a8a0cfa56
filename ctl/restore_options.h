// RestoreOptions: the options of `restore`.
// Thread safety: pure functions.
#pragma once

#include "ctl/options.h"

namespace CLI {
class App;
}

namespace entrad::ctl {

void restore_selection_options(CLI::App& app, Options& to);  // who
void restore_options(CLI::App& app, Options& to);            // what, and how it is approved
void undo_options(CLI::App& app, Options& to);
void retry_options(CLI::App& app, Options& to);
void secret_options(CLI::App& app, Options& to);

}  // namespace entrad::ctl
