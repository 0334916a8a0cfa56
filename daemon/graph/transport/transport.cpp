// Parts: the endpoint, the log, opening, sending.
#include "graph/transport/transport.h"

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/IPAddress.h>
#include <Poco/Net/NetSSL.h>
#include <Poco/Net/SSLException.h>
#include <Poco/URI.h>
#include <spdlog/spdlog.h>

#include <cstdlib>

#include "graph/transport/exchange.h"
#include "graph/transport/pool.h"

namespace entrad::graph {
namespace {

using base::ErrorKind;

// Where plain http may go: to this machine itself, and to the platform that it runs on.
bool is_near(const std::string& host, bool platform_too) {
  if (is_loopback(host)) return true;
  Poco::Net::IPAddress address;
  return platform_too && Poco::Net::IPAddress::tryParse(host, address) &&
         (address.isLinkLocal() || address.isSiteLocal());
}

Poco::Net::Context::Ptr make_context(const std::string& ca_file) {
  Poco::Net::initializeSSL();
  // Strict: Poco would otherwise skip the check of the name for "localhost".
  Poco::Net::Context::Ptr context = new Poco::Net::Context(
      Poco::Net::Context::TLS_CLIENT_USE, ca_file, Poco::Net::Context::VERIFY_STRICT, 9,
      /*loadDefaultCAs=*/ca_file.empty());
  context->requireMinimumProtocol(Poco::Net::Context::PROTO_TLSV1_2);
  context->enableExtendedCertificateVerification(true);
  return context;
}

base::unexpected<base::Error> bad_endpoint(const std::string& endpoint, const std::string& why,
                                           const std::string& hint) {
  return base::fail(ErrorKind::invalid_argument, "the endpoint " + endpoint + " " + why, hint);
}

base::Result<Pool::Target> read_target(const std::string& endpoint,
                                       const std::filesystem::path& ca_file,
                                       const Transport::Limits& limits) {
  Pool::Target target;
  try {
    const Poco::URI uri(endpoint);
    const std::string path = uri.getPathEtc();
    if (uri.getHost().empty() || !uri.getUserInfo().empty() || (path != "" && path != "/"))
      return bad_endpoint(endpoint, "is not scheme, host and port",
                          "write it as https://graph.microsoft.com");
    target.host = uri.getHost();
    target.port = uri.getPort();
    if (uri.getScheme() == "https")
      target.context = make_context(ca_file.string());
    else if (uri.getScheme() != "http" || !is_near(target.host, limits.of_this_machine))
      return bad_endpoint(endpoint, "is not https", "plain http is for this machine itself only");
  } catch (const Poco::Net::SSLContextException& error) {
    return base::fail(ErrorKind::invalid_argument,
                      "the authorities in " + ca_file.string() + " cannot be used",
                      "ca_file must be a readable PEM file: " + error.displayText());
  } catch (const Poco::Exception& error) {
    return bad_endpoint(endpoint, "cannot be used: " + error.displayText(),
                        "write it as https://graph.microsoft.com");
  }
  return target;
}

std::string_view value_of(const std::map<std::string, std::string>& headers, const char* name) {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string_view("-") : std::string_view(found->second);
}

// What Microsoft's support asks for, and nothing that is secret: no other headers, no query, no
// body.
void log(const Outgoing& request, const Response& response, std::chrono::nanoseconds took) {
  if (!spdlog::should_log(spdlog::level::debug)) return;
  spdlog::debug(
      "{} {} -> {}{} in {} ms, client-request-id {}, request-id {}, x-ms-ags-diagnostic {}",
      request.method, request.target.substr(0, request.target.find('?')), response.status,
      response.trouble.empty() ? "" : " (" + response.trouble + ")",
      std::chrono::duration_cast<std::chrono::milliseconds>(took).count(),
      value_of(request.headers, "client-request-id"), value_of(response.headers, "request-id"),
      value_of(response.headers, "x-ms-ags-diagnostic"));
}

// The service, or the way to it, is in trouble: what is sent next goes over new connections.
bool is_bad_news(const Response& response) {
  return response.status == 0 || (response.status >= 502 && response.status <= 504);
}

}  // namespace

Transport::Transport(std::unique_ptr<Pool> pool, const Limits& limits)
    : limits_(limits), pool_(std::move(pool)) {}
Transport::~Transport() = default;

base::Result<std::unique_ptr<Transport>> Transport::open(const std::string& endpoint,
                                                         const std::filesystem::path& ca_file) {
  return open(endpoint, ca_file, Limits());
}

base::Result<std::unique_ptr<Transport>> Transport::open(const std::string& endpoint,
                                                         const std::filesystem::path& ca_file,
                                                         const Limits& limits) {
  return open(endpoint, ca_file, limits, [](const char* name) { return std::getenv(name); });
}

base::Result<std::unique_ptr<Transport>> Transport::open(const std::string& endpoint,
                                                         const std::filesystem::path& ca_file,
                                                         const Limits& limits,
                                                         const Environment& environment) {
  auto target = read_target(endpoint, ca_file, limits);
  if (!target) return base::pass(target);
  if (target->context && !limits.of_this_machine) {
    auto proxy = proxy_for(target->host, target->port, environment);
    if (!proxy) return base::pass(proxy);
    target->proxy = std::move(*proxy);
  }
  auto pool = std::make_unique<Pool>(std::move(*target), limits);
  return std::unique_ptr<Transport>(new Transport(std::move(pool), limits));
}

Response Transport::send(const Outgoing& request, std::stop_token stop) {
  const auto began = std::chrono::steady_clock::now();
  Connection connection = pool_->take();
  Exchange exchange(*connection.session, pool_->watchdog(), limits_, std::move(stop));
  Response response = exchange.run(request);
  log(request, response, std::chrono::steady_clock::now() - began);
  if (is_bad_news(response))
    pool_->start_afresh();
  else if (exchange.can_be_used_again())
    pool_->give_back(std::move(connection));
  return response;
}

}  // namespace entrad::graph
