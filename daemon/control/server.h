// Server: HTTP/1.1 with JSON over the Unix socket, as described by openapi.yaml beside this file.
//
// Who may do what comes from the peer's credentials (SO_PEERCRED, SO_PEERGROUPS): the daemon's own
// user and root may do everything; group entrad reads; entrad-operator and entrad-admin also
// submit, approve and cancel. Requests that have to wait for Graph have threads of their own, so
// that the socket always answers. Thread safety: start() and stop() from one thread; it runs its
// own I/O thread. Owned by app/.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "graph/session.h"
#include "jobs/queue.h"
#include "store/store.h"

namespace entrad::control {

struct Services {
  store::Store& store;
  jobs::Queue& queue;
  graph::Sessions& sessions;
  base::Clock& clock;
  std::string version;
};

// What one connection may take. Times are the machine's own, not the injected clock's: they guard
// against peers, whom a faster clock does not make faster.
struct Limits {
  std::size_t sessions = 64;  // one more is told so and closed
  std::size_t body = std::size_t{1} << 20;
  std::uint32_t header = 16U << 10;
  std::chrono::milliseconds half_sent{5'000};   // from a request's first byte to its last
  std::chrono::milliseconds idle{60'000};       // between requests
  std::chrono::milliseconds answer{30'000};     // for the peer to take an answer
  std::chrono::milliseconds alive{15'000};      // between signs of life on an event stream
  std::chrono::milliseconds slow_after{1'000};  // for a write to a stream that is behind
  std::uint64_t behind = 1'000;                 // events that a stream's reader may be behind
  std::chrono::milliseconds goodbye{1'000};     // for answers under way when the server stops
};

class Server {
 public:
  // Listens on `socket` (mode 0660), which systemd may have made already. A stale socket file that
  // nobody answers on is replaced.
  // Errors: failed_precondition (another daemon answers there; path too long; something else is
  // there), permission_denied, not_found (the directory).
  static base::Result<std::unique_ptr<Server>> listen(const std::filesystem::path& socket,
                                                      Services services, Limits limits = Limits());
  ~Server();  // as stop()

  // Answers from now on, and becomes the journal's event listener.
  void start();
  // Returns when the I/O thread has taken a turn: it is alive. Not to be called after stop().
  void wait_for_io();
  // Closes the listener, lets answers under way finish for a moment, ends streams, removes the
  // socket file. May be called again.
  void stop();

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace entrad::control
