#include "control/listening.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "control/access.h"

namespace entrad::control {
namespace {

using base::ErrorKind;

// The kernel keeps a terminating zero behind the path.
constexpr std::size_t kLongestPath = sizeof(sockaddr_un::sun_path) - 1;
constexpr int kBacklog = 128;

// Closes what is not given away.
class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() {
    if (value_ >= 0) close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return value_; }
  int release() { return std::exchange(value_, -1); }

 private:
  int value_;
};

struct Address {
  sockaddr_un value{};
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&value); }
};

Address address_of(const std::filesystem::path& path) {
  Address address;
  address.value.sun_family = AF_UNIX;
  path.native().copy(static_cast<char*>(address.value.sun_path), kLongestPath);
  return address;
}

base::unexpected<base::Error> refusal(const std::filesystem::path& path, const char* doing,
                                      int code) {
  const std::string message =
      std::string("cannot ") + doing + " socket " + path.string() + ": " + std::strerror(code);
  const std::string folder = path.parent_path().string();
  switch (code) {
    case EACCES:
    case EPERM:
    case EROFS:
      return base::fail(ErrorKind::permission_denied, message,
                        "the daemon's user must be allowed to write to " + folder);
    case ENOENT:
    case ENOTDIR:
      return base::fail(ErrorKind::not_found, message,
                        "make the directory " + folder + ", or set another daemon.socket");
    default:
      return base::fail(ErrorKind::internal, message);
  }
}

base::Result<void> check_length(const std::filesystem::path& path) {
  if (path.empty())
    return base::fail(ErrorKind::failed_precondition, "the socket has no path",
                      "set daemon.socket");
  if (path.native().size() <= kLongestPath) return {};
  return base::fail(ErrorKind::failed_precondition,
                    "the socket's path is " + std::to_string(path.native().size()) +
                        " bytes long, and Unix sockets take at most " +
                        std::to_string(kLongestPath) + ": " + path.string(),
                    "set daemon.socket to a shorter path");
}

base::unexpected<base::Error> somebody_answers(const std::filesystem::path& path) {
  return base::fail(ErrorKind::failed_precondition, "another daemon listens on " + path.string(),
                    "stop it, or give this one another daemon.socket");
}

// Removes a socket file that nobody listens on; refuses for anything else that is there.
base::Result<void> make_way(const std::filesystem::path& path) {
  struct stat file {};
  if (lstat(path.c_str(), &file) != 0)
    return errno == ENOENT ? base::Result<void>() : refusal(path, "look at", errno);
  if (!S_ISSOCK(file.st_mode))
    return base::fail(ErrorKind::failed_precondition,
                      path.string() + " is in the way: it is no socket",
                      "move it away, or set another daemon.socket");
  const Descriptor probe(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (probe.get() < 0) return refusal(path, "try", errno);
  const Address address = address_of(path);
  if (connect(probe.get(), address.get(), sizeof(address.value)) == 0)
    return somebody_answers(path);
  if (errno == EAGAIN) return somebody_answers(path);  // its backlog is full
  if (errno != ECONNREFUSED) return refusal(path, "try", errno);
  if (unlink(path.c_str()) != 0 && errno != ENOENT) return refusal(path, "replace", errno);
  return {};
}

// From 0600, as it was bound, to what it is for.
base::Result<void> open_to_group(const std::filesystem::path& path) {
  if (const auto group = find_group(kReaders)) {
    // A daemon that is not in the group may not give its file to it. It then stays in the
    // daemon's own group.
    if (lchown(path.c_str(), static_cast<uid_t>(-1), *group) != 0 && errno != EPERM)
      return refusal(path, "give group entrad the", errno);
  }
  if (chmod(path.c_str(), S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP) != 0)
    return refusal(path, "set the mode of", errno);
  return {};
}

base::Result<Listening> take_over(const std::filesystem::path& path, int passed_on) {
  for (int fd = SD_LISTEN_FDS_START; fd < SD_LISTEN_FDS_START + passed_on; ++fd)
    if (sd_is_socket_unix(fd, SOCK_STREAM, /*listening=*/1, path.c_str(), 0) > 0)
      return Listening{fd, path};
  return base::fail(ErrorKind::failed_precondition,
                    "systemd has passed on a socket, and it is not " + path.string(),
                    "let ListenStream= of entrad.socket and daemon.socket of the configuration "
                    "name the same path");
}

}  // namespace

base::Result<Listening> listen_on(const std::filesystem::path& path) {
  if (auto fits = check_length(path); !fits) return base::pass(fits);
  if (const int passed_on = sd_listen_fds(/*unset_environment=*/1); passed_on > 0)
    return take_over(path, passed_on);
  if (auto free = make_way(path); !free) return base::pass(free);
  Descriptor listener(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (listener.get() < 0) return refusal(path, "make", errno);
  // Linux takes the file's mode from the socket's inode, less the umask: set there, it holds from
  // the first moment, and no other thread's files are touched by a changed umask.
  if (fchmod(listener.get(), S_IRUSR | S_IWUSR) != 0) return refusal(path, "prepare", errno);
  const Address address = address_of(path);
  if (bind(listener.get(), address.get(), sizeof(address.value)) != 0)
    return errno == EADDRINUSE ? base::Result<Listening>(somebody_answers(path))
                               : refusal(path, "bind", errno);
  struct stat file {};
  if (lstat(path.c_str(), &file) != 0) return refusal(path, "look at", errno);
  if (auto open = open_to_group(path); !open) return base::pass(open);
  if (listen(listener.get(), kBacklog) != 0) return refusal(path, "listen on", errno);
  return Listening{listener.release(), path, file.st_dev, file.st_ino};
}

void remove_socket(const Listening& listening) {
  if (listening.inode == 0) return;
  struct stat file {};
  if (lstat(listening.path.c_str(), &file) != 0) return;
  if (file.st_dev == listening.device && file.st_ino == listening.inode)
    unlink(listening.path.c_str());
}

}  // namespace entrad::control
