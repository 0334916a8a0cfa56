// Starts the simulator: options, listeners, the ready file, signals, flushing of the log.
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <optional>

#include <unistd.h>

#include "http_server.h"
#include "options.h"
#include "tls_identity.h"

namespace {

namespace asio = boost::asio;
using graphsim::Json;

void write_whole(const std::string& file, const std::string& text) {
  const std::string temporary = file + ".tmp";
  std::ofstream(temporary, std::ios::trunc) << text;
  if (std::rename(temporary.c_str(), file.c_str()) != 0)
    throw std::runtime_error("cannot write " + file);
}

asio::ssl::context tls_context(const std::string& ca_file) {
  const graphsim::TlsIdentity identity = graphsim::make_tls_identity();
  asio::ssl::context context(asio::ssl::context::tls_server);
  context.use_certificate_chain(asio::buffer(identity.certificate_pem));
  context.use_private_key(asio::buffer(identity.key_pem), asio::ssl::context::pem);
  if (!ca_file.empty()) write_whole(ca_file, identity.ca_pem);
  return context;
}

void keep_flushing(asio::steady_timer& timer, graphsim::Simulation& simulation) {
  timer.expires_after(std::chrono::milliseconds(200));
  timer.async_wait([&](boost::system::error_code error) {
    simulation.flush_log();
    if (!error) keep_flushing(timer, simulation);
  });
}

int run(const graphsim::Options& options) {
  graphsim::Simulation simulation(options.time_scale, options.tenants);
  if (!options.quotas_file.empty()) {
    std::ifstream file(options.quotas_file);
    if (!file) throw std::runtime_error("cannot read " + options.quotas_file);
    simulation.load_quotas(Json::parse(file));
  }
  if (!options.log_file.empty()) simulation.open_log(options.log_file);

  asio::io_context io(1);
  graphsim::HttpServer plain(io, simulation, options.http_port, nullptr);
  Json ready{{"http", "http://127.0.0.1:" + std::to_string(plain.port())}, {"pid", getpid()}};
  std::optional<asio::ssl::context> tls;
  std::optional<graphsim::HttpServer> secure;
  if (options.https_port) {
    tls.emplace(tls_context(options.ca_file));
    secure.emplace(io, simulation, *options.https_port, &*tls);
    simulation.on_https_switch([&](bool on) { secure->set_on(on); });
    ready["https"] = "https://127.0.0.1:" + std::to_string(secure->port());
  }
  asio::signal_set signals(io, SIGTERM, SIGINT);
  signals.async_wait([&](boost::system::error_code, int) { io.stop(); });
  asio::steady_timer timer(io);
  keep_flushing(timer, simulation);
  if (!options.ready_file.empty()) write_whole(options.ready_file, ready.dump() + "\n");
  std::cout << ready.dump() << std::endl;
  io.run();
  simulation.flush_log();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() == 1 && arguments[0] == "--help") {
    std::cout << graphsim::kUsage;
    return 0;
  }
  try {
    return run(graphsim::parse_options(arguments));
  } catch (const std::exception& e) {
    std::cerr << "graphsim: " << e.what() << "\n" << graphsim::kUsage;
    return 2;
  }
}
