// TlsServer: an https server with a certificate of its own making, that answers everything with
// "{}", one client after the other. A thread of its own does all of it, so that the thread that
// frees a connection is the one that used it: ThreadSanitizer does not see how OpenSSL and Poco
// pass one on.
//
// Thread safety: const members may be called from any thread.
#pragma once

#include <Poco/Net/SecureServerSocket.h>

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <string>
#include <thread>

#include "fakes/temporary_directory.h"

namespace entrad::fakes {

class TlsServer {
 public:
  enum class Protocol { tls_1_1, tls_1_2, tls_1_3 };

  // The certificate is for `name`; `only` is the one version of TLS that it speaks.
  TlsServer(const std::string& name, Protocol only);
  ~TlsServer();
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  std::uint16_t port() const { return socket_.address().port(); }
  // What to trust so that its certificate is good.
  std::filesystem::path ca_file() const { return directory_.path() / "certificate.pem"; }

 private:
  void serve();

  TemporaryDirectory directory_;
  Poco::Net::SecureServerSocket socket_;
  std::atomic<bool> closing_ = false;
  std::thread thread_;
};

}  // namespace entrad::fakes
