// Measures how many simple requests (GET /users/{id}) one graphsim process answers in a second over
// keep-alive connections, the log off. Prints one line: NAME VALUE GOAL ok|short, VALUE being
// measured over 3,000. Exit code 1 when short.
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "fakes/places.h"

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using Tcp = asio::ip::tcp;
using Json = nlohmann::json;

constexpr double kGoalPerSecond = 3000;
constexpr std::size_t kConnections = 8;

struct Process {
  pid_t pid = -1;
  unsigned short port = 0;
};

Process start() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  Process out;
  out.pid = fork();
  if (out.pid == 0) {
    dup2(ends[1], STDOUT_FILENO);
    const std::string program = entrad::fakes::binary_folder() / "graphsim";
    execl(program.c_str(), program.c_str(), "--http", "0", "--tenant", "aurora:users=10000,lag=0",
          nullptr);
    _exit(127);
  }
  close(ends[1]);
  std::string line;
  for (char c = 0; read(ends[0], &c, 1) == 1 && c != '\n';) line += c;
  close(ends[0]);
  const std::string url = Json::parse(line).at("http");
  out.port = static_cast<unsigned short>(std::stoi(url.substr(url.rfind(':') + 1)));
  return out;
}

void stop(const Process& process) {
  kill(process.pid, SIGTERM);
  waitpid(process.pid, nullptr, 0);
}

class Connection {
 public:
  Connection(asio::io_context& io, unsigned short port) : socket_(io) {
    socket_.connect({asio::ip::address_v4::loopback(), port});
    socket_.set_option(Tcp::no_delay(true));
  }
  std::string send(http::verb method, const std::string& target, const std::string& body,
                   const std::string& token, const char* type) {
    write(method, target, body, token, type);
    return read();
  }
  void write(http::verb method, const std::string& target, const std::string& body,
             const std::string& token, const char* type) {
    http::request<http::string_body> request{method, target, 11};
    request.set(http::field::host, "127.0.0.1");
    if (type != nullptr) request.set(http::field::content_type, type);
    if (!token.empty()) request.set(http::field::authorization, "Bearer " + token);
    request.body() = body;
    request.prepare_payload();
    http::write(socket_, request);
  }
  std::string read() {
    http::response<http::string_body> response;
    http::read(socket_, buffer_, response);
    if (response.result() != http::status::ok) throw std::runtime_error(response.body());
    return response.body();
  }

 private:
  Tcp::socket socket_;
  beast::flat_buffer buffer_;
};

std::string encoded(const std::string& text) {
  std::string out;
  char buffer[4];
  for (const char c : text) {
    std::snprintf(buffer, sizeof buffer, "%%%02X", static_cast<unsigned char>(c));
    out += buffer;
  }
  return out;
}

std::string token_of(Connection& connection) {
  const Json tenants =
      Json::parse(connection.send(http::verb::get, "/_control/tenants", "", "", nullptr));
  const Json tenant = tenants.at("tenants").at(0);
  const Json app = tenant.at("apps").at(0);
  const std::string form =
      "grant_type=client_credentials&scope=" + encoded("https://graph.microsoft.com/.default") +
      "&client_id=" + app.at("clientId").get<std::string>() +
      "&client_secret=" + encoded(app.at("secret").get<std::string>());
  const std::string path = "/" + tenant.at("tenantId").get<std::string>() + "/oauth2/v2.0/token";
  return Json::parse(
             connection.send(http::verb::post, path, form, "", "application/x-www-form-urlencoded"))
      .at("access_token");
}

std::vector<std::string> targets_of(Connection& connection, const std::string& token) {
  const Json page = Json::parse(
      connection.send(http::verb::get, "/v1.0/users?$select=id&$top=999", "", token, nullptr));
  std::vector<std::string> out;
  for (const Json& user : page.at("value"))
    out.push_back("/v1.0/users/" + user.at("id").get<std::string>());
  return out;
}

/// Requests a second with one request in flight on each of several connections.
double measure(std::vector<std::unique_ptr<Connection>>& connections, const std::string& token,
               const std::vector<std::string>& targets, std::chrono::milliseconds duration) {
  using Steady = std::chrono::steady_clock;
  const auto begin = Steady::now();
  std::size_t done = 0;
  while (Steady::now() - begin < duration) {
    for (std::size_t i = 0; i < connections.size(); ++i)
      connections[i]->write(http::verb::get, targets[(done + i) % targets.size()], "", token,
                            nullptr);
    for (auto& connection : connections) connection->read();
    done += connections.size();
  }
  const std::chrono::duration<double> took = Steady::now() - begin;
  return static_cast<double>(done) / took.count();
}

}  // namespace

int main(int argc, char** argv) {
  const bool quick = argc > 1 && std::string(argv[1]) == "--quick";
  const Process process = start();
  double rate = 0;
  try {
    asio::io_context io;
    std::vector<std::unique_ptr<Connection>> connections;
    for (std::size_t i = 0; i < kConnections; ++i)
      connections.push_back(std::make_unique<Connection>(io, process.port));
    const std::string token = token_of(*connections[0]);
    const auto targets = targets_of(*connections[0], token);
    measure(connections, token, targets, std::chrono::milliseconds(200));
    rate = measure(connections, token, targets, std::chrono::milliseconds(quick ? 1500 : 8000));
  } catch (const std::exception& e) {
    std::fprintf(stderr, "graphsim_bench: %s\n", e.what());
  }
  stop(process);
  const double value = rate / kGoalPerSecond;
  const bool ok = value >= 1;
  std::printf("graphsim_requests_per_second_over_3000 %.2f 1.0 %s\n", value, ok ? "ok" : "short");
  return ok ? 0 : 1;
}
