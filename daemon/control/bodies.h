// Bodies: reads the JSON of a request into a struct of the API, strictly.
//
// Other than answers, which an older client reads leniently (api/wire.h), a request with a field
// that this daemon does not know is refused: carrying out half of what somebody asked for can be
// worse than nothing.
// Thread safety: pure functions. Errors of all: invalid_argument, naming the field.
#pragma once

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

#include "api/wire.h"
#include "api/words.h"
#include "base/ids.h"
#include "base/result.h"

namespace entrad::control {

// A request's body as a JSON object.
base::Result<nlohmann::json> read_object(const std::string& body);
// For requests that say everything in their path: nothing, null or {}.
base::Result<void> expect_no_body(const std::string& body);

base::Result<void> check_fields(const nlohmann::json& object, const std::set<std::string>& known);
base::unexpected<base::Error> wrong_type(const std::string& field, const std::string& wanted,
                                         const nlohmann::json& found);

template <api::HasWords T>
std::string all_words() {
  std::string words;
  for (const auto name : api::Words<T>::names)
    words += (words.empty() ? "one of: " : ", ") + std::string(name);
  return words;
}

template <typename T>
concept ListOfStructs = api::WireStruct<typename T::value_type>;

// What a field holds when it is there.
template <typename T>
struct Held {
  using type = T;
};
template <typename T>
struct Held<std::optional<T>> {
  using type = T;
};

template <typename T>
std::string type_words() {
  if constexpr (api::HasWords<T>) return all_words<T>();
  if constexpr (std::is_same_v<T, bool>) return "true or false";
  if constexpr (std::is_same_v<T, std::string>) return "a text";
  if constexpr (std::is_same_v<T, std::vector<std::string>>) return "a list of texts";
  if constexpr (std::is_same_v<T, std::vector<base::SnapshotNumber>>)
    return "a list of snapshot numbers";
  if constexpr (ListOfStructs<T>) return "a list of objects";
  if constexpr (std::is_same_v<T, base::JobId>) return "a job's number";
  if constexpr (std::is_same_v<T, std::uint64_t>) return "a whole number";
  return "an object";
}

template <typename T>
bool has_type(const nlohmann::json& json) {
  if constexpr (std::is_same_v<T, bool>) {
    return json.is_boolean();
  } else if constexpr (std::is_same_v<T, std::string>) {
    return json.is_string();
  } else if constexpr (std::is_same_v<T, base::JobId> || std::is_same_v<T, std::uint64_t>) {
    return json.is_number_unsigned();
  } else if constexpr (api::HasWords<T>) {
    return json.is_string() && api::parse<T>(json.get_ref<const std::string&>());
  } else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
    if (!json.is_array()) return false;
    for (const auto& one : json)
      if (!one.is_string()) return false;
    return true;
  } else if constexpr (std::is_same_v<T, std::vector<base::SnapshotNumber>>) {
    return json.is_array() && std::all_of(json.begin(), json.end(),
                                          [](const auto& one) { return one.is_number_unsigned(); });
  } else if constexpr (ListOfStructs<T>) {
    return json.is_array() &&
           std::all_of(json.begin(), json.end(), [](const auto& one) { return one.is_object(); });
  } else {
    static_assert(api::WireStruct<T>, "a request's fields are switches, texts, lists or structs");
    return json.is_object();
  }
}

// Checks `object` against the fields of T. `extra` are fields besides those of T.
template <api::WireStruct T>
base::Result<void> check_body(const nlohmann::json& object, std::set<std::string> extra = {}) {
  base::Result<void> result;
  T value;
  value.fields([&](const char* field, auto& member) {
    using Member = typename Held<std::remove_cvref_t<decltype(member)>>::type;
    extra.insert(field);
    const auto found = object.find(field);
    if (!result || found == object.end() || found->is_null()) return;
    if (!has_type<Member>(*found))
      result = wrong_type(field, type_words<Member>(), *found);
    else if constexpr (api::WireStruct<Member>)
      result = check_body<Member>(*found);
    else if constexpr (ListOfStructs<Member>)
      for (const auto& one : *found)
        if (result) result = check_body<typename Member::value_type>(one);
  });
  return result ? check_fields(object, extra) : result;
}

template <api::WireStruct T>
base::Result<T> read_body(const nlohmann::json& object, std::set<std::string> extra = {}) {
  auto sound = check_body<T>(object, std::move(extra));
  if (!sound) return base::pass(sound);
  return object.get<T>();
}

}  // namespace entrad::control
