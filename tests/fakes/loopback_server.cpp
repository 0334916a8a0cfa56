#include "fakes/loopback_server.h"

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/StreamCopier.h>
#include <Poco/ThreadPool.h>
#include <Poco/URI.h>

#include <mutex>

#include "base/text.h"

namespace entrad::fakes {
namespace {

std::string found_in(const std::map<std::string, std::string>& map, const std::string& name) {
  const auto found = map.find(name);
  return found == map.end() ? "" : found->second;
}

std::map<std::string, std::string> parameters(std::string_view text) {
  std::map<std::string, std::string> out;
  for (const std::string& pair : base::split(text, '&')) {
    const auto equals = pair.find('=');
    if (equals == std::string::npos) continue;
    std::string value;
    Poco::URI::decode(pair.substr(equals + 1), value, /*plusAsSpace=*/true);
    out[pair.substr(0, equals)] = value;
  }
  return out;
}

}  // namespace

std::string Asked::header(const std::string& name) const { return found_in(headers, name); }
std::string Asked::parameter(const std::string& name) const { return found_in(query, name); }
std::map<std::string, std::string> Asked::form() const { return parameters(body); }

struct LoopbackServer::Inside {
  struct Handler : public Poco::Net::HTTPRequestHandler {
    explicit Handler(Inside& inside) : inside_(inside) {}
    void handleRequest(Poco::Net::HTTPServerRequest& request,
                       Poco::Net::HTTPServerResponse& response) override {
      const Answered answer = inside_.answer(read(request));
      response.setStatusAndReason(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(answer.status));
      for (const auto& [name, value] : answer.headers) response.set(name, value);
      response.sendBuffer(answer.body.data(), answer.body.size());
    }
    static Asked read(Poco::Net::HTTPServerRequest& request) {
      const Poco::URI uri(request.getURI());
      Asked asked{request.getMethod(), uri.getPath(), parameters(uri.getRawQuery()), {}, ""};
      for (const auto& [name, value] : request) asked.headers[base::ascii_lower(name)] = value;
      Poco::StreamCopier::copyToString(request.stream(), asked.body);
      return asked;
    }
    Inside& inside_;
  };

  explicit Inside(Respond given) : respond(std::move(given)) {}

  Answered answer(const Asked& asked) {
    const std::lock_guard lock(mutex);
    seen.push_back(asked);
    return respond(asked);
  }

  const Respond respond;
  mutable std::mutex mutex;  // guards `seen` and calls of `respond`
  std::vector<Asked> seen;
  Poco::ThreadPool threads{1, 8};
  Poco::Net::ServerSocket socket{Poco::Net::SocketAddress("127.0.0.1", 0)};
  std::unique_ptr<Poco::Net::HTTPServer> server;
};

LoopbackServer::LoopbackServer(Respond respond)
    : inside_(std::make_unique<Inside>(std::move(respond))) {
  struct Handlers : public Poco::Net::HTTPRequestHandlerFactory {
    explicit Handlers(Inside& of) : inside(of) {}
    Poco::Net::HTTPRequestHandler* createRequestHandler(
        const Poco::Net::HTTPServerRequest& /*request*/) override {
      return new Inside::Handler(inside);
    }
    Inside& inside;
  };
  inside_->server = std::make_unique<Poco::Net::HTTPServer>(
      new Handlers(*inside_), inside_->threads, inside_->socket, new Poco::Net::HTTPServerParams);
  inside_->server->start();
}

LoopbackServer::~LoopbackServer() {
  inside_->server->stopAll(/*abortCurrent=*/true);
  inside_->threads.joinAll();
}

std::string LoopbackServer::origin() const {
  return "http://127.0.0.1:" + std::to_string(inside_->socket.address().port());
}

std::vector<Asked> LoopbackServer::seen() const {
  const std::lock_guard lock(inside_->mutex);
  return inside_->seen;
}

}  // namespace entrad::fakes
