// How far tests go: whether those that can go on for long shall (ENTRAD_LONG=1; "0" and nothing
// mean no), and whether a sanitizer makes this program several times as slow.
// Thread safety: any thread.
#pragma once

#include <cstdlib>
#include <string_view>

namespace entrad::fakes {

inline bool is_long_campaign() {
  const char* const value = std::getenv("ENTRAD_LONG");
  return value != nullptr && std::string_view(value) == "1";
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kIsSanitized = true;
#else
constexpr bool kIsSanitized = false;
#endif

}  // namespace entrad::fakes
