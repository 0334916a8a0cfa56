// ConnectProxy: a real HTTP proxy that only knows CONNECT, as companies put in front of the
// internet.
//
// Every host name leads to this machine, at the port that was asked for: a proxy, not its client,
// finds out where a name leads. Thread safety: every member may be called from any thread.
#pragma once

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace entrad::fakes {

class ConnectProxy {
 public:
  // `credentials` is "user:password"; empty: nobody is asked.
  explicit ConnectProxy(std::string credentials = "");
  ~ConnectProxy();
  ConnectProxy(const ConnectProxy&) = delete;
  ConnectProxy& operator=(const ConnectProxy&) = delete;

  std::string url(const std::string& credentials = "") const;
  // "host:port" of each tunnel that was opened.
  std::vector<std::string> tunnels() const;
  // All that it could read: the heads of the requests to itself.
  std::string seen() const;

 private:
  void accept();
  void serve(Poco::Net::StreamSocket client);
  bool may_pass(const std::string& head) const;
  void tunnel(Poco::Net::StreamSocket client, Poco::Net::StreamSocket server) const;

  const std::string credentials_;
  Poco::Net::ServerSocket socket_{Poco::Net::SocketAddress("127.0.0.1", 0)};
  std::atomic<bool> closing_{false};
  mutable std::mutex mutex_;  // guards what follows
  std::vector<std::string> tunnels_;
  std::string seen_;
  std::vector<std::jthread> sessions_;
  std::jthread thread_;
};

}  // namespace entrad::fakes
