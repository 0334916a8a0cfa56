// Result<T>: a value or an Error, for failures that are expected to happen.
//
// A small subset of std::expected with the same names, so that C++23 can replace it by an alias.
// Broken invariants are exceptions instead; no function does both.
// Thread safety: plain values; distinct objects may be used from distinct threads.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace entrad::base {

// What went wrong, as far as a caller can act on it. The words, exit codes and retry classes that
// belong to each kind are in api/error_table.h.
enum class ErrorKind {
  invalid_argument,
  not_found,
  permission_denied,
  conflict,
  failed_precondition,
  throttled,
  graph_unavailable,
  authentication_failed,
  graph_refused,
  store_full,
  store_damaged,
  shutting_down,
  unreachable,  // the daemon, from its client
  timed_out,
  cancelled,
  internal,
};

struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::string message;  // lower case, no full stop, names the thing
  std::string hint;     // what to do next; may be empty
  nlohmann::json details = nullptr;

  // The same error with words put before its message: "read page 3 of users: ...".
  Error within(const std::string& what) && {
    message = what + ": " + message;
    return std::move(*this);
  }
};

template <typename E>
class unexpected {
 public:
  explicit unexpected(E error) : error_(std::move(error)) {}
  E&& error() && { return std::move(error_); }
  const E& error() const& { return error_; }

 private:
  E error_;
};

// Shorthand for the usual way to fail: `return base::fail(ErrorKind::not_found, "...", "...");`.
inline unexpected<Error> fail(ErrorKind kind, std::string message, std::string hint = {}) {
  return unexpected<Error>(Error{kind, std::move(message), std::move(hint), nullptr});
}

template <typename T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT: as std::expected
  Result(unexpected<Error> failure)                                      // NOLINT: as std::expected
      : state_(std::in_place_index<1>, std::move(failure).error()) {}

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  T& value() & { return checked(); }
  const T& value() const& { return const_cast<Result*>(this)->checked(); }
  T&& value() && { return std::move(checked()); }
  T& operator*() & { return checked(); }
  const T& operator*() const& { return const_cast<Result*>(this)->checked(); }
  T&& operator*() && { return std::move(checked()); }
  T* operator->() { return &checked(); }
  const T* operator->() const { return &const_cast<Result*>(this)->checked(); }

  Error& error() & { return std::get<1>(state_); }
  const Error& error() const& { return std::get<1>(state_); }
  Error&& error() && { return std::get<1>(std::move(state_)); }

  template <typename U>
  T value_or(U&& other) const& {
    return has_value() ? **this : static_cast<T>(std::forward<U>(other));
  }

 private:
  T& checked() {
    if (!has_value()) throw std::logic_error("Result read without a value: " + error().message);
    return std::get<0>(state_);
  }

  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;

  Result() = default;
  Result(unexpected<Error> failure) : error_(std::move(failure).error()) {}  // NOLINT

  bool has_value() const { return !error_.has_value(); }
  explicit operator bool() const { return has_value(); }
  Error& error() & { return error_.value(); }
  const Error& error() const& { return error_.value(); }
  Error&& error() && { return std::move(error_).value(); }

 private:
  std::optional<Error> error_;
};

// Passes a failure on: `if (!r) return base::pass(r);`.
template <typename T>
unexpected<Error> pass(Result<T>& failed) {
  return unexpected<Error>(std::move(failed).error());
}
template <typename T>
unexpected<Error> pass(Result<T>& failed, const std::string& what) {
  return unexpected<Error>(std::move(failed).error().within(what));
}

}  // namespace entrad::base
