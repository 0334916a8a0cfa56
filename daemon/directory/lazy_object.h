// LazyObject: an object of the directory, read from its text when somebody first looks into it.
//
// Most users of a large job are as their snapshot has them. Their two texts are equal then, and
// reading both would take most of the time of a plan.
// Thread safety: one thread at a time, for const members too.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace entrad::directory {

class LazyObject {
 public:
  LazyObject() = default;                                         // null
  LazyObject(nlohmann::json value) : value_(std::move(value)) {}  // NOLINT: it is one
  // What canonical() writes. Looking into a text that is no JSON throws
  // nlohmann::json::parse_error.
  static LazyObject from_canonical(std::string text);

  const nlohmann::json& get() const;
  nlohmann::json& edit();

  // A member that is a string; empty when it is none, or not there.
  std::string text(std::string_view name) const;
  bool is_true(std::string_view name) const;  // a member that is there and true
  // Names of members that begin so and are not null.
  std::vector<std::string> names(std::string_view prefix) const;
  // True is certain; false: look into them.
  bool is_surely(const LazyObject& other) const;

 private:
  mutable std::string text_;  // until it is changed; empty: none is known
  mutable nlohmann::json value_;
  mutable bool is_read_ = true;
};

}  // namespace entrad::directory
