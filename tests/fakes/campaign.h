// Whether tests that can go on for long shall (ENTRAD_LONG=1); "0" and nothing mean no.
// Thread safety: any thread.
#pragma once

#include <cstdlib>
#include <string_view>

namespace entrad::fakes {

inline bool is_long_campaign() {
  const char* const value = std::getenv("ENTRAD_LONG");
  return value != nullptr && std::string_view(value) == "1";
}

}  // namespace entrad::fakes
