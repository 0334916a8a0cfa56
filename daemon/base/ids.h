// Numbers that must not be mixed up: job, snapshot and event numbers.
// Thread safety: plain values.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

namespace entrad::base {

template <typename Tag>
struct Number {
  std::uint64_t value = 0;

  auto operator<=>(const Number&) const = default;  // NOLINT: clang-tidy 14 sees a 0 in it
  std::string str() const { return std::to_string(value); }

  friend void to_json(nlohmann::json& json, const Number& number) { json = number.value; }
  friend void from_json(const nlohmann::json& json, Number& number) {
    number.value = json.get<std::uint64_t>();
  }
};

using JobId = Number<struct JobTag>;            // counts from 1 in one store
using SnapshotNumber = Number<struct SnapTag>;  // counts from 1 in each tenant; 0 is "none"
using EventNumber = Number<struct EventTag>;    // counts from 1 in one store

}  // namespace entrad::base

template <typename Tag>
struct std::hash<entrad::base::Number<Tag>> {
  std::size_t operator()(entrad::base::Number<Tag> number) const noexcept {
    return std::hash<std::uint64_t>{}(number.value);
  }
};
