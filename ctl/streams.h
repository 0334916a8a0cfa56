// Streams: where a run of the client reads and writes, so that a test can stand in for a terminal.
//
// `terminal_in` is the descriptor that questions are answered on, or -1 when nobody sits there.
// Plans and tables go to `out`; progress, questions and errors go to `err`, so that a script can
// keep them apart. Thread safety: belongs to one thread; the caller owns the streams.
#pragma once

#include <functional>
#include <istream>
#include <ostream>

#include "base/clock.h"

namespace entrad::ctl {

struct Streams {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  int terminal_in = -1;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  int width = 100;  // columns of the terminal behind `err`
  // Tables keep to this many columns; what a program reads is not cut.
  std::size_t table_width = 100;
};

using Now = std::function<base::WallTime()>;

}  // namespace entrad::ctl
