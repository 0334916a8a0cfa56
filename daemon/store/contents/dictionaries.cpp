#define ZDICT_STATIC_LINKING_ONLY  // for the number that a dictionary is to have
#include "store/contents/dictionaries.h"

#include <zdict.h>
#include <zstd.h>

#include <algorithm>

namespace entrad::store {
namespace {

constexpr std::uint8_t kFormat = 1;
// With a dictionary the fastest level packs as well as the third, in half the time.
constexpr int kLevel = 1;
constexpr std::size_t kDictionaryBytes = 64U << 10U;
constexpr std::size_t kLeastContents = 200;
constexpr std::size_t kLeastBytes = 256U << 10U;
constexpr std::size_t kMostBytes = 8U << 20U;  // more teaches hardly more, and takes seconds
// No content of ours comes near; a damaged frame must not ask for all memory.
constexpr unsigned long long kLargest = 1ULL << 30;

using CompressContext = std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)>;
using ExpandContext = std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)>;

std::size_t sound(std::size_t size, const char* doing) {
  if (ZSTD_isError(size) != 0) throw std::runtime_error(std::string("zstd could not ") + doing);
  return size;
}

Key dictionary_key(std::uint32_t number) { return Key().number32(number); }

// Contents from all over the batch, so that the first users of a page do not speak for all.
std::vector<std::string_view> samples_of(const std::vector<std::string_view>& contents) {
  std::size_t bytes = 0;
  for (const auto content : contents) bytes += content.size();
  const std::size_t step = bytes / kMostBytes + 1;
  std::vector<std::string_view> samples;
  for (std::size_t i = 0; i < contents.size(); i += step) samples.push_back(contents[i]);
  return samples;
}

std::optional<std::string> learn(std::uint32_t number,
                                 const std::vector<std::string_view>& contents) {
  std::string text;
  std::vector<std::size_t> sizes;
  for (const auto content : samples_of(contents)) {
    text += content;
    sizes.push_back(content.size());
  }
  if (sizes.size() < kLeastContents || text.size() < kLeastBytes) return std::nullopt;
  ZDICT_fastCover_params_t wishes{};
  wishes.k = 1024;
  wishes.d = 8;
  wishes.steps = 1;
  wishes.zParams.compressionLevel = kLevel;
  wishes.zParams.dictID = number;
  std::string bytes(kDictionaryBytes, '\0');
  const auto size =
      ZDICT_trainFromBuffer_fastCover(bytes.data(), bytes.size(), text.data(), sizes.data(),
                                      static_cast<unsigned>(sizes.size()), wishes);
  if (ZDICT_isError(size) != 0) return std::nullopt;  // the contents have nothing in common
  bytes.resize(size);
  return bytes;
}

}  // namespace

struct Dictionaries::Dictionary {
  std::uint32_t number = 0;
  Class of;
  std::string bytes;
  std::unique_ptr<ZSTD_CDict, decltype(&ZSTD_freeCDict)> to_pack{nullptr, &ZSTD_freeCDict};
  std::unique_ptr<ZSTD_DDict, decltype(&ZSTD_freeDDict)> to_unpack{nullptr, &ZSTD_freeDDict};
};

Dictionaries::Dictionaries() = default;
Dictionaries::~Dictionaries() = default;

void Dictionaries::add(std::uint32_t number, const Class& of, std::string bytes) {
  auto made = std::make_shared<Dictionary>();
  made->number = number;
  made->of = of;
  made->bytes = std::move(bytes);
  made->to_pack.reset(ZSTD_createCDict(made->bytes.data(), made->bytes.size(), kLevel));
  made->to_unpack.reset(ZSTD_createDDict(made->bytes.data(), made->bytes.size()));
  if (!made->to_pack || !made->to_unpack) throw Damage("a dictionary of the store is none");
  all_[number] = made;
  newest_[of] = made;
}

