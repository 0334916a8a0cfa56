// Invented words that tenants are made of: names in many scripts, places, departments, job titles.
// No real people or companies. Constant data; thread safe.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace graphsim {

struct Name {
  std::string_view native;
  std::string_view ascii;  ///< for addresses
};

struct Script {
  std::span<const Name> first;
  std::span<const Name> last;
  std::string_view language;  ///< preferredLanguage
  bool family_first;
};

struct Place {
  std::string_view city, state, country, usage_location, postal_code, street, dial_code;
};

std::span<const Script> scripts();
/// Index into scripts(), weighted: Latin scripts are the most common.
std::size_t pick_script(std::uint64_t bits);
std::span<const Place> places();
std::span<const std::string_view> departments();
std::span<const std::string_view> job_titles();

}  // namespace graphsim
