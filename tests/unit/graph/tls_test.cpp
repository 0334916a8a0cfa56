// The ways in which a connection must not come about, and the one through a proxy that must.
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/Net/ServerSocket.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "fakes/connect_proxy.h"
#include "fakes/tls_server.h"
#include "graph/transport/transport.h"

namespace entrad::graph {
namespace {

using fakes::ConnectProxy;
using fakes::TlsServer;
using testing::HasSubstr;
using testing::Not;

const std::string kHost = "graph.aurora.example";
const Outgoing kRequest{"POST", "/v1.0/users", {{"Authorization", "Bearer s3cret-token"}}, "{}"};

std::unique_ptr<Transport> open(const std::string& host, const TlsServer& server,
                                const std::string& proxy, Transport::Limits limits = {}) {
  auto transport =
      Transport::open("https://" + host + ":" + std::to_string(server.port()), server.ca_file(),
                      limits, [&](const char* name) {
                        return std::string_view(name) == "HTTPS_PROXY" ? proxy.c_str() : nullptr;
                      });
  if (!transport) throw std::runtime_error(transport.error().message);
  return std::move(*transport);
}

TEST(Tls, GoesThroughAProxyThatSeesOnlyTheNameOfTheHost) {
  const TlsServer server(kHost, TlsServer::Protocol::tls_1_3);
  const ConnectProxy proxy;
  const auto transport = open(kHost, server, proxy.url());
  const Response response = transport->send(kRequest, {});
  EXPECT_EQ(response.status, 200) << response.trouble;
  EXPECT_EQ(response.body, "{}");
  EXPECT_THAT(proxy.tunnels(), testing::ElementsAre(kHost + ":" + std::to_string(server.port())));
  EXPECT_THAT(proxy.seen(), Not(HasSubstr("s3cret-token")));
}

TEST(Tls, KeepsATunnelForTheNextRequest) {
  const TlsServer server(kHost, TlsServer::Protocol::tls_1_3);
  const ConnectProxy proxy;
  const auto transport = open(kHost, server, proxy.url());
  for (int i = 0; i < 5; ++i) EXPECT_EQ(transport->send(kRequest, {}).status, 200);
  EXPECT_EQ(proxy.tunnels().size(), 1U);
}

TEST(Tls, TellsTheProxyWhoItIsAndNobodyElse) {
  const TlsServer server(kHost, TlsServer::Protocol::tls_1_2);
  const ConnectProxy proxy("anna:p@ss");
  EXPECT_EQ(open(kHost, server, proxy.url("anna:p%40ss"))->send(kRequest, {}).status, 200);
  const Response refused = open(kHost, server, proxy.url("anna:wrong"))->send(kRequest, {});
  EXPECT_EQ(refused.status, 0);
  EXPECT_FALSE(refused.maybe_sent);
  EXPECT_THAT(refused.trouble, HasSubstr("proxy"));
  EXPECT_THAT(refused.trouble, Not(HasSubstr("wrong")));
  EXPECT_EQ(proxy.tunnels().size(), 1U);
}

TEST(Tls, ChecksTheNameOfTheServerBehindAProxyToo) {
  const TlsServer server("login.aurora.example", TlsServer::Protocol::tls_1_3);
  const ConnectProxy proxy;
  const Response response = open(kHost, server, proxy.url())->send(kRequest, {});
  EXPECT_EQ(response.status, 0);
  EXPECT_FALSE(response.maybe_sent);
  EXPECT_THAT(response.trouble, HasSubstr("certificate"));
}

TEST(Tls, ChecksTheNameOfTheServerDirectly) {
  const TlsServer named("localhost", TlsServer::Protocol::tls_1_3);
  EXPECT_EQ(open("localhost", named, "")->send(kRequest, {}).status, 200);
  const TlsServer other("login.aurora.example", TlsServer::Protocol::tls_1_3);
  const Response response = open("localhost", other, "")->send(kRequest, {});
  EXPECT_EQ(response.status, 0);
  EXPECT_FALSE(response.maybe_sent);
}

TEST(Tls, AProxyThatIsAwayMeansThatNothingWasSent) {
  const TlsServer server(kHost, TlsServer::Protocol::tls_1_3);
  const Response response = open(kHost, server, "http://127.0.0.1:9")->send(kRequest, {});
  EXPECT_EQ(response.status, 0);
  EXPECT_FALSE(response.maybe_sent);
  EXPECT_THAT(response.trouble, HasSubstr("refused"));
}

// Whether a client that allows all that OpenSSL can do gets an answer from the server.
bool answers_anybody(const TlsServer& server) {
  Poco::Net::Context::Ptr context = new Poco::Net::Context(Poco::Net::Context::TLS_CLIENT_USE, "",
                                                           Poco::Net::Context::VERIFY_NONE);
  SSL_CTX_set_security_level(context->sslContext(), 0);
  SSL_CTX_set_min_proto_version(context->sslContext(), TLS1_VERSION);
  Poco::Net::HTTPSClientSession session("localhost", server.port(), context);
  Poco::Net::HTTPRequest request("GET", "/");
  session.sendRequest(request);
  Poco::Net::HTTPResponse response;
  session.receiveResponse(response);
  return response.getStatus() == 200;
}

TEST(Tls, OldVersionsAreRefused) {
  const TlsServer old("localhost", TlsServer::Protocol::tls_1_1);
  ASSERT_TRUE(answers_anybody(old));
  const Response response = open("localhost", old, "")->send(kRequest, {});
  EXPECT_EQ(response.status, 0);
  EXPECT_FALSE(response.maybe_sent);
  EXPECT_THAT(response.trouble, HasSubstr("safe connection"));
  const TlsServer newer("localhost", TlsServer::Protocol::tls_1_2);
  EXPECT_EQ(open("localhost", newer, "")->send(kRequest, {}).status, 200);
}

TEST(Tls, AHandshakeThatGetsNowhereIsGivenUp) {
  const Poco::Net::ServerSocket silent(Poco::Net::SocketAddress("127.0.0.1", 0));
  Transport::Limits limits;
  limits.connect = std::chrono::milliseconds(100);
  auto transport = Transport::open("https://localhost:" + std::to_string(silent.address().port()),
                                   {}, limits, [](const char*) -> const char* { return nullptr; });
  const Response response = (*transport)->send(kRequest, {});
  EXPECT_EQ(response.status, 0);
  EXPECT_FALSE(response.maybe_sent);
  EXPECT_EQ(response.trouble, "Timeout: the TLS handshake took too long");
}

}  // namespace
}  // namespace entrad::graph
