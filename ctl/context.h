// Context: what a command works with during one run: options, streams, the connection, the time.
// Thread safety: belongs to one thread; made by run().
#pragma once

#include <string>

#include "ctl/client.h"
#include "ctl/options.h"
#include "ctl/render/progress.h"
#include "ctl/render/text.h"
#include "ctl/streams.h"

namespace entrad::ctl {

class Context {
 public:
  Context(const Options& its_options, Streams& its_streams, Now its_now,
          const Interrupt& its_interrupt);

  const Options& options;
  Streams& streams;
  Now now;
  const Interrupt& interrupt;
  Client client;

  render::View view() const;    // colour is for a terminal without NO_COLOR
  bool is_interactive() const;  // somebody can be asked
  render::Progress::Mode progress_mode() const;

  // The tenant that was named, or the only one. Errors: invalid_argument (several; names them),
  // failed_precondition (none), those of the connection.
  base::Result<std::string> tenant();
  // "entractl jobs watch 12", with --socket where this run needed it.
  std::string command(const std::string& words) const;

  void text(const std::string& words) { streams.out << words << std::flush; }
  // One sentence, wrapped, with its line ended.
  void say(const std::string& words) { text(render::wrap(words, 2, 0) + "\n"); }
  void json(const nlohmann::json& answer);
};

}  // namespace entrad::ctl
