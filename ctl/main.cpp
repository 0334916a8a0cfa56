// entractl: the client of entrad. Everything is behind run(); this gives it the real streams.
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <iostream>

#include "ctl/run.h"

namespace {

constexpr std::size_t kUncut = 1'000'000;

int columns_of(int descriptor) {
  winsize size{};
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 100;
}

std::size_t table_width() {
  constexpr int kLeast = 60;
  if (isatty(STDOUT_FILENO) == 0) return kUncut;
  return static_cast<std::size_t>(std::max(kLeast, columns_of(STDOUT_FILENO)));
}

}  // namespace

int main(int argc, char** argv) {
  // A reader that has seen enough (`entractl users list --all | head`) ends the program quietly,
  // but a daemon that hangs up must not: its socket is written with MSG_NOSIGNAL.
  std::signal(SIGPIPE, SIG_DFL);
  entrad::ctl::Streams streams{std::cin,
                               std::cout,
                               std::cerr,
                               isatty(STDIN_FILENO) != 0 ? STDIN_FILENO : -1,
                               isatty(STDOUT_FILENO) != 0,
                               isatty(STDERR_FILENO) != 0,
                               columns_of(STDERR_FILENO),
                               table_width()};
  const std::vector<std::string> args(argv + 1, argv + argc);
  const entrad::base::SystemClock clock;
  return entrad::ctl::run(args, streams, [&clock] { return clock.wall(); });
}
