// TlsServer: an https server with a certificate of its own making, that answers everything with
// "{}".
//
// Thread safety: const members may be called from any thread.
#pragma once

#include <Poco/Net/HTTPServer.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

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

  std::uint16_t port() const { return server_->port(); }
  // What to trust so that its certificate is good.
  std::filesystem::path ca_file() const { return directory_.path() / "certificate.pem"; }

 private:
  TemporaryDirectory directory_;
  std::unique_ptr<Poco::Net::HTTPServer> server_;
};

}  // namespace entrad::fakes
