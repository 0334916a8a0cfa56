// HTTP/1.1 with keep-alive on loopback, plain or TLS, in front of a Simulation. Callbacks on one
// io_context; one thread runs it.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "simulation.h"

namespace graphsim {

class HttpServer {
 public:
  /// Listens on 127.0.0.1:port (0: any free one). `tls` null: plain http. Both outlive the server.
  HttpServer(boost::asio::io_context& io, Simulation& simulation, std::uint16_t port,
             boost::asio::ssl::context* tls);

  std::uint16_t port() const { return endpoint_.port(); }
  /// Off: connections are refused, and those that are open are reset.
  void set_on(bool on);

 private:
  void accept();
  void serve(boost::asio::ip::tcp::socket socket);

  Simulation& simulation_;
  boost::asio::ip::tcp::acceptor acceptor_;
  const boost::asio::ip::tcp::endpoint endpoint_;
  /// Resets a session where it is told to; false: the session has ended.
  std::vector<std::function<bool(bool really)>> resets_;
  boost::asio::ssl::context* tls_;
};

}  // namespace graphsim
