// Prompt: one yes or no question on the terminal, answered by a line and left by Ctrl-C. The
// question goes to the error stream, so that standard output holds answers only. Thread safety:
// belongs to the run's thread; the caller owns the streams.
#pragma once

#include <string>

#include "ctl/interrupt.h"
#include "ctl/streams.h"

namespace entrad::ctl {

enum class Reply { yes, no, interrupted };

// "y" and "yes" in any case are a yes; everything else, and the end of input, is a no.
Reply ask(Streams& streams, const std::string& question, const Interrupt& interrupt);

}  // namespace entrad::ctl
