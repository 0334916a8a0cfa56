// Structs to JSON and back, from one list of fields a struct.
//
// A struct of the API has a member `template <class F> void fields(F&& f)` that calls f(name,
// member) for each field. Reading is lenient: a missing or null field keeps its default, an unknown
// field is ignored, so that an older and a newer program understand each other. Writing leaves out
// empty optionals. Thread safety: pure functions.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <type_traits>

#include "api/words.h"
#include "base/time_text.h"

namespace entrad::api {

namespace wire {

template <typename T>
struct IsOptional : std::false_type {};
template <typename T>
struct IsOptional<std::optional<T>> : std::true_type {};

template <typename T>
nlohmann::json encode(const T& value) {
  if constexpr (std::is_same_v<T, base::WallTime>) {
    return base::rfc3339(value);
  } else {
    return value;
  }
}

template <typename T>
void decode(const nlohmann::json& json, T& value) {
  if constexpr (std::is_same_v<T, base::WallTime>) {
    auto time = base::parse_time(json.get<std::string>(), base::WallTime());
    if (!time) throw std::invalid_argument(time.error().message);
    value = *time;
  } else {
    json.get_to(value);
  }
}

}  // namespace wire

struct AnyField {
  template <typename T>
  void operator()(const char*, T&) const {}
};

template <typename T>
concept WireStruct = requires(T& value) {
  value.fields(AnyField{});
};

template <WireStruct T>
void to_json(nlohmann::json& json, const T& value) {
  json = nlohmann::json::object();
  const_cast<T&>(value).fields([&json](const char* field, auto& member) {
    using Member = std::remove_cvref_t<decltype(member)>;
    if constexpr (wire::IsOptional<Member>::value) {
      if (member) json[field] = wire::encode(*member);
    } else {
      json[field] = wire::encode(member);
    }
  });
}

template <WireStruct T>
void from_json(const nlohmann::json& json, T& value) {
  value.fields([&json](const char* field, auto& member) {
    using Member = std::remove_cvref_t<decltype(member)>;
    const auto found = json.find(field);
    if (found == json.end() || found->is_null()) return;
    if constexpr (wire::IsOptional<Member>::value) {
      wire::decode(*found, member.emplace());
    } else {
      wire::decode(*found, member);
    }
  });
}

}  // namespace entrad::api
