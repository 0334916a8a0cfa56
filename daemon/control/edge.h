// Edge: what all connections of one server share, and what the server asks of each of them.
//
// The I/O thread moves bytes and nothing else; questions are answered on two small pools, one for
// quick ones and one for those that wait for Graph.
// Thread safety: connections belong to the I/O thread; other threads reach it by posting to `io`.
// Owned by Server::Parts; outlives every connection.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>

#include "base/ids.h"
#include "control/dispatcher.h"
#include "control/server.h"

namespace entrad::control {

class Connection {
 public:
  virtual ~Connection() = default;
  // Ends as soon as what is under way is answered.
  virtual void finish() = 0;
  // Event `newest` is in the journal.
  virtual void rung(base::EventNumber /*newest*/) {}
  // False once it only waits to be closed: it then takes nobody's place.
  virtual bool takes_place() const { return true; }
};

class Edge {
 public:
  Edge(Context context, Groups groups, uid_t daemon_user, Limits edge_limits);
  ~Edge();

  void enter(std::shared_ptr<Connection> connection);
  void leave(const std::shared_ptr<Connection>& connection);
  std::size_t places_taken() const;
  std::size_t connections() const { return connections_.size(); }

  void finish_all();
  void ring_all(base::EventNumber newest);
  // Any other thread: waits until nobody is connected, at most `time`.
  void wait_until_empty(std::chrono::milliseconds time);

  const Limits limits;
  const Dispatcher dispatcher;
  boost::asio::io_context io{1};
  boost::asio::thread_pool quick{2};
  boost::asio::thread_pool slow{2};

 private:
  std::set<std::shared_ptr<Connection>> connections_;
  std::mutex mutex_;
  std::condition_variable emptied_;
  bool is_empty_ = true;  // guarded by mutex_
};

// Tells the I/O thread of new events, from the store's writer thread, without ever waiting: rings
// that have not been heard yet become one. Thread safety: any thread. Outlives the edge, as the
// journal keeps it.
class EventBell {
 public:
  explicit EventBell(Edge& edge) : edge_(&edge) {}
  void ring(base::EventNumber newest);
  void silence();  // the edge is about to go

 private:
  void heard();

  std::mutex mutex_;  // guards all below
  Edge* edge_;
  base::EventNumber newest_;
  bool is_ringing_ = false;
};

}  // namespace entrad::control
