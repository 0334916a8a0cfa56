#include "store/keys.h"

#include "store/lmdb.h"

namespace entrad::store {
namespace {

void append_big_endian(std::string& bytes, std::uint64_t value, int size) {
  for (int shift = (size - 1) * 8; shift >= 0; shift -= 8)
    bytes += static_cast<char>(value >> shift & 0xff);
}

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
  return value;
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
  append_big_endian(bytes_, value, 4);
  return *this;
}

Key& Key::number(std::uint64_t value) {
  append_big_endian(bytes_, value, 8);
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
std::uint32_t KeyReader::number32() { return static_cast<std::uint32_t>(big_endian(take(4))); }
std::uint64_t KeyReader::number() { return big_endian(take(8)); }
base::Guid KeyReader::id() { return base::Guid::from_bytes(take(16)); }
api::ObjectKind KeyReader::kind() { return word<api::ObjectKind>(byte()); }
api::Section KeyReader::section() { return word<api::Section>(byte()); }

std::string_view cut_for_key(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && continues_code_point(text[bytes])) --bytes;
  return text.substr(0, bytes);
}

}  // namespace entrad::store
