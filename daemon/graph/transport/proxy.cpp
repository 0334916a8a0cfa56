#include "graph/transport/proxy.h"

#include <Poco/Exception.h>
#include <Poco/Net/IPAddress.h>
#include <Poco/URI.h>

#include <string_view>

#include "base/text.h"

namespace entrad::graph {
namespace {

using base::ErrorKind;

std::string value_of(const Environment& environment, const char* small, const char* big) {
  for (const char* name : {small, big})
    if (const char* value = environment(name); value != nullptr && *value != '\0')
      return std::string(base::trim(value));
  return "";
}

// "graph.microsoft.com" takes in "eu.graph.microsoft.com", but not "xgraph.microsoft.com".
bool takes_in(std::string_view entry, const std::string& host) {
  if (entry.starts_with('.')) entry.remove_prefix(1);
  if (entry.empty()) return false;
  if (host == entry) return true;
  return host.size() > entry.size() && host.ends_with(entry) &&
         host[host.size() - entry.size() - 1] == '.';
}

bool is_direct(const std::string& entry, const std::string& host, std::uint16_t port) {
  if (entry == "*" || takes_in(entry, host)) return true;
  const std::string suffix = ":" + std::to_string(port);
  return entry.ends_with(suffix) &&
         takes_in(std::string_view(entry).substr(0, entry.size() - suffix.size()), host);
}

bool is_among(std::string_view list, const std::string& host, std::uint16_t port) {
  while (!list.empty()) {
    const auto comma = std::min(list.find(','), list.size());
    if (is_direct(base::ascii_lower(base::trim(list.substr(0, comma))), host, port)) return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

base::unexpected<base::Error> unreadable_proxy() {
  return base::fail(ErrorKind::invalid_argument,
                    "the proxy in the environment variable HTTPS_PROXY cannot be used",
                    "write it as http://host:port or http://user:password@host:port");
}

base::Result<std::optional<Proxy>> read_proxy(const std::string& text) {
  const bool has_scheme = text.find("://") != std::string::npos;
  try {
    const Poco::URI uri(has_scheme ? text : "http://" + text);
    Proxy proxy{uri.getHost(), uri.getPort(), "", ""};
    const std::string path = uri.getPathEtc();
    if (uri.getScheme() != "http" || proxy.host.empty() || proxy.port == 0 ||
        (!path.empty() && path != "/"))
      return unreadable_proxy();
    const std::string& who = uri.getUserInfo();
    const auto colon = std::min(who.find(':'), who.size());
    Poco::URI::decode(who.substr(0, colon), proxy.user);
    Poco::URI::decode(who.substr(std::min(colon + 1, who.size())), proxy.password);
    return std::optional(std::move(proxy));
  } catch (const Poco::Exception&) {
    return unreadable_proxy();
  }
}

}  // namespace

bool is_loopback(const std::string& host) {
  if (base::ascii_lower(host) == "localhost") return true;
  Poco::Net::IPAddress address;
  return Poco::Net::IPAddress::tryParse(host, address) && address.isLoopback();
}

base::Result<std::optional<Proxy>> proxy_for(const std::string& host, std::uint16_t port,
                                             const Environment& environment) {
  const std::string text = value_of(environment, "https_proxy", "HTTPS_PROXY");
  const std::string direct = value_of(environment, "no_proxy", "NO_PROXY");
  if (text.empty() || is_loopback(host) || is_among(direct, base::ascii_lower(host), port))
    return std::optional<Proxy>();
  return read_proxy(text);
}

}  // namespace entrad::graph
