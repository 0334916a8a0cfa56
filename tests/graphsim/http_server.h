// HTTP/1.1 with keep-alive on loopback, plain or TLS, in front of a Simulation. Callbacks on one
// io_context; one thread runs it.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <cstdint>

#include "simulation.h"

namespace graphsim {

class HttpServer {
 public:
  /// Listens on 127.0.0.1:port (0: any free one). `tls` null: plain http. Both outlive the server.
  HttpServer(boost::asio::io_context& io, Simulation& simulation, std::uint16_t port,
             boost::asio::ssl::context* tls);

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  void stop() { acceptor_.close(); }

 private:
  void accept();

  Simulation& simulation_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::ssl::context* tls_;
};

}  // namespace graphsim
