#include "control/server.h"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <future>
#include <stop_token>
#include <thread>
#include <utility>

#include "control/edge.h"
#include "control/listening.h"
#include "control/session.h"
#include "store/journal.h"

namespace entrad::control {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

// After an accept that failed for want of descriptors or memory.
constexpr std::chrono::milliseconds kBreath{100};

}  // namespace

struct Server::Parts {
  Parts(Listening where, Services services, Limits limits)
      : listening(std::move(where)),
        journal(services.store.journal()),
        edge(Context{services, services.clock.wall(), stop.get_token(), is_stopping}, find_groups(),
             geteuid(), limits),
        bell(std::make_shared<EventBell>(edge)),
        acceptor(edge.io, asio::local::stream_protocol(), listening.descriptor),
        retry(edge.io),
        work(edge.io.get_executor()) {}

  void accept();
  void admit(Session::Socket socket);
  void stop_accepting();

  Listening listening;
  store::Journal& journal;
  std::stop_source stop;
  std::atomic<bool> is_stopping = false;
  Edge edge;
  std::shared_ptr<EventBell> bell;
  asio::local::stream_protocol::acceptor acceptor;
  asio::steady_timer retry;
  asio::executor_work_guard<asio::io_context::executor_type> work;
  std::thread thread;
  bool is_over = false;
};

void Server::Parts::accept() {
  acceptor.async_accept([this](const error_code& error, Session::Socket socket) {
    if (!acceptor.is_open()) return;
    if (!error) {
      admit(std::move(socket));
      return accept();
    }
    spdlog::warn("control socket cannot accept: {}", error.message());
    retry.expires_after(kBreath);
    retry.async_wait([this](const error_code& cancelled) {
      if (!cancelled && acceptor.is_open()) accept();
    });
  });
}

// A peer that is over the limit is told so, as long as not too many of those are there either.
void Server::Parts::admit(Session::Socket socket) {
  const std::size_t most = edge.limits.sessions;
  if (edge.connections() >= 2 * most) return;
  auto peer = peer_of(socket.native_handle());
  if (!peer) {
    spdlog::warn("control socket refuses a connection: {}", peer.error().message);
    return;
  }
  const bool is_full = edge.places_taken() >= most;
  auto session = std::make_shared<Session>(edge, std::move(socket), std::move(*peer));
  edge.enter(session);
  is_full ? session->turn_away() : session->open();
}

void Server::Parts::stop_accepting() {
  error_code ignored;
  acceptor.close(ignored);
  retry.cancel();
  edge.finish_all();
}

base::Result<std::unique_ptr<Server>> Server::listen(const std::filesystem::path& socket,
                                                     Services services, Limits limits) {
  auto listening = listen_on(socket);
  if (!listening) return base::pass(listening);
  auto parts = std::make_unique<Parts>(std::move(*listening), std::move(services), limits);
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Server::~Server() { stop(); }

void Server::start() {
  Parts& parts = *parts_;
  parts.journal.on_event([bell = parts.bell](base::EventNumber newest) { bell->ring(newest); });
  asio::post(parts.edge.io, [&parts] { parts.accept(); });
  parts.thread = std::thread([&parts] { parts.edge.io.run(); });
}

void Server::wait_for_io() {
  const auto turn = std::make_shared<std::promise<void>>();
  asio::post(parts_->edge.io, [turn] { turn->set_value(); });
  turn->get_future().wait();
}

// The journal keeps the bell for ever; everything that it could ring is gone only after it is
// silent and the I/O thread has ended.
void Server::stop() {
  Parts& parts = *parts_;
  if (std::exchange(parts.is_over, true)) return;
  parts.is_stopping = true;
  parts.stop.request_stop();
  remove_socket(parts.listening);
  if (parts.thread.joinable()) {
    asio::post(parts.edge.io, [&parts] { parts.stop_accepting(); });
    parts.edge.wait_until_empty(parts.edge.limits.goodbye);
    parts.bell->silence();
    parts.edge.io.stop();
    parts.thread.join();
  }
  parts.bell->silence();
  parts.edge.quick.join();
  parts.edge.slow.join();
}

}  // namespace entrad::control
