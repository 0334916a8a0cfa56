#include "ctl/prompt.h"

#include <poll.h>
#include <unistd.h>

#include "base/text.h"

namespace entrad::ctl {
namespace {

constexpr int kLookMilliseconds = 100;  // how soon Ctrl-C is noticed

}  // namespace

Reply ask(Streams& streams, const std::string& question, const Interrupt& interrupt) {
  streams.err << question << std::flush;
  std::string answer;
  while (!interrupt.requested()) {
    pollfd input{streams.terminal_in, POLLIN, 0};
    if (poll(&input, 1, kLookMilliseconds) <= 0) continue;
    char c = '\n';
    if (read(streams.terminal_in, &c, 1) <= 0) break;
    if (c != '\n') {
      answer += c;
      continue;
    }
    const std::string word = base::ascii_lower(base::trim(answer));
    return word == "y" || word == "yes" ? Reply::yes : Reply::no;
  }
  streams.err << std::endl;
  return interrupt.requested() ? Reply::interrupted : Reply::no;
}

}  // namespace entrad::ctl
