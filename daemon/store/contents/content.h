// Content: how text is packed into values, and the hashes that name it.
//
// A packed value starts with a format byte, so that later formats (a trained dictionary) can live
// beside today's: 0 the text as it is, 1 one zstd frame without a dictionary.
// Thread safety: functions may be called from any thread; a Sha256 belongs to one.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace entrad::store {

std::string pack(std::string_view text);
// Throws Damage when the value is not what pack() made.
std::string unpack(std::string_view value);

std::string pack_json(const nlohmann::json& json);
nlohmann::json unpack_json(std::string_view value);

// A packed struct of the API.
template <typename T>
T unpack_as(std::string_view value);

// SHA-256 of what is fed in parts.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  void add(std::string_view bytes);
  std::string finish();  // 32 raw bytes; nothing may be added afterwards

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

[[noreturn]] void throw_unreadable(const char* why);

template <typename T>
T unpack_as(std::string_view value) {
  const auto json = unpack_json(value);
  try {
    return json.get<T>();
  } catch (const std::exception& wrong) {
    throw_unreadable(wrong.what());
  }
}

}  // namespace entrad::store
