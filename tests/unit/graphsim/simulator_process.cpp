#include "simulator_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <cstdlib>
#include <stdexcept>

#include "fakes/places.h"

namespace graphsim_test {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using Tcp = asio::ip::tcp;

std::string lowered(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::string read_line(int fd) {
  std::string line;
  char c = 0;
  while (read(fd, &c, 1) == 1 && c != '\n') line += c;
  return line;
}

std::vector<std::string> with_log(std::vector<std::string> arguments) {
  static std::atomic<int> number = 0;
  const bool logs = std::find(arguments.begin(), arguments.end(), "--log") != arguments.end();
  if (const char* log = std::getenv("GRAPHSIM_TEST_LOG"); log != nullptr && !logs)
    arguments.insert(arguments.end(), {"--log", std::string(log) + "." + std::to_string(number++)});
  return arguments;
}

}  // namespace

struct Connection::Parts {
  explicit Parts(unsigned short number) : port(number) {}
  unsigned short port;
  asio::io_context io;
  std::unique_ptr<Tcp::socket> socket;
  beast::flat_buffer buffer;
};

Connection::Connection(unsigned short port) : parts_(std::make_unique<Parts>(port)) {}
Connection::~Connection() = default;

Reply Connection::send(const std::string& method, const std::string& target,
                       const std::string& body, const HeaderMap& headers) {
  if (!parts_->socket) {
    parts_->socket = std::make_unique<Tcp::socket>(parts_->io);
    parts_->socket->connect({asio::ip::address_v4::loopback(), parts_->port});
    parts_->socket->set_option(Tcp::no_delay(true));
  }
  http::request<http::string_body> request;
  request.method_string(method);
  request.target(target);
  request.version(11);
  request.set(http::field::host, "127.0.0.1:" + std::to_string(parts_->port));
  for (const auto& [name, value] : headers) request.set(name, value);
  request.body() = body;
  request.prepare_payload();
  beast::error_code error;
  http::write(*parts_->socket, request, error);
  http::response_parser<http::string_body> parser;
  parser.body_limit(1ULL << 30);
  if (!error) http::read(*parts_->socket, parts_->buffer, parser, error);
  Reply out;
  if (error) {
    parts_->socket.reset();
    parts_->buffer.clear();
    return out;
  }
  const auto& message = parser.get();
  out.status = message.result_int();
  for (const auto& field : message)
    out.headers[lowered(std::string(field.name_string()))] = field.value();
  out.text = message.body();
  out.json = Json::parse(out.text, nullptr, false);
  if (!message.keep_alive()) parts_->socket.reset();
  return out;
}

SimulatorProcess::SimulatorProcess(std::vector<std::string> arguments) {
  arguments = with_log(std::move(arguments));
  std::string program = entrad::fakes::binary_folder() / "graphsim";
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  pid_ = fork();
  if (pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that crashes must not leave its output open
    dup2(ends[1], STDOUT_FILENO);
    std::vector<char*> argv{program.data()};
    for (std::string& a : arguments) argv.push_back(a.data());
    argv.push_back(nullptr);
    execv(program.c_str(), argv.data());
    _exit(127);
  }
  close(ends[1]);
  ready_ = Json::parse(read_line(ends[0]), nullptr, false);
  close(ends[0]);
}

SimulatorProcess::~SimulatorProcess() { stop(); }

unsigned short SimulatorProcess::port() const {
  const std::string url = ready_.at("http");
  return static_cast<unsigned short>(std::stoi(url.substr(url.rfind(':') + 1)));
}

int SimulatorProcess::stop() {
  if (pid_ <= 0) return -1;
  kill(pid_, SIGTERM);
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void SimulatorTest::start(const std::string& tenant, std::vector<std::string> more) {
  std::vector<std::string> arguments{"--http", "0", "--tenant", tenant};
  arguments.insert(arguments.end(), more.begin(), more.end());
  process_ = std::make_unique<SimulatorProcess>(arguments);
  connection_ = std::make_unique<Connection>(process_->port());
  tenant_ = control("GET", "/tenants").at("tenants").at(0);
  as("restore");
}

Reply SimulatorTest::send(const std::string& method, const std::string& target, const Json& body,
                          HeaderMap headers) {
  if (!body.is_null()) headers.emplace("Content-Type", "application/json");
  return connection_->send(method, target, body.is_null() ? "" : body.dump(), headers);
}

Reply SimulatorTest::graph(const std::string& method, const std::string& path, const Json& body,
                           HeaderMap headers) {
  headers.emplace("Authorization", "Bearer " + token_);
  const auto base = path.find("/v1.0/");
  return send(method, base == std::string::npos ? "/v1.0" + path : path.substr(base), body,
              headers);
}

Json SimulatorTest::app(const std::string& name) {
  tenant_ = control("GET", "/tenants").at("tenants").at(0);
  for (const Json& one : tenant_.at("apps"))
    if (one.at("name") == name) return one;
  throw std::runtime_error("no app " + name);
}

std::string form_encoded(const std::map<std::string, std::string>& form) {
  std::string out;
  for (const auto& [name, value] : form) {
    out += (out.empty() ? "" : "&") + name + "=";
    for (const char c : value) {
      char escaped[4];
      std::snprintf(escaped, sizeof escaped, "%%%02X", static_cast<unsigned char>(c));
      out += escaped;
    }
  }
  return out;
}

Reply SimulatorTest::request_token(const std::map<std::string, std::string>& form,
                                   HeaderMap headers) {
  headers.emplace("Content-Type", "application/x-www-form-urlencoded");
  return connection_->send("POST",
                           "/" + tenant_.at("tenantId").get<std::string>() + "/oauth2/v2.0/token",
                           form_encoded(form), headers);
}

void SimulatorTest::as(const std::string& name) {
  const Json a = app(name);
  const Reply reply = request_token({{"client_id", a.at("clientId")},
                                     {"client_secret", a.at("secret")},
                                     {"grant_type", "client_credentials"},
                                     {"scope", "https://graph.microsoft.com/.default"}});
  ASSERT_EQ(reply.status, 200U) << reply.text;
  token_ = reply.json.at("access_token");
}

Json SimulatorTest::control(const std::string& method, const std::string& path, const Json& body) {
  const Reply reply = send(method, "/_control" + path, body);
  EXPECT_EQ(reply.status, 200U) << path << ": " << reply.text;
  return reply.json;
}

std::string SimulatorTest::link(const std::string& id) const {
  return "https://graph.microsoft.com/v1.0/directoryObjects/" + id;
}

std::vector<Json> SimulatorTest::all(const std::string& path, HeaderMap headers) {
  std::vector<Json> out;
  for (std::string next = path; !next.empty();) {
    const Reply reply = get(next, headers);
    EXPECT_EQ(reply.status, 200U) << next << ": " << reply.text;
    if (reply.status != 200) return out;
    for (const Json& one : reply.json.at("value")) out.push_back(one);
    next = reply.json.value("@odata.nextLink", "");
  }
  return out;
}

Json SimulatorTest::users() {
  return all(
      "/users?$top=999&$select=id,userPrincipalName,userType,onPremisesSyncEnabled,"
      "accountEnabled,department,displayName,mail");
}

Json SimulatorTest::plain_user(std::size_t skip) {
  for (const Json& user : users()) {
    const bool plain = user["userType"] == "Member" && user["onPremisesSyncEnabled"].is_null() &&
                       user["accountEnabled"] == true;
    const auto assignments =
        get("/roleManagement/directory/roleAssignments?$filter=principalId%20"
            "eq%20'" +
            user["id"].get<std::string>() + "'");
    if (plain && assignments.json["value"].empty() && skip-- == 0) return user;
  }
  throw std::runtime_error("no plain user");
}

Json SimulatorTest::group(const std::string& kind) {
  for (const Json& g : all("/groups?$top=999")) {
    const bool dynamic = g["groupTypes"] == Json::array({"DynamicMembership"});
    const bool unified = g["groupTypes"] == Json::array({"Unified"});
    const bool synced = g["onPremisesSyncEnabled"] == true;
    const bool role = g["isAssignableToRole"] == true;
    const bool mail = g["mailEnabled"] == true && !unified;
    const std::string found = dynamic   ? "dynamic"
                              : unified ? "microsoft365"
                              : synced  ? "synced"
                              : role    ? "role"
                              : mail    ? "mail"
                                        : "security";
    if (found == kind && g["visibility"] != "HiddenMembership") return g;
  }
  throw std::runtime_error("no group of kind " + kind);
}

std::string SimulatorTest::create(const std::string& name) {
  const Reply reply = graph("POST", "/users",
                            {{"accountEnabled", true},
                             {"displayName", name},
                             {"mailNickname", name},
                             {"userPrincipalName", name + "@aurora.example"},
                             {"passwordProfile", {{"password", "only-for-tests-1"}}}});
  EXPECT_EQ(reply.status, 201U) << reply.text;
  return reply.json.value("id", "");
}

}  // namespace graphsim_test
