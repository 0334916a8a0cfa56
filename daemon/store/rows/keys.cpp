#include "store/rows/keys.h"

#include <endian.h>

#include <cstring>

#include "store/file/lmdb.h"

namespace entrad::store {
namespace {

template <typename Number>
void append(std::string& bytes, Number big_endian) {
  bytes.append(reinterpret_cast<const char*>(&big_endian), sizeof big_endian);
}

template <typename Number>
Number taken(std::string_view bytes) {
  Number big_endian = 0;
  std::memcpy(&big_endian, bytes.data(), sizeof big_endian);
  return big_endian;
}

bool continues_code_point(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

template <typename Word>
Word word(std::uint8_t byte) {
  if (byte >= api::Words<Word>::names.size())
    throw Damage("a key of the store names an unknown " + std::string(api::Words<Word>::what));
  return static_cast<Word>(byte);
}

}  // namespace

Key& Key::byte(std::uint8_t value) {
  bytes_ += static_cast<char>(value);
  return *this;
}

Key& Key::number32(std::uint32_t value) {
  append(bytes_, htobe32(value));
  return *this;
}

Key& Key::number(std::uint64_t value) {
  append(bytes_, htobe64(value));
  return *this;
}

Key& Key::text(std::string_view bytes) {
  bytes_ += bytes;
  return *this;
}

std::string_view KeyReader::take(std::size_t size) {
  if (rest_.size() < size) throw Damage("a row of the store is cut short");
  const auto part = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return part;
}

std::uint8_t KeyReader::byte() { return static_cast<std::uint8_t>(take(1).front()); }
std::uint32_t KeyReader::number32() { return be32toh(taken<std::uint32_t>(take(4))); }
std::uint64_t KeyReader::number() { return be64toh(taken<std::uint64_t>(take(8))); }
base::Guid KeyReader::id() { return base::Guid::from_bytes(take(16)); }
api::ObjectKind KeyReader::kind() { return word<api::ObjectKind>(byte()); }
api::Section KeyReader::section() { return word<api::Section>(byte()); }

std::string_view cut_for_key(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && continues_code_point(text[bytes])) --bytes;
  return text.substr(0, bytes);
}

}  // namespace entrad::store
