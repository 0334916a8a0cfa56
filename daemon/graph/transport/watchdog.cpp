#include "graph/transport/watchdog.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace entrad::graph {

Watchdog::Watchdog() : thread_([this](const std::stop_token& stop) { run(stop); }) {}

Watchdog::~Watchdog() = default;

Watchdog::Watch Watchdog::watch(int socket, Time deadline) {
  const std::lock_guard lock(mutex_);
  const Entry* before = earliest();
  const bool sooner = before == nullptr || deadline < before->deadline;
  entries_.push_front({fcntl(socket, F_DUPFD_CLOEXEC, 0), deadline});
  if (sooner) changed_.notify_one();
  return {*this, entries_.begin()};
}

Watchdog::Entry* Watchdog::earliest() {
  Entry* found = nullptr;
  for (Entry& entry : entries_)
    if (!entry.barked && (found == nullptr || entry.deadline < found->deadline)) found = &entry;
  return found;
}

void Watchdog::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    Entry* next = earliest();
    if (next == nullptr) {
      changed_.wait(lock, stop, [this] { return earliest() != nullptr; });
    } else if (const Time deadline = next->deadline; std::chrono::steady_clock::now() < deadline) {
      changed_.wait_until(lock, stop, deadline, [&] {
        const Entry* now_next = earliest();
        return now_next == nullptr || now_next->deadline < deadline;
      });
    } else {
      next->barked = true;
      shutdown(next->socket, SHUT_RDWR);
    }
  }
}

Watchdog::Watch::~Watch() {
  const std::lock_guard lock(dog_.mutex_);
  if (entry_->socket >= 0) close(entry_->socket);
  dog_.entries_.erase(entry_);
}

bool Watchdog::Watch::barked() const {
  const std::lock_guard lock(dog_.mutex_);
  return entry_->barked;
}

}  // namespace entrad::graph
