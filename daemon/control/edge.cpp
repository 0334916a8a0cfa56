#include "control/edge.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>
#include <vector>

namespace entrad::control {

Edge::Edge(Context context, Groups groups, uid_t daemon_user, Limits edge_limits)
    : limits(edge_limits), dispatcher(std::move(context), groups, daemon_user) {}

// What the pools still do refers to `io` and to the dispatcher.
Edge::~Edge() {
  quick.join();
  slow.join();
}

void Edge::enter(std::shared_ptr<Connection> connection) {
  connections_.insert(std::move(connection));
  const std::lock_guard lock(mutex_);
  is_empty_ = false;
}

void Edge::leave(const std::shared_ptr<Connection>& connection) {
  connections_.erase(connection);
  if (!connections_.empty()) return;
  const std::lock_guard lock(mutex_);
  is_empty_ = true;
  emptied_.notify_all();
}

std::size_t Edge::places_taken() const {
  return static_cast<std::size_t>(
      std::count_if(connections_.begin(), connections_.end(),
                    [](const auto& connection) { return connection->takes_place(); }));
}

// Both go through a copy: connections leave while they are told.
void Edge::finish_all() {
  const std::vector<std::shared_ptr<Connection>> all(connections_.begin(), connections_.end());
  for (const auto& connection : all) connection->finish();
}

void Edge::ring_all(base::EventNumber newest) {
  const std::vector<std::shared_ptr<Connection>> all(connections_.begin(), connections_.end());
  for (const auto& connection : all) connection->rung(newest);
}

void Edge::wait_until_empty(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  emptied_.wait_for(lock, time, [this] { return is_empty_; });
}

void EventBell::ring(base::EventNumber newest) {
  const std::lock_guard lock(mutex_);
  newest_ = std::max(newest_, newest);
  if (edge_ == nullptr || is_ringing_) return;
  is_ringing_ = true;
  // Runs on the I/O thread, which is joined before the bell is silent for good; see Server::stop().
  boost::asio::post(edge_->io, [this] { heard(); });
}

void EventBell::heard() {
  Edge* edge = nullptr;
  base::EventNumber newest;
  {
    const std::lock_guard lock(mutex_);
    edge = edge_;
    newest = newest_;
    is_ringing_ = false;
  }
  if (edge != nullptr) edge->ring_all(newest);
}

void EventBell::silence() {
  const std::lock_guard lock(mutex_);
  edge_ = nullptr;
}

}  // namespace entrad::control
