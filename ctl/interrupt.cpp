#include "ctl/interrupt.h"

namespace entrad::ctl {
namespace {

volatile std::sig_atomic_t interrupted = 0;

void note(int) { interrupted = 1; }

}  // namespace

Interrupt::Interrupt() {
  interrupted = 0;
  struct sigaction action {};
  action.sa_handler = note;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, &former_);
}

Interrupt::~Interrupt() { sigaction(SIGINT, &former_, nullptr); }

bool Interrupt::requested() const { return interrupted != 0; }

}  // namespace entrad::ctl