void Dictionaries::load(const Txn& txn) {
  if (is_loaded_) return;
  is_loaded_ = true;
  auto cursor = txn.cursor(Table::dictionary);
  for (bool found = cursor.seek(dictionary_key(0)); found; found = cursor.next()) {
    KeyReader value(cursor.value());
    if (value.byte() != kFormat) throw Damage("a dictionary has an unknown format");
    Class of;
    of.tenant = TenantNumber{value.number32()};
    of.kind = value.kind();
    of.section = value.section();
    add(KeyReader(cursor.key()).number32(), of, std::string(value.rest()));
  }
}

std::shared_ptr<const Dictionaries::Dictionary> Dictionaries::of(const Txn& txn, const Class& of) {
  const std::lock_guard lock(mutex_);
  load(txn);
  const auto found = newest_.find(of);
  return found == newest_.end() ? nullptr : found->second;
}

std::shared_ptr<const Dictionaries::Dictionary> Dictionaries::numbered(const Txn& txn,
                                                                       std::uint32_t number) {
  const std::lock_guard lock(mutex_);
  load(txn);
  const auto found = all_.find(number);
  if (found == all_.end()) throw Damage("the store has lost a dictionary");
  return found->second;
}

bool Dictionaries::has(const Txn& txn, const Class& of) { return this->of(txn, of) != nullptr; }

std::string Dictionaries::pack(const Txn& txn, const Class& of, std::string_view content) {
  thread_local const CompressContext context(ZSTD_createCCtx(), &ZSTD_freeCCtx);
  thread_local std::string room;
  room.resize(ZSTD_compressBound(content.size()));
  const auto dictionary = this->of(txn, of);
  const auto size =
      dictionary ? ZSTD_compress_usingCDict(context.get(), room.data(), room.size(), content.data(),
                                            content.size(), dictionary->to_pack.get())
                 : ZSTD_compressCCtx(context.get(), room.data(), room.size(), content.data(),
                                     content.size(), kLevel);
  return room.substr(0, sound(size, "compress a content"));
}

std::string Dictionaries::unpack(const Txn& txn, std::string_view frame) {
  thread_local const ExpandContext context(ZSTD_createDCtx(), &ZSTD_freeDCtx);
  const auto size = ZSTD_getFrameContentSize(frame.data(), frame.size());
  if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR || size > kLargest)
    throw Damage("a content of the store has no readable frame");
  const auto number = ZSTD_getDictID_fromFrame(frame.data(), frame.size());
  std::string content(size, '\0');
  const auto done = number == 0 ? ZSTD_decompressDCtx(context.get(), content.data(), content.size(),
                                                      frame.data(), frame.size())
                                : ZSTD_decompress_usingDDict(
                                      context.get(), content.data(), content.size(), frame.data(),
                                      frame.size(), numbered(txn, number)->to_unpack.get());
  if (ZSTD_isError(done) != 0 || done != content.size())
    throw Damage("a content of the store cannot be unpacked");
  return content;
}

void Dictionaries::train(const Txn& txn, const Class& of,
                         const std::vector<std::string_view>& contents) {
  std::uint32_t number = 1;
  {
    const std::lock_guard lock(mutex_);
    load(txn);
    if (!all_.empty()) number = all_.rbegin()->first + 1;
  }
  auto bytes = learn(number, contents);
  if (!bytes) return;
  const std::lock_guard lock(mutex_);
  if (all_.contains(number)) return;  // another tenant's backup took it; the next batch learns
  add(number, of, std::move(*bytes));
}

void Dictionaries::check(const Txn& txn) {
  const std::lock_guard lock(mutex_);
  load(txn);
  std::uint32_t next = 1;
  for (const auto& [number, one] : all_) {
    if (number != next++ || ZDICT_getDictID(one->bytes.data(), one->bytes.size()) != number)
      throw Damage("dictionary " + std::to_string(number) + " is not the one with that number");
  }
}

void Dictionaries::save(WriteTxn& txn) {
  const std::lock_guard lock(mutex_);
  load(txn);
  for (const auto& [number, one] : all_)
    if (!txn.has(Table::dictionary, dictionary_key(number)))
      txn.put(Table::dictionary, dictionary_key(number),
              Key()
                  .byte(kFormat)
                  .tenant(one->of.tenant)
                  .kind(one->of.kind)
                  .section(one->of.section)
                  .text(one->bytes));
}

}  // namespace entrad::store
