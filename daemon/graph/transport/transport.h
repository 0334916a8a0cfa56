// Transport: HTTP exchanges with one host over a pool of keep-alive connections.
//
// TLS 1.2 or newer, and the server's certificate and name are always checked; plain http only goes
// to this machine itself. A proxy comes from the environment (proxy.h). Redirects are not followed.
// It knows nothing of tokens, quotas or retries; it tells truly whether a request without an answer
// may have been received. After 502, 503, 504 or a broken answer what follows goes over new
// connections. Each exchange is logged at debug with its request ids.
// Source: Microsoft Graph "Best practices", "Throttling guidance".
// Thread safety: send() may be called from any thread; each call has a connection to itself.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "graph/answers/classes.h"
#include "graph/transport/proxy.h"

namespace entrad::graph {

struct Outgoing {
  std::string method;
  std::string target;  // path and query, encoded
  std::map<std::string, std::string> headers;
  std::string body;
};

class Pool;

class Transport {
 public:
  struct Limits {  // of real time, for one exchange
    std::chrono::milliseconds connect = std::chrono::seconds(15);
    std::chrono::milliseconds answer = std::chrono::seconds(100);
    // How long a request that is under way may go on once a stop was requested.
    std::chrono::milliseconds grace = std::chrono::seconds(5);
    std::size_t body_bytes = std::size_t{64} << 20;  // unpacked
    // The host is part of the platform that this machine runs on, such as a metadata service: plain
    // http may go to link-local and private addresses too, and never through a proxy.
    bool of_this_machine = false;
  };

  // `endpoint` is scheme, host and port. `ca_file`: the only authorities to trust; empty: the
  // system's. Errors: invalid_argument (the endpoint, http to another machine, an unreadable file,
  // a proxy that cannot be used).
  static base::Result<std::unique_ptr<Transport>> open(const std::string& endpoint,
                                                       const std::filesystem::path& ca_file);
  static base::Result<std::unique_ptr<Transport>> open(const std::string& endpoint,
                                                       const std::filesystem::path& ca_file,
                                                       const Limits& limits);
  static base::Result<std::unique_ptr<Transport>> open(const std::string& endpoint,
                                                       const std::filesystem::path& ca_file,
                                                       const Limits& limits,
                                                       const Environment& environment);
  ~Transport();

  Response send(const Outgoing& request, std::stop_token stop);

 private:
  Transport(std::unique_ptr<Pool> pool, const Limits& limits);

  const Limits limits_;
  std::unique_ptr<Pool> pool_;
};

}  // namespace entrad::graph
