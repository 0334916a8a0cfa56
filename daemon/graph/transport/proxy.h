// The HTTP proxy that connections to a host go through, as the environment names it.
//
// `https_proxy` or HTTPS_PROXY: [http://][user:password@]host:port; the small form wins, as in
// curl. `no_proxy` or NO_PROXY: what is reached directly, separated by commas: a host name, which
// takes in the names below it, with or without a dot in front; an address; either with ":port"; or
// "*". This machine itself is always reached directly. Thread safety: pure functions; the
// environment must not change meanwhile.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/result.h"

namespace entrad::graph {

struct Proxy {
  std::string host;
  std::uint16_t port = 0;
  std::string user;  // empty: none is told
  std::string password;
};

bool is_loopback(const std::string& host);

using Environment = std::function<const char*(const char* name)>;  // null: not set

// nullopt: directly. Errors: invalid_argument (the proxy cannot be read, or is no http proxy); its
// value is not quoted, since it may hold a password.
base::Result<std::optional<Proxy>> proxy_for(const std::string& host, std::uint16_t port,
                                             const Environment& environment);

}  // namespace entrad::graph
