// Listening: puts the daemon's socket into the file system, and takes it away again.
//
// The file is never open to more people than it should be: it is bound with mode 0600, given to
// group entrad where there is one and we may, and only then opened to the group (0660). A socket
// file that nobody answers on was left by a killed daemon and is replaced.
// Where systemd has made the socket (entrad.socket), it is taken over instead, and its file is
// systemd's: who asks while the daemon restarts is served when it is back.
// Thread safety: pure but for the file system and $LISTEN_FDS; call listen_on() before other
// threads need umask.
#pragma once

#include <sys/types.h>

#include <filesystem>

#include "base/result.h"

namespace entrad::control {

// A listening socket: the descriptor (the caller closes it), and which file it is; no file is ours
// where `inode` is 0.
struct Listening {
  int descriptor = -1;
  std::filesystem::path path;
  dev_t device = 0;
  ino_t inode = 0;
};

// Takes over what systemd has passed on, if anything; else makes the socket.
// Errors: failed_precondition (systemd's socket is another one; path longer than 107 bytes, another
// daemon answers there, a file that is no socket is in the way), permission_denied, not_found (no
// such directory), internal.
base::Result<Listening> listen_on(const std::filesystem::path& path);

// Removes the socket file if it is still ours: another daemon may have replaced it.
void remove_socket(const Listening& listening);

}  // namespace entrad::control
