#include "graph/transport/proxy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace entrad::graph {
namespace {

using Variables = std::map<std::string, std::string>;

base::Result<std::optional<Proxy>> found(const Variables& variables,
                                         const std::string& host = "graph.microsoft.com") {
  return proxy_for(host, 443, [&](const char* name) -> const char* {
    const auto variable = variables.find(name);
    return variable == variables.end() ? nullptr : variable->second.c_str();
  });
}

std::string described(const Variables& variables, const std::string& host = "graph.microsoft.com") {
  const auto proxy = found(variables, host);
  if (!proxy) return "refused";
  if (!*proxy) return "directly";
  return (*proxy)->host + ":" + std::to_string((*proxy)->port);
}

TEST(Proxy, ComesFromTheEnvironment) {
  EXPECT_EQ(described({}), "directly");
  EXPECT_EQ(described({{"HTTPS_PROXY", ""}}), "directly");
  EXPECT_EQ(described({{"HTTPS_PROXY", "http://proxy.example:3128"}}), "proxy.example:3128");
  EXPECT_EQ(described({{"https_proxy", "proxy.example:3128"}}), "proxy.example:3128");
  EXPECT_EQ(described({{"https_proxy", "small:1"}, {"HTTPS_PROXY", "big:2"}}), "small:1");
  EXPECT_EQ(described({{"HTTPS_PROXY", "http://[::1]:8080/"}}), "::1:8080");
  EXPECT_EQ(described({{"HTTP_PROXY", "http://proxy.example:3128"}}), "directly");
}

TEST(Proxy, MayAskForAUserAndAPassword) {
  const auto proxy = found({{"HTTPS_PROXY", "http://anna:p%40ss%3Aword@proxy.example:3128"}});
  ASSERT_TRUE(proxy);
  EXPECT_EQ((*proxy)->user, "anna");
  EXPECT_EQ((*proxy)->password, "p@ss:word");
  EXPECT_EQ((*proxy)->host, "proxy.example");
}

TEST(Proxy, ThatCannotBeUsedIsRefusedWithoutQuotingIt) {
  for (const char* value : {"https://anna:s3cret@proxy.example", "socks5://s3cret:1080", "http://",
                            "http://proxy.example/s3cret", "http://proxy.example:s3cret"}) {
    const auto proxy = found({{"HTTPS_PROXY", value}});
    ASSERT_FALSE(proxy) << value;
    EXPECT_EQ(proxy.error().kind, base::ErrorKind::invalid_argument);
    const std::string words = proxy.error().message + proxy.error().hint;
    EXPECT_THAT(words, testing::Not(testing::HasSubstr("s3cret"))) << value;
  }
}

TEST(Proxy, IsNotForWhatIsReachedDirectly) {
  const auto way = [](const std::string& list, const std::string& host) {
    return described({{"HTTPS_PROXY", "proxy.example:3128"}, {"NO_PROXY", list}}, host);
  };
  const std::string graph = "graph.microsoft.com";
  for (const char* list :
       {"*", "graph.microsoft.com", "GRAPH.microsoft.com", ".microsoft.com", "microsoft.com",
        "a.example, microsoft.com ,b.example", "graph.microsoft.com:443"})
    EXPECT_EQ(way(list, graph), "directly") << list;
  for (const char* list : {"", ",", ".", "soft.com", "xgraph.microsoft.com",
                           "graph.microsoft.com:8443", "graph.microsoft.com.evil.example"})
    EXPECT_EQ(way(list, graph), "proxy.example:3128") << list;
  EXPECT_EQ(way("10.0.0.7", "10.0.0.7"), "directly");
  EXPECT_EQ(described({{"HTTPS_PROXY", "p:1"}, {"no_proxy", "a"}, {"NO_PROXY", "*"}}), "p:1");
}

TEST(Proxy, IsNeverForThisMachineItself) {
  for (const char* host : {"localhost", "LOCALHOST", "127.0.0.1", "127.1.2.3", "::1"})
    EXPECT_EQ(described({{"HTTPS_PROXY", "proxy.example:3128"}}, host), "directly") << host;
}

}  // namespace
}  // namespace entrad::graph
