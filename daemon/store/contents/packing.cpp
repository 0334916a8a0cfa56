#include "store/contents/packing.h"

#include <xxhash.h>

#include <algorithm>

namespace entrad::store {
namespace {

constexpr char kGone = 0;
constexpr char kShort = 1;
constexpr char kFrame = 2;
constexpr char kLinks = 3;
constexpr std::size_t kBodyAt = 1 + sizeof(ContentName);
constexpr std::size_t kCheckBytes = 4;

// zstd reads some frames that differ in a bit as the same text, so that a frame needs a check of
// its own.
std::string with_check(std::string frame) {
  const auto hash = XXH3_64bits(frame.data(), frame.size());
  for (std::size_t i = 0; i < kCheckBytes; ++i)
    frame += static_cast<char>(hash >> (8U * (kCheckBytes - 1 - i)) & 0xFFU);
  return frame;
}

std::string_view frame_in(std::string_view body) {
  if (body.size() >= kCheckBytes) {
    const auto frame = body.substr(0, body.size() - kCheckBytes);
    if (with_check(std::string(frame)) == body) return frame;
  }
  throw Damage("a content of the store is not what was written");
}

std::string named_value(char format, const ContentName& name, std::string_view body) {
  std::string value;
  value.reserve(kBodyAt + body.size());
  value += format;
  value += bytes_of(name);
  value += body;
  return value;
}

[[noreturn]] void throw_unknown() {
  throw Damage("a content of the store has an unknown format, or is cut short");
}

}  // namespace

std::string Packing::gone() { return {kGone}; }

std::string Packing::pack(const Txn& txn, const Class& of, std::string_view content,
                          const ContentName& name) {
  if (content.size() <= kLongestShort) return kShort + std::string(content);
  if (of.section == api::Section::memberships)
    if (const auto links = ordinals_.pack(txn, of.tenant, content))
      return named_value(kLinks, name, *links);
  return named_value(kFrame, name, with_check(dictionaries_.pack(txn, of, content)));
}

std::string Packing::unpack(const Txn& txn, TenantNumber tenant, std::string_view value) {
  if (value.empty()) throw_unknown();
  if (value.front() == kShort) return std::string(value.substr(1));
  if (value.size() < kBodyAt) throw_unknown();
  if (value.front() == kFrame) return dictionaries_.unpack(txn, frame_in(value.substr(kBodyAt)));
  if (value.front() == kLinks) return ordinals_.unpack(txn, tenant, value.substr(kBodyAt));
  throw_unknown();
}

void Packing::learn(const Txn& txn, const Class& of,
                    const std::vector<std::string_view>& contents) {
  if (!dictionaries_.has(txn, of)) dictionaries_.train(txn, of, contents);
}

void Packing::save(WriteTxn& txn, TenantNumber tenant) {
  dictionaries_.save(txn);
  ordinals_.save(txn, tenant);
}

std::optional<ContentName> name_in(std::string_view value) {
  if (value.empty()) throw_unknown();
  switch (value.front()) {
    case kGone:
      if (value.size() != 1) throw_unknown();
      return std::nullopt;
    case kShort:
      if (value.size() > 1 + kLongestShort) throw_unknown();
      return name_of(value.substr(1));
    case kFrame:
    case kLinks: {
      if (value.size() < kBodyAt) throw_unknown();
      ContentName name{};
      std::copy_n(value.begin() + 1, name.size(), name.begin());
      return name;
    }
    default:
      throw_unknown();
  }
}

}  // namespace entrad::store
