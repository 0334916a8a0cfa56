#include "jwt.h"

#include <openssl/rsa.h>

#include <chrono>
#include <memory>

#include "client_assertion.h"
#include "encoding.h"

namespace graphsim {
namespace {

using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

constexpr std::int64_t kSkewSeconds = 300;

[[noreturn]] void malformed() {
  throw TokenRefusal{400, "invalid_request", 50027, "JWT token is invalid or malformed."};
}

Json json_part(const std::string& encoded) {
  const auto plain = base64_decoded(encoded);
  Json out = plain ? Json::parse(*plain, nullptr, false) : Json();
  if (!out.is_object()) malformed();
  return out;
}

}  // namespace

Jwt parse_jwt(const std::string& text) {
  const auto parts = split(text, '.');
  if (parts.size() != 3) malformed();
  return {json_part(parts[0]), json_part(parts[1]), parts[0] + "." + parts[1],
          base64_decoded(parts[2]).value_or("")};
}

bool is_signed_by(const Jwt& jwt, EVP_PKEY* key, bool pss) {
  const Context context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  EVP_PKEY_CTX* options = nullptr;
  if (key == nullptr ||
      EVP_DigestVerifyInit(context.get(), &options, EVP_sha256(), nullptr, key) != 1)
    return false;
  if (pss && (EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) != 1 ||
              EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) != 1))
    return false;
  return EVP_DigestVerify(
             context.get(), reinterpret_cast<const unsigned char*>(jwt.signature.data()),
             jwt.signature.size(), reinterpret_cast<const unsigned char*>(jwt.signed_text.data()),
             jwt.signed_text.size()) == 1;
}

void check_times(const Json& claims) {
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count();
  const auto from = claims.value("nbf", std::int64_t{0});
  const auto until = claims.value("exp", std::int64_t{0});
  if (from > now + kSkewSeconds || until < now - kSkewSeconds)
    throw TokenRefusal{401, "invalid_client", 700024,
                       "Client assertion is not within its valid time range."};
}

}  // namespace graphsim
