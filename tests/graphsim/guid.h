// A directory object id: 128 bits, printed in the usual 8-4-4-4-12 form, lower case.
// Values; thread safe. Generated users carry their index inside the id (scrambled), so that finding
// a user by id needs no table.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace graphsim {

struct Guid {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  auto operator<=>(const Guid&) const = default;

  std::string text() const;
  /// Text without dashes, 32 hex digits.
  std::string digits() const;
};

struct GuidHash {
  std::size_t operator()(const Guid& g) const { return g.high ^ (g.low * 0x9e3779b97f4a7c15ULL); }
};

/// Accepts the dashed form in any case; anything else is nullopt.
std::optional<Guid> parse_guid(std::string_view text);

/// A version-4-looking id drawn from (seed, index, purpose).
Guid derived_guid(std::uint64_t seed, std::uint64_t index, std::uint64_t purpose);

/// Id of generated user `index`, and its inverse (nullopt when the id was not made with this seed).
Guid indexed_guid(std::uint64_t seed, std::uint32_t index);
std::optional<std::uint32_t> index_of(std::uint64_t seed, const Guid& id);

}  // namespace graphsim
