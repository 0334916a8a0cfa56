// Access: who is on the other end of a connection, and whether they may do what they ask.
//
// The answer comes from the kernel (SO_PEERCRED, SO_PEERGROUPS), never from what the peer says.
// root and the daemon's own user may do everything; group entrad reads; entrad-operator and
// entrad-admin read and submit. The groups' numbers are looked up once, when the daemon starts.
// Thread safety: pure functions over plain values, but for name_of(), which asks the system's user
// database and may take long where that is a network service.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace entrad::control {

enum class Need { read, operate };

inline constexpr std::string_view kReaders = "entrad";
inline constexpr std::string_view kOperators = "entrad-operator";
inline constexpr std::string_view kAdministrators = "entrad-admin";

struct Peer {
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups;  // supplementary groups, as they were when the peer connected
  std::string name;           // of the user; empty until somebody asks name_of()
};

// nullopt: the machine has no group of that name.
struct Groups {
  std::optional<gid_t> readers;
  std::optional<gid_t> operators;
  std::optional<gid_t> administrators;
};

// Errors: internal, when the kernel does not tell.
base::Result<Peer> peer_of(int connected_socket);
// The user's name, or "uid 1234" for a user that the machine does not know.
std::string name_of(uid_t uid);

std::optional<gid_t> find_group(std::string_view name);
Groups find_groups();

// Errors: permission_denied, naming the group that is missing and how to get into it.
base::Result<void> decide(const Peer& peer, Need need, const Groups& groups, uid_t daemon_user);

}  // namespace entrad::control
