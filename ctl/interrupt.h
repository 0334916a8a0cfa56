// Interrupt: Ctrl-C as something that the program looks at between two steps. While one exists,
// SIGINT does not end the process; waits notice it within a tenth of a second and detach.
// Thread safety: one at a time in a process, made and asked by one thread.
#pragma once

#include <csignal>

namespace entrad::ctl {

class Interrupt {
 public:
  Interrupt();
  ~Interrupt();  // puts the former handler back
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  bool requested() const;

 private:
  struct sigaction former_ {};
};

}  // namespace entrad::ctl
