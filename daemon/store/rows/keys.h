// Keys: how numbers, ids and texts become bytes that sort as they should.
//
// Numbers are big-endian and of fixed width, ids are their 16 raw bytes, a text comes last or ends
// with a zero byte. Kinds and sections are one byte: their place in the tables of api/words.h,
// which therefore only ever grow at their ends. Thread safety: plain values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "api/words.h"
#include "base/guid.h"
#include "base/ids.h"

namespace entrad::store {

enum class TenantNumber : std::uint32_t {};  // a tenant's short name costs four bytes in a key

class Key {
 public:
  Key& byte(std::uint8_t value);
  Key& number32(std::uint32_t value);
  Key& number(std::uint64_t value);
  Key& text(std::string_view bytes);

  Key& tenant(TenantNumber value) { return number32(static_cast<std::uint32_t>(value)); }
  Key& id(const base::Guid& value) { return text(value.bytes()); }
  Key& kind(api::ObjectKind value) { return byte(static_cast<std::uint8_t>(value)); }
  Key& section(api::Section value) { return byte(static_cast<std::uint8_t>(value)); }
  template <typename Tag>
  Key& number(base::Number<Tag> value) {
    return number(value.value);
  }

  operator std::string_view() const { return bytes_; }  // NOLINT: a key is its bytes
  const std::string& str() const { return bytes_; }

 private:
  std::string bytes_;
};

// Reads the same parts back. Throws Damage when there are too few bytes or a word is unknown.
class KeyReader {
 public:
  explicit KeyReader(std::string_view bytes) : rest_(bytes) {}
  std::uint8_t byte();
  std::uint32_t number32();
  std::uint64_t number();
  base::Guid id();
  std::string_view take(std::size_t size);
  std::string_view rest() const { return rest_; }
  api::ObjectKind kind();
  api::Section section();

 private:
  std::string_view rest_;
};

// The text, or as many whole code points of its beginning as fit: LMDB's keys end at 511 bytes.
std::string_view cut_for_key(std::string_view text, std::size_t bytes = 400);

}  // namespace entrad::store
