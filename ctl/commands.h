// Commands: the one table of what entractl can do, and the command line that is made from it. Help
// is written from the same table. Thread safety: constant data and pure functions (the environment
// is read for ENTRAD_SOCKET and ENTRAD_TENANT).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ctl/handlers.h"
#include "ctl/options.h"

namespace CLI {
class App;
}

namespace entrad::ctl {

struct Command {
  std::string_view group;  // "users"; empty for a command of one word
  std::string_view verb;
  std::string_view arguments;  // as help shows them
  std::string_view help;       // one line, begins with a verb, no full stop
  Handler handler;
  void (*declare)(CLI::App&, Options&);  // its own options and arguments
};

std::span<const Command> commands();

struct Parsed {
  Options options;
  Handler handler = nullptr;  // null: print `text` (help or version) instead
  std::string text;
};

// Errors: invalid_argument, for everything that the table does not allow.
base::Result<Parsed> parse(const std::vector<std::string>& args);

}  // namespace entrad::ctl
