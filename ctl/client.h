// Client: the connection to entrad's control socket, HTTP/1.1 with JSON. The only place of the
// client that knows HTTP. One connection a request; waiting stops at Ctrl-C.
// Thread safety: belongs to one thread. The caller owns the Interrupt.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "base/result.h"
#include "ctl/event_stream.h"
#include "ctl/interrupt.h"

namespace entrad::ctl {

class Client {
 public:
  // The daemon refuses longer bodies than this.
  static constexpr std::size_t kMaxBody = std::size_t{1} << 20;
  // How long a daemon that went away is waited for, and how often it is looked for.
  static constexpr std::chrono::milliseconds kPatience{60000};
  static constexpr std::chrono::milliseconds kBetweenTries{500};

  Client(std::string socket, const Interrupt& interrupt);

  // `target` is a path with its query, percent-encoded. Errors: the daemon's own; unreachable
  // (nobody answers on the socket); permission_denied (the socket may not be opened); cancelled
  // (Ctrl-C); internal (an answer that is no JSON). A daemon that has answered before is being
  // restarted when it does not, and get() waits a minute for it.
  base::Result<nlohmann::json> get(const std::string& target);
  base::Result<nlohmann::json> post(const std::string& target, const nlohmann::json& body);
  base::Result<nlohmann::json> remove(const std::string& target);  // DELETE

  // Reads events until the daemon ends the stream (no error), `on_event` returns false (no error)
  // or Ctrl-C (cancelled). `after` resumes behind that event id; empty: from the present state.
  // `on_tick` is called about ten times a second. Errors: as above; unreachable when the
  // connection breaks.
  base::Result<void> stream(const std::string& target, const std::string& after,
                            const std::function<bool(const StreamEvent&)>& on_event,
                            const std::function<void()>& on_tick);

  bool has_answered() const { return answered_; }

  // False: Ctrl-C came first.
  bool pause(std::chrono::milliseconds time) const;

 private:
  std::string socket_;
  const Interrupt& interrupt_;
  bool answered_ = false;
};

}  // namespace entrad::ctl
