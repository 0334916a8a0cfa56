#include "store/contents/content.h"

#include <openssl/evp.h>
#include <zstd.h>

#include <stdexcept>

#include "base/json.h"
#include "store/file/lmdb.h"

namespace entrad::store {
namespace {

constexpr char kPlain = 0;
constexpr char kZstd = 1;
constexpr int kLevel = 3;
constexpr std::size_t kWorthPacking = 64;
// No value of ours comes near; a damaged frame must not ask for all memory.
constexpr unsigned long long kLargest = 1ULL << 30;

using CompressContext = std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)>;
using ExpandContext = std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)>;

std::string plain(std::string_view text) { return kPlain + std::string(text); }

std::string expand(std::string_view frame) {
  thread_local const ExpandContext context(ZSTD_createDCtx(), &ZSTD_freeDCtx);
  const auto size = ZSTD_getFrameContentSize(frame.data(), frame.size());
  if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR || size > kLargest)
    throw Damage("a packed value of the store has no readable frame");
  std::string text(size, '\0');
  const auto done =
      ZSTD_decompressDCtx(context.get(), text.data(), text.size(), frame.data(), frame.size());
  if (ZSTD_isError(done) != 0 || done != text.size())
    throw Damage("a packed value of the store cannot be unpacked");
  return text;
}

}  // namespace

std::string pack(std::string_view text) {
  if (text.size() < kWorthPacking) return plain(text);
  thread_local const CompressContext context(ZSTD_createCCtx(), &ZSTD_freeCCtx);
  std::string value(1 + ZSTD_compressBound(text.size()), kZstd);
  const auto size = ZSTD_compressCCtx(context.get(), value.data() + 1, value.size() - 1,
                                      text.data(), text.size(), kLevel);
  if (ZSTD_isError(size) != 0) throw std::runtime_error("zstd could not compress a value");
  if (size >= text.size()) return plain(text);
  value.resize(1 + size);
  return value;
}

std::string unpack(std::string_view value) {
  if (value.empty()) throw Damage("a packed value of the store is empty");
  const auto body = value.substr(1);
  if (value.front() == kPlain) return std::string(body);
  if (value.front() == kZstd) return expand(body);
  throw Damage("a packed value of the store has an unknown format");
}

std::string pack_json(const nlohmann::json& json) {
  // Words of a peer or of Graph may hold broken UTF-8; they must not make a row unwritable.
  return pack(base::json_text(json));
}

nlohmann::json unpack_json(std::string_view value) {
  auto json = base::parse_json(unpack(value));
  if (json.is_discarded()) throw Damage("a value of the store is no JSON");
  return json;
}

void throw_unreadable(const char* why) {
  throw Damage("a value of the store is not what it should be: " + std::string(why));
}

struct Sha256::Context {
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> digest{EVP_MD_CTX_new(),
                                                                 &EVP_MD_CTX_free};
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  if (EVP_DigestInit_ex(context_->digest.get(), EVP_sha256(), nullptr) != 1)
    throw std::runtime_error("SHA-256 is not available in this OpenSSL");
}

Sha256::~Sha256() = default;

void Sha256::add(std::string_view bytes) {
  if (EVP_DigestUpdate(context_->digest.get(), bytes.data(), bytes.size()) != 1)
    throw std::runtime_error("SHA-256 failed");
}

std::string Sha256::finish() {
  std::string digest(32, '\0');
  unsigned size = 0;
  if (EVP_DigestFinal_ex(context_->digest.get(), reinterpret_cast<unsigned char*>(digest.data()),
                         &size) != 1)
    throw std::runtime_error("SHA-256 failed");
  return digest;
}

}  // namespace entrad::store
