// A certificate authority made on the spot and a server certificate from it for localhost and
// 127.0.0.1, so that clients test real certificate checks. Thread safety: pure.
#pragma once

#include <string>

namespace graphsim {

struct TlsIdentity {
  std::string ca_pem;
  std::string certificate_pem;
  std::string key_pem;
};

/// Throws std::runtime_error where OpenSSL fails.
TlsIdentity make_tls_identity();

}  // namespace graphsim
