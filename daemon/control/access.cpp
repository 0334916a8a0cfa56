#include "control/access.h"

#include <grp.h>
#include <pwd.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace entrad::control {
namespace {

// The databases of users and groups say how much room an entry needs only by refusing.
constexpr std::size_t kFirstRoom = 1024;
constexpr std::size_t kMostRoom = std::size_t{4} << 20;

base::unexpected<base::Error> kernel_failure(const char* option) {
  return base::fail(base::ErrorKind::internal, std::string("the kernel does not tell the peer's ") +
                                                   option + ": " + std::strerror(errno));
}

base::Result<std::vector<gid_t>> groups_of(int socket) {
  std::vector<gid_t> groups(32);
  auto bytes = static_cast<socklen_t>(groups.size() * sizeof(gid_t));
  int failed = getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &bytes);
  if (failed != 0 && errno == ERANGE) {
    groups.resize(bytes / sizeof(gid_t));
    failed = getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &bytes);
  }
  if (failed != 0) return kernel_failure("groups");
  groups.resize(bytes / sizeof(gid_t));
  return groups;
}

bool is_member(const Peer& peer, const std::optional<gid_t>& group) {
  if (!group) return false;
  return peer.gid == *group ||
         std::find(peer.groups.begin(), peer.groups.end(), *group) != peer.groups.end();
}

base::unexpected<base::Error> denied(const Peer& peer, std::string_view group, bool exists,
                                     std::string_view what) {
  const std::string who = peer.name.empty() ? "uid " + std::to_string(peer.uid) : peer.name;
  const std::string wanted(group);
  std::string hint = exists ? "" : "`groupadd --system " + wanted + "`, restart entrad, then ";
  hint += "`usermod -aG " + wanted + " " + (peer.name.empty() ? "NAME" : peer.name) +
          "` as root, then log in again";
  return base::fail(base::ErrorKind::permission_denied,
                    who + " is not in group " + wanted + ", which may " + std::string(what), hint);
}

}  // namespace

base::Result<Peer> peer_of(int connected_socket) {
  ucred credentials{};
  socklen_t bytes = sizeof(credentials);
  if (getsockopt(connected_socket, SOL_SOCKET, SO_PEERCRED, &credentials, &bytes) != 0)
    return kernel_failure("user");
  auto groups = groups_of(connected_socket);
  if (!groups) return base::pass(groups);
  return Peer{credentials.uid, credentials.gid, std::move(*groups), {}};
}

std::string name_of(uid_t uid) {
  std::string room(kFirstRoom, '\0');
  passwd entry{};
  passwd* found = nullptr;
  while (getpwuid_r(uid, &entry, room.data(), room.size(), &found) == ERANGE &&
         room.size() < kMostRoom)
    room.resize(room.size() * 2);
  return found != nullptr ? std::string(found->pw_name) : "uid " + std::to_string(uid);
}

std::optional<gid_t> find_group(std::string_view name) {
  std::string room(kFirstRoom, '\0');
  group entry{};
  group* found = nullptr;
  while (getgrnam_r(std::string(name).c_str(), &entry, room.data(), room.size(), &found) ==
             ERANGE &&
         room.size() < kMostRoom)
    room.resize(room.size() * 2);
  if (found == nullptr) return std::nullopt;
  return found->gr_gid;
}

Groups find_groups() {
  return {find_group(kReaders), find_group(kOperators), find_group(kAdministrators)};
}

base::Result<void> decide(const Peer& peer, Need need, const Groups& groups, uid_t daemon_user) {
  if (peer.uid == 0 || peer.uid == daemon_user) return {};
  if (is_member(peer, groups.operators) || is_member(peer, groups.administrators)) return {};
  if (need == Need::operate)
    return denied(peer, kOperators, groups.operators.has_value(),
                  "submit, approve and cancel jobs and check tenants");
  if (is_member(peer, groups.readers)) return {};
  return denied(peer, kReaders, groups.readers.has_value(), "read");
}

}  // namespace entrad::control
