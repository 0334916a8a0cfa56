// Server: HTTP/1.1 with JSON over the Unix socket, as described by openapi.yaml beside this file.
//
// Who may do what comes from the peer's credentials (SO_PEERCRED, SO_PEERGROUPS): the daemon's own
// user and root may do everything; group entrad reads, entrad-operator submits, entrad-admin
// approves. Requests that have to wait for Graph run on a small pool, so that the socket always
// answers.
// Thread safety: start() and stop() from one thread; it runs its own I/O thread. Owned by app/.
#pragma once

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

class Server {
 public:
  // Listens on `socket` (mode 0660). A stale socket file that nobody answers on is replaced.
  // Errors: failed_precondition (another daemon answers there; path too long; no permission).
  static base::Result<std::unique_ptr<Server>> listen(const std::filesystem::path& socket,
                                                      Services services);
  ~Server();  // as stop()

  void start();
  // Closes the listener, lets answers under way finish for a moment, ends streams.
  void stop();

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace entrad::control
